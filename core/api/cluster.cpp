#include "core/api/cluster.hpp"

#include <nlohmann/json.hpp>

#include "core/api/answer_error.hpp"
#include "core/api/json_text.hpp"

namespace openclaw::api {

using nlohmann::json;

namespace {

void respond_cluster(http::Responder& r, std::string body) {
  r.respond(200, {{"Content-Type", "application/json"}}, std::move(body));
}

json member_json(const pipeline::Member& m) {
  json out = {{"instance", m.instance},     {"process", m.process},
              {"since", m.since_ms / 1000}, {"leaseLeftMs", m.lease_left_ms},
              {"messages", m.messages},     {"replies", m.replies},
              {"leases", m.leases}};
  // What it says of itself; nothing when it is not JSON.
  const json info = json::parse(m.info_json, nullptr, false);
  if (!info.is_object()) return out;
  for (const char* key : {"version", "port", "leaseSeconds"}) {
    if (info.contains(key)) out[key] = info[key];
  }
  return out;
}

}  // namespace

std::string cluster_json(const std::string* instance,
                         const std::vector<pipeline::Member>& members) {
  json list = json::array();
  for (const auto& member : members) list.push_back(member_json(member));
  return json_text(
      {{"instance", instance == nullptr ? json() : json(*instance)}, {"members", list}});
}

void add_cluster_routes(http::Routes& routes, Gateway& gateway, pipeline::SharedStorePort* shared) {
  routes.add("GET", "/api/cluster", http::Auth::api_key, http::OriginCheck::mutations,
             [&gateway, shared](http::ResponderPtr responder) {
               if (shared == nullptr) return respond_cluster(*responder, cluster_json(nullptr, {}));
               gateway.pipeline_loop.post([shared, r = std::move(responder)]() mutable {
                 shared->members([shared, rr = std::move(r)](
                                     const Result<std::vector<pipeline::Member>>& members) {
                   if (members.has_error()) return answer_error(*rr, members.error());
                   respond_cluster(*rr, cluster_json(&shared->instance(), *members));
                 });
               });
             });
}

}  // namespace openclaw::api
