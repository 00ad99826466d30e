// Dead letters over HTTP: listed, tried again, dropped; for `openclaw dead`.
#include "core/api/dead.hpp"

#include <chrono>

#include "core/api/answer_error.hpp"
#include "core/api/dead_json.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

void respond(http::Responder& r, std::string body) {
  r.respond(200, {{"Content-Type", "application/json"}}, std::move(body));
}

http::Handler list(Gateway& gateway) {
  return [&gateway](http::ResponderPtr responder) {
    const auto query = parse_dead_query(responder->request().query());
    if (query.has_error()) return answer_error(*responder, query.error());
    gateway.pipeline_loop.post([&gateway, q = *query, r = std::move(responder)]() mutable {
      gateway.pipeline.list_dead(
          q.after, q.limit,
          [text = q.text, rr = std::move(r)](const Result<pipeline::DeadPage>& page) {
            if (page.has_error()) return answer_error(*rr, page.error());
            respond(*rr, dead_page_json(*page, text, runtime::unix_ms()));
          });
    });
  };
}

http::Handler resolve(Gateway& gateway, bool drop) {
  return [&gateway, drop](http::ResponderPtr responder) {
    auto ids = parse_dead_ids(responder->request().body());
    if (ids.has_error()) return answer_error(*responder, ids.error());
    gateway.pipeline_loop.post(
        [&gateway, drop, asked = std::move(*ids), r = std::move(responder)]() mutable {
          gateway.pipeline.resolve_dead(
              asked, drop,
              [rr = std::move(r)](const Result<std::vector<pipeline::DeadOutcome>>& outcomes) {
                if (outcomes.has_error()) return answer_error(*rr, outcomes.error());
                respond(*rr, dead_outcomes_json(*outcomes));
              });
        });
  };
}

}  // namespace

void add_dead_routes(http::Routes& routes, Gateway& gateway) {
  const auto add = [&routes](const char* method, const char* path, http::Handler handler) {
    routes.add(method, path, http::Auth::api_key, http::OriginCheck::mutations, std::move(handler));
  };
  add("GET", "/api/dead", list(gateway));
  add("POST", "/api/dead/retry", resolve(gateway, false));
  add("POST", "/api/dead/drop", resolve(gateway, true));
}

}  // namespace openclaw::api
