// openclaw gateway validate
#pragma once

#include <string>

namespace openclaw::cli {

/// Exit status: 0 when the gateway would start, 1 when not.
int validate_config(const std::string& path, bool as_json, bool dev);

}  // namespace openclaw::cli
