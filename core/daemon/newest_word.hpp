// What several instances of one provider say together.
#pragma once

#include <vector>

#include "core/host/instance.hpp"

namespace openclaw::daemon {

/// Every loop has an instance of its own, and each knows only of its own calls: so what is newest
/// holds, be it trouble or an answer. One that was shut out speaks for all.
host::InstanceStatus newest_word(const std::vector<host::InstanceStatus>& statuses);

}  // namespace openclaw::daemon
