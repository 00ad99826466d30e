// Whether only the operator can have put a plugin's file where it is.
#pragma once

#include <string>

#include "core/runtime/error.hpp"

namespace openclaw::host {

/// Refuses a file that anybody may write, or one in a folder where anybody may put another in its
/// place; symbolic links are followed first.
Result<void> check_trust(const std::string& file);

}  // namespace openclaw::host
