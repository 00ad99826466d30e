// Reads one value with a call that blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/runtime/error.hpp"
#include "openclaw/storage.h"

namespace openclaw::host {

/// None when it is not there. `plugin` is the engine's name, for the error.
Result<std::optional<std::string>> value_of(const oc_storage& slots, oc_store_conn* connection,
                                            const std::string& plugin, const std::string& ns,
                                            const std::string& key, std::uint32_t deadline_ms);

}  // namespace openclaw::host
