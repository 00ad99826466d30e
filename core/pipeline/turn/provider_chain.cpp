#include "core/pipeline/turn/provider_chain.hpp"

#include <utility>

namespace openclaw::pipeline {

std::vector<ProviderRef> provider_chain(const config::Agent& agent,
                                        const std::map<std::string, ProviderPort*>& providers,
                                        const std::vector<std::string>& order, std::string chosen) {
  std::vector<ProviderRef> out;
  const auto add = [&](const std::string& name, const std::string& model) {
    const auto it = providers.find(name);
    if (it == providers.end()) return;
    for (const auto& known : out) {
      if (known.provider == name) return;
    }
    out.push_back({name, model.empty() ? it->second->default_model() : model});
  };
  if (!agent.provider.empty()) add(agent.provider, agent.model);
  const auto& rest = agent.default_fallbacks ? order : agent.fallbacks;
  for (const auto& name : rest) add(name, out.empty() ? agent.model : "");
  if (!chosen.empty() && !out.empty()) out.front().model = std::move(chosen);
  return out;
}

}  // namespace openclaw::pipeline
