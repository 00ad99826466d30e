// GET /v1/models: the agents and the configured models, under the names chat completions take.
#include "core/api/models.hpp"
#include "core/runtime/wall_clock.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

namespace openclaw::api {

namespace {

using nlohmann::json;

json model(const std::string& id, const std::string& owner, std::int64_t created) {
  return {{"id", id}, {"object", "model"}, {"created", created}, {"owned_by", owner}};
}

json list_models(const config::Config& config, std::int64_t created) {
  json data = json::array();
  for (const auto& agent : config.agents) {
    data.push_back(model("openclaw/" + agent.id, "openclaw", created));
  }
  for (const auto& provider : config.providers) {
    if (provider.model.empty() || !provider.unusable_reason.empty()) continue;
    data.push_back(model(provider.name + "/" + provider.model, provider.name, created));
  }
  return data;
}

}  // namespace

void add_models_routes(http::Routes& routes, Gateway& gateway) {
  const auto created = runtime::unix_ms() / 1000;
  routes.add("GET", "/v1/models", http::Auth::api_key, http::OriginCheck::mutations,
             [&gateway, created](http::ResponderPtr r) {
               r->respond(
                   200, {{"Content-Type", "application/json"}},
                   json{{"object", "list"}, {"data", list_models(gateway.config, created)}}.dump());
             });
  routes.add("GET", "/v1/models/*", http::Auth::api_key, http::OriginCheck::mutations,
             [&gateway, created](http::ResponderPtr r) {
               const auto id = r->request().path().substr(std::string_view("/v1/models/").size());
               for (const auto& m : list_models(gateway.config, created)) {
                 if (m["id"].get<std::string>() == id) {
                   r->respond(200, {{"Content-Type", "application/json"}}, m.dump());
                   return;
                 }
               }
               http::respond_error(*r, 404, "invalid_request_error",
                                   "no such model: see GET /v1/models");
             });
}

}  // namespace openclaw::api
