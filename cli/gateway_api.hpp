// Asks the running gateway's API on the operator's behalf, and says what went wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/local_gateway.hpp"

namespace CLI {
class App;
}

namespace openclaw::cli {

/// The gateway's answer, or nothing after it said on standard error what is wrong. `body` null =
/// GET.
std::optional<nlohmann::json> ask_api(const Target& target, const std::string& path,
                                      const nlohmann::json& body);

/// --dev and --config of a command that asks.
void add_target(CLI::App& command, Target& target);

}  // namespace openclaw::cli
