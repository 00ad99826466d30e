#include "core/config/bind.hpp"

#include <nlohmann/json.hpp>
#include <utility>

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

void set(const Json&) {}

/// Key, member, key, member ...: a key that is absent leaves its member as it is.
template <class T, class... Rest>
void set(const Json& object, const char* key, T& to, Rest&&... rest) {
  if (const Json* value = at(object, key)) {
    to = value->get<T>();
  }
  set(object, std::forward<Rest>(rest)...);
}

Agent to_agent(const Json& json) {
  Agent out;
  set(json, "id", out.id, "provider", out.provider, "model", out.model, "instructions",
      out.instructions, "fallbacks", out.fallbacks, "timeoutSeconds", out.timeout_seconds,
      "historyMessages", out.history_messages, "historyBytes", out.history_bytes, "mediaMaxMb",
      out.media_max_mb);
  out.default_fallbacks = at(json, "fallbacks") == nullptr;
  return out;
}

Binding to_binding(const Json& json) {
  Binding out;
  set(json, "agent", out.agent);
  if (const Json* match = at(json, "match")) {
    set(*match, "channel", out.channel, "account", out.account, "guild", out.guild, "roles",
        out.roles, "team", out.team);
    if (const Json* peer = at(*match, "peer")) {
      set(*peer, "kind", out.peer_kind, "id", out.peer, "thread", out.thread);
    }
  }
  return out;
}

void bind_server(const Json& json, Server& out) {
  set(json, "host", out.host, "port", out.port, "logLevel", out.log_level, "logFormat",
      out.log_format, "allowedHosts", out.allowed_hosts, "trustedProxies", out.trusted_proxies,
      "drainSeconds", out.drain_seconds);
  if (const Json* cors = at(json, "cors")) {
    set(*cors, "enabled", out.cors.enabled, "origins", out.cors.origins);
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
  set(json, "mode", out.mode, "debounceMs", out.debounce_ms, "cap", out.cap, "drop", out.drop,
      "concurrency", out.concurrency, "maxAttempts", out.max_attempts, "senderPerMinute",
      out.sender_per_minute, "replyTtlSeconds", out.reply_ttl_seconds, "resendUnknown",
      out.resend_unknown);
}

/// A list, when there is one.
template <class T>
void set_list(const Json& object, const char* key, std::vector<T>& to, T (*read)(const Json&)) {
  if (const Json* items = at(object, key)) {
    to.clear();
    for (const Json& item : *items) {
      to.push_back(read(item));
    }
  }
}

}  // namespace

void bind_core(const Json& checked, Config& config) {
  const auto part = [&](const char* key) {
    const Json* found = at(checked, key);
    return found == nullptr ? Json::object() : *found;
  };
  bind_server(part("server"), config.server);
  set(part("auth"), "apiKey", config.auth.api_key, "bearerToken", config.auth.bearer_token);
  set(part("monitoring"), "healthCheck", config.monitoring.health_check, "metricsPort",
      config.monitoring.metrics_port, "metricsHost", config.monitoring.metrics_host);
  set(part("gateway"), "instance", config.gateway.instance, "leaseSeconds",
      config.gateway.lease_seconds);
  set(part("plugins"), "directories", config.plugins.directories, "load", config.plugins.load);
  bind_session(part("session"), config.session);
  bind_queue(part("queue"), config.queue);
  set_list(checked, "agents", config.agents, &to_agent);
  set_list(checked, "bindings", config.bindings, &to_binding);
}

}  // namespace openclaw::config
