// Asks the running gateway's API on the operator's behalf, and says what went wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace openclaw::cli {

/// The gateway's answer, or nothing after it said on standard error what is wrong. `body` null =
/// GET.
std::optional<nlohmann::json> ask_api(bool dev, const std::string& path,
                                      const nlohmann::json& body);

}  // namespace openclaw::cli
