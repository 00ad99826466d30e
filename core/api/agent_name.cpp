#include "core/api/agent_name.hpp"

#include <algorithm>

namespace openclaw::api {

namespace {
constexpr std::string_view kAgentPrefix = "openclaw";
}

std::optional<std::string> agent_of(std::string_view model, const config::Config& config) {
  if (model.substr(0, kAgentPrefix.size()) != kAgentPrefix) return std::nullopt;
  const auto rest = model.substr(kAgentPrefix.size());
  if (rest.empty()) return config.agents.front().id;
  if (rest.front() != '/' && rest.front() != ':') return std::nullopt;
  const auto id = rest.substr(1);
  return std::string(id.empty() || id == "default" ? std::string_view(config.agents.front().id)
                                                   : id);
}

bool has_agent(const config::Config& config, std::string_view id) {
  return std::any_of(config.agents.begin(), config.agents.end(),
                     [id](const auto& agent) { return agent.id == id; });
}

}  // namespace openclaw::api
