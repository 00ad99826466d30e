#include "core/config/bind.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

/// A member of the right type, else nothing.
const Json* at(const Json& object, const char* key) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

template <class T>
void set(const Json& object, const char* key, T& to) {
  if (const Json* value = at(object, key)) {
    to = value->get<T>();
  }
}

Agent to_agent(const Json& json) {
  Agent out;
  set(json, "id", out.id);
  set(json, "provider", out.provider);
  set(json, "model", out.model);
  set(json, "instructions", out.instructions);
  set(json, "fallbacks", out.fallbacks);
  out.default_fallbacks = at(json, "fallbacks") == nullptr;
  set(json, "timeoutSeconds", out.timeout_seconds);
  set(json, "historyMessages", out.history_messages);
  set(json, "historyBytes", out.history_bytes);
  return out;
}

void bind_server(const Json& json, Server& out) {
  set(json, "host", out.host);
  set(json, "port", out.port);
  set(json, "logLevel", out.log_level);
  set(json, "logFormat", out.log_format);
  set(json, "allowedHosts", out.allowed_hosts);
  set(json, "trustedProxies", out.trusted_proxies);
  set(json, "drainSeconds", out.drain_seconds);
  if (const Json* cors = at(json, "cors")) {
    set(*cors, "enabled", out.cors.enabled);
    set(*cors, "origins", out.cors.origins);
  }
}

void bind_session(const Json& json, Session& out) {
  set(json, "dmScope", out.dm_scope);
  if (const Json* links = at(json, "identityLinks")) {
    for (const auto& [key, value] : links->items()) {
      if (value.is_string()) {
        out.identity_links[key] = value.get<std::string>();
        continue;
      }
      for (const Json& identity : value) {
        out.identity_links[identity.get<std::string>()] = key;
      }
    }
  }
}

void bind_queue(const Json& json, Queue& out) {
  set(json, "mode", out.mode);
  set(json, "debounceMs", out.debounce_ms);
  set(json, "cap", out.cap);
  set(json, "drop", out.drop);
  set(json, "concurrency", out.concurrency);
  set(json, "maxAttempts", out.max_attempts);
  set(json, "senderPerMinute", out.sender_per_minute);
  set(json, "replyTtlSeconds", out.reply_ttl_seconds);
  set(json, "resendUnknown", out.resend_unknown);
}

}  // namespace

void bind_core(const Json& checked, Config& config) {
  const auto part = [&](const char* key) {
    const Json* found = at(checked, key);
    return found == nullptr ? Json::object() : *found;
  };
  bind_server(part("server"), config.server);
  set(part("auth"), "apiKey", config.auth.api_key);
  set(part("auth"), "bearerToken", config.auth.bearer_token);
  set(part("monitoring"), "healthCheck", config.monitoring.health_check);
  set(part("monitoring"), "metricsPort", config.monitoring.metrics_port);
  set(part("monitoring"), "metricsHost", config.monitoring.metrics_host);
  set(part("plugins"), "directories", config.plugins.directories);
  set(part("plugins"), "load", config.plugins.load);
  bind_session(part("session"), config.session);
  bind_queue(part("queue"), config.queue);
  if (const Json* agents = at(checked, "agents")) {
    config.agents.clear();
    for (const Json& agent : *agents) {
      config.agents.push_back(to_agent(agent));
    }
  }
}

}  // namespace openclaw::config
