// openclaw gateway validate
#pragma once

#include <string>

namespace openclaw::cli {

/// Exit status: 0 when the file has no mistake, 1 when it has one.
int validate_config(const std::string& path, bool as_json, bool dev);

}  // namespace openclaw::cli
