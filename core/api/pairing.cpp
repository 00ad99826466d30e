// The operator's view of pairing: who waits, who is approved; for `openclaw pairing`.
#include "core/api/pairing.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/api/completion_json.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

using nlohmann::json;

void respond(http::Responder& r, unsigned status, const json& body) {
  r.respond(status, {{"Content-Type", "application/json"}},
            body.dump(-1, ' ', false, json::error_handler_t::replace));
}

json pending_json(const pipeline::Pairing::Pending& p) {
  return {{"channel", p.channel},
          {"peer", p.peer},
          {"code", p.code},
          {"expiresInSeconds",
           std::max<std::int64_t>(0, (p.expires_unix_ms - runtime::unix_ms()) / 1000)}};
}

/// Two string fields of a JSON body, or nothing after it answered 400.
std::optional<std::pair<std::string, std::string>> fields(http::Responder& r, const char* a,
                                                          const char* b) {
  const json body = json::parse(r.request().body(), nullptr, false);
  if (!body.is_object() || !body.contains(a) || !body[a].is_string() || !body.contains(b) ||
      !body[b].is_string()) {
    http::respond_error(
        r, 400, "invalid_request_error",
        std::string("the body must be {\"") + a + "\": \"...\", \"" + b + "\": \"...\"}");
    return std::nullopt;
  }
  return std::pair{body[a].get<std::string>(), body[b].get<std::string>()};
}

}  // namespace

void add_pairing_routes(http::Routes& routes, Gateway& gateway) {
  routes.add("GET", "/api/pairing", http::Auth::api_key, http::OriginCheck::mutations,
             [&gateway](http::ResponderPtr responder) {
               gateway.pipeline_loop.post([&gateway, r = std::move(responder)] {
                 json pending = json::array();
                 for (const auto& p : gateway.pipeline.pairing().pending(runtime::unix_ms())) {
                   pending.push_back(pending_json(p));
                 }
                 json approved = json::array();
                 for (const auto& [channel, peer] : gateway.pipeline.pairing().approved_list()) {
                   approved.push_back({{"channel", channel}, {"peer", peer}});
                 }
                 respond(*r, 200, {{"pending", pending}, {"approved", approved}});
               });
             });
  routes.add(
      "POST", "/api/pairing/approve", http::Auth::api_key, http::OriginCheck::mutations,
      [&gateway](http::ResponderPtr responder) {
        const auto asked = fields(*responder, "channel", "code");
        if (!asked) return;
        gateway.pipeline_loop.post([&gateway, asked = *asked, r = std::move(responder)]() mutable {
          gateway.pipeline.approve_pairing(
              asked.first, asked.second,
              [rr = std::move(r)](const Result<pipeline::Pairing::Pending>& approved) {
                if (approved.has_error()) {
                  http::respond_error(*rr, status_of(approved.error()), "invalid_request_error",
                                      approved.error().message);
                } else {
                  respond(*rr, 200, {{"channel", approved->channel}, {"peer", approved->peer}});
                }
              });
        });
      });
  routes.add(
      "POST", "/api/pairing/revoke", http::Auth::api_key, http::OriginCheck::mutations,
      [&gateway](http::ResponderPtr responder) {
        const auto asked = fields(*responder, "channel", "peer");
        if (!asked) return;
        gateway.pipeline_loop.post([&gateway, asked = *asked, r = std::move(responder)]() mutable {
          gateway.pipeline.revoke_pairing(
              asked.first, asked.second,
              [rr = std::move(r)](const Result<pipeline::Pairing::Revoked>& revoked) {
                if (revoked.has_error()) {
                  http::respond_error(*rr, status_of(revoked.error()), "server_error",
                                      revoked.error().message);
                } else if (*revoked == pipeline::Pairing::Revoked::nothing) {
                  http::respond_error(*rr, 404, "invalid_request_error",
                                      "that peer neither is approved nor waits on this channel; "
                                      "`openclaw pairing list` shows who does");
                } else {
                  const bool approval = *revoked == pipeline::Pairing::Revoked::approval;
                  respond(*rr, 200,
                          {{"revoked", true}, {"was", approval ? "approved" : "pending"}});
                }
              });
        });
      });
}

}  // namespace openclaw::api
