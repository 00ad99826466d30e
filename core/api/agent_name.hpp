// Which agent the name of a model means.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/config.hpp"

namespace openclaw::api {

/// "openclaw" and "openclaw/default" → the default agent, "openclaw/x" and "openclaw:x" → x,
/// whether or not there is one; nothing for every other name.
std::optional<std::string> agent_of(std::string_view model, const config::Config& config);

bool has_agent(const config::Config& config, std::string_view id);

}  // namespace openclaw::api
