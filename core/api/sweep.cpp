// Asks the store what there is, and the policy what of it would go.
#include "core/api/sweep.hpp"

#include <nlohmann/json.hpp>

#include "core/api/answer_error.hpp"
#include "core/api/completion_json.hpp"
#include "core/api/json_text.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

using nlohmann::json;

constexpr std::uint32_t kLookedAt = 10'000;  // sessions, of the longest unused
constexpr std::size_t kNamed = 100;          // sessions, in an answer

constexpr const char* kNoLimit =
    "storage.retention names no limit: add maxAge, maxSessions or maxBytes, and restart the "
    "gateway";
constexpr const char* kOff =
    "automatic cleanup is off: set storage.retention.enabled to true, and restart the gateway";
constexpr const char* kUnderWay = "a sweep is under way; see the log for what it removes";

bool any(const retention::Limits& limits) {
  return limits.max_age_ms || limits.max_sessions || limits.max_bytes;
}

void respond(http::Responder& r, const json& body) {
  r.respond(200, {{"Content-Type", "application/json"}}, json_text(body));
}

json limits_json(const retention::Limits& limits) {
  json out = json::object();
  if (limits.max_age_ms) out["maxAgeSeconds"] = *limits.max_age_ms / 1000;
  if (limits.max_sessions) out["maxSessions"] = *limits.max_sessions;
  if (limits.max_bytes) out["maxBytes"] = *limits.max_bytes;
  return out;
}

json forecast_json(const SweepSource& source, const retention::Usage& usage,
                   const retention::Forecast& found) {
  json parts = json::array();
  for (const auto& part : found.parts) {
    parts.push_back({{"limit", retention::name_of(part.reason)},
                     {"sessions", part.sessions},
                     {"entries", part.entries},
                     {"bytes", part.bytes}});
  }
  json over = json::object();
  if (found.over.sessions != 0) over["sessions"] = found.over.sessions;
  if (found.over.bytes != 0) over["bytes"] = found.over.bytes;
  json sessions = json::array();
  for (const auto& row : found.sessions) {
    if (sessions.size() == kNamed) break;
    sessions.push_back({{"session", row.session},
                        {"entries", row.entries},
                        {"bytes", row.bytes},
                        {"unusedSince", row.updated_ms / 1000}});
  }
  return {{"enabled", source.enabled},
          {"limits", limits_json(source.limits)},
          {"now", {{"sessions", usage.sessions}, {"bytes", usage.bytes}}},
          {"goes", std::move(parts)},
          {"over", std::move(over)},
          {"more", found.more},
          {"sessions", std::move(sessions)}};
}

void look(const SweepSource& source, http::ResponderPtr r) {
  source.store.stats([&source,
                      rr = std::move(r)](const Result<pipeline::StoreStats>& stats) mutable {
    if (stats.has_error()) return answer_error(*rr, stats.error());
    const retention::Usage usage{stats->sessions, stats->used_bytes};
    const std::int64_t now = runtime::unix_ms();
    source.store.idle_sessions(
        now - retention::Policy::kYoungMs, kLookedAt,
        [&source, usage, now,
         r3 = std::move(rr)](const Result<std::vector<pipeline::SessionRow>>& idle) {
          if (idle.has_error()) return answer_error(*r3, idle.error());
          const bool whole = idle->size() < kLookedAt;
          respond(*r3, forecast_json(source, usage,
                                     retention::forecast(source.limits, usage, now, *idle, whole)));
        });
  });
}

}  // namespace

void add_sweep_routes(http::Routes& routes, const SweepSource& source) {
  routes.add("GET", "/api/storage/sweep", http::Auth::api_key, http::OriginCheck::mutations,
             [&source](http::ResponderPtr responder) {
               if (!any(source.limits)) {
                 return http::respond_error(*responder, 409, type_of(409), kNoLimit);
               }
               source.loop.post(
                   [&source, r = std::move(responder)]() mutable { look(source, std::move(r)); });
             });
  routes.add("POST", "/api/storage/sweep", http::Auth::api_key, http::OriginCheck::mutations,
             [&source](http::ResponderPtr responder) {
               if (!source.look_now) {
                 return http::respond_error(*responder, 409, type_of(409), kOff);
               }
               source.loop.post([&source, r = std::move(responder)] {
                 if (!source.look_now()) {
                   return http::respond_error(*r, 409, type_of(409), kUnderWay);
                 }
                 respond(*r, {{"started", true}});
               });
             });
}

}  // namespace openclaw::api
