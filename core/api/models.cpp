// GET /v1/models: the agents and the configured models, under the names chat completions take.
#include "core/api/models.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/api/agent_name.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

using nlohmann::json;

/// OpenAI's clients write the slash of an id as %2F. What is no escape stays as it is.
std::string decoded(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = path.data() + i + 1;
    if (path[i] == '%' && i + 2 < path.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += path[i];
    }
  }
  return out;
}

json model(const std::string& id, const std::string& owner, std::int64_t created) {
  return {{"id", id}, {"object", "model"}, {"created", created}, {"owned_by", owner}};
}

json list_models(const config::Config& config, std::int64_t created) {
  json data = json::array();
  data.push_back(model("openclaw", "openclaw", created));
  for (const auto& agent : config.agents) {
    data.push_back(model("openclaw/" + agent.id, "openclaw", created));
  }
  for (const auto& provider : config.providers) {
    if (provider.model.empty() || !provider.unusable_reason.empty()) continue;
    data.push_back(model(provider.name + "/" + provider.model, provider.name, created));
  }
  return data;
}

/// Also for the names of agents that the list leaves out, since each has several.
json find_model(const std::string& id, const config::Config& config, std::int64_t created) {
  if (const auto agent = agent_of(id, config); agent && has_agent(config, *agent)) {
    return model(id, "openclaw", created);
  }
  for (auto& m : list_models(config, created)) {
    if (m["id"].get<std::string>() == id) return m;
  }
  return {};
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
  routes.add(
      "GET", "/v1/models/*", http::Auth::api_key, http::OriginCheck::mutations,
      [&gateway, created](http::ResponderPtr r) {
        const auto id = decoded(r->request().path().substr(std::string_view("/v1/models/").size()));
        const json found = find_model(id, gateway.config, created);
        if (!found.is_null()) {
          r->respond(200, {{"Content-Type", "application/json"}}, found.dump());
          return;
        }
        http::respond_error(*r, 404, "invalid_request_error", "no such model: see GET /v1/models");
      });
}

}  // namespace openclaw::api
