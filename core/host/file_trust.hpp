// Whether only the operator can have put a plugin's file where it is.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/runtime/error.hpp"

namespace openclaw::host {

/// Who decides what this process runs anyway: root, its own user, and whoever owns the program or
/// the root folder (a checkout that a container mounts, a user namespace without root in it).
std::vector<uid_t> trusted_owners();

/// Refuses a file that anybody may write, or one in a folder where anybody may put another in its
/// place; one that belongs to none of `owners`, or lies below a folder that does not. Symbolic
/// links are followed first.
Result<void> check_trust(const std::string& file,
                         const std::vector<uid_t>& owners = trusted_owners());

}  // namespace openclaw::host
