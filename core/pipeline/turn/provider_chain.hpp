// Decides which providers an agent's conversation asks, in which order, for which models.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/turn/cooldowns.hpp"

namespace openclaw::pipeline {

/// The agent's own provider first, then its fallbacks; without a list of its own, all others in
/// `order`. A provider that is not in `providers` is left out. `chosen` is the model that the
/// conversation chose for the first of them; or empty.
std::vector<ProviderRef> provider_chain(const config::Agent& agent,
                                        const std::map<std::string, ProviderPort*>& providers,
                                        const std::vector<std::string>& order,
                                        std::string chosen = {});

}  // namespace openclaw::pipeline
