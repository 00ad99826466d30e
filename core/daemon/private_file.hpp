// Files of the gateway's own folder: for this user alone, and never through somebody's link.
#pragma once

#include <string>

#include "core/runtime/error.hpp"

namespace openclaw::daemon {

/// Opens a regular file for writing, made with mode 0600 in a folder made with mode 0700. `flags`
/// are added to open()'s. A symbolic link, a pipe or a device in its place is refused, as is a
/// file that others may write to, and any file in a folder where others could replace it.
Result<int> open_private(const std::string& path, int flags);

}  // namespace openclaw::daemon
