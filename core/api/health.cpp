// GET /health, /health/detailed, /api/health, /livez and /readyz.
#include "core/api/health.hpp"
#include "core/api/json_text.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::api {

namespace {

using nlohmann::json;

std::int64_t uptime(const HealthSource& source) {
  return std::chrono::duration_cast<std::chrono::seconds>(runtime::SteadyClock::now() -
                                                          source.started)
      .count();
}

const char* word(const Part& part) {
  return part.enabled ? host::to_string(part.status.state) : "disabled";
}

bool is_bad(const Part& part) {
  return part.enabled && (part.status.state == host::InstanceState::failed ||
                          part.status.state == host::InstanceState::degraded);
}

json details(const Part& part) {
  json j = {{"state", word(part)}, {"since", part.status.since_unix_ms / 1000}};
  if (!part.status.reason.empty()) j["reason"] = part.status.reason;
  if (part.status.can_receive) j["canReceive"] = *part.status.can_receive;
  if (part.status.can_send) j["canSend"] = *part.status.can_send;
  if (part.status.received_unix_ms != 0) j["lastReceived"] = part.status.received_unix_ms / 1000;
  if (part.status.sent_unix_ms != 0) j["lastSent"] = part.status.sent_unix_ms / 1000;
  return j;
}

void respond_json(http::Responder& responder, unsigned status, const json& body) {
  responder.respond(status, {{"Content-Type", "application/json"}}, json_text(body));
}

/// What a database's driver says names addresses, roles and databases.
constexpr char kToldToTheOperator[] =
    "the log says why, as do openclaw gateway status and GET /api/health with the API key";

json detailed(const HealthSource& source, bool to_operator) {
  bool degraded = false;
  json words = json::object();
  json all = json::object();
  for (const auto& part : source.channels()) {
    words[part.name] = word(part);
    all[part.name] = details(part);
    degraded = degraded || is_bad(part);
  }
  json providers = json::object();
  for (const auto& part : source.providers()) {
    providers[part.name] = details(part);
    degraded = degraded || is_bad(part);
  }
  const std::string storage_error = source.storage_error();
  degraded = degraded || !storage_error.empty();
  const auto ledger = source.ledger();
  const auto dead = source.dead();
  json storage = {{"type", source.storage_type},
                  {"state", storage_error.empty() ? "ok" : "failed"}};
  if (!storage_error.empty()) {
    storage["reason"] = to_operator ? storage_error : kToldToTheOperator;
  }
  // The user's reference names `status` and `channels`; the rest may grow.
  json out = {{"status", degraded ? "degraded" : "ok"},
              {"channels", words},
              {"details", all},
              {"providers", providers},
              {"storage", storage},
              {"ledger",
               {{"accepted", ledger.accepted},
                {"answered", ledger.answered},
                {"silent", ledger.silent},
                {"queued", ledger.queued},
                {"dead", ledger.dead},
                {"fenced", ledger.fenced},
                {"elsewhere", ledger.elsewhere},
                {"balanced", ledger.balanced()}}},
              {"dead",
               {{"messages", dead.messages},
                {"unknownReplies", dead.unknown_replies},
                {"deadReplies", dead.dead_replies}}},
              {"uptime", uptime(source)},
              {"version", source.version}};
  if (!source.instance.empty()) out["instance"] = source.instance;
  return out;
}

}  // namespace

void add_health_routes(http::Routes& routes, const HealthSource& source) {
  const auto add = [&](const char* path, http::Handler handler) {
    routes.add("GET", path, http::Auth::none, http::OriginCheck::mutations, std::move(handler));
  };
  // The hot one: no JSON library, since every field is a number or our own version.
  add("/health", [&source](http::ResponderPtr r) {
    r->respond(200, {{"Content-Type", "application/json"}},
               "{\"status\":\"ok\",\"uptime\":" + std::to_string(uptime(source)) +
                   ",\"version\":\"" + source.version + "\"}");
  });
  add("/livez", [](http::ResponderPtr r) {
    r->respond(200, {{"Content-Type", "application/json"}}, R"({"status":"ok"})");
  });
  add("/health/detailed",
      [&source](http::ResponderPtr r) { respond_json(*r, 200, detailed(source, false)); });
  add("/readyz", [&source](http::ResponderPtr r) {
    if (source.draining()) return respond_json(*r, 503, {{"status", "draining"}});
    json waiting = json::array();
    for (const auto& part : source.channels()) {
      // Once: a platform that is away for a moment takes the others out of no load balancer.
      if (part.enabled && !part.status.came_up) {
        waiting.push_back(part.name);
      }
    }
    // What cannot be stored is refused: whoever balances load should ask another.
    const bool unwell = !source.storage_error().empty();
    if (unwell) waiting.push_back("storage");
    if (waiting.empty()) {
      respond_json(*r, 200, {{"status", "ready"}});
    } else {
      respond_json(*r, 503, {{"status", unwell ? "degraded" : "starting"}, {"waiting", waiting}});
    }
  });
}

void add_operators_health_route(http::Routes& routes, const HealthSource& source) {
  routes.add("GET", "/api/health", http::Auth::api_key, http::OriginCheck::mutations,
             [&source](http::ResponderPtr r) { respond_json(*r, 200, detailed(source, true)); });
}

}  // namespace openclaw::api
