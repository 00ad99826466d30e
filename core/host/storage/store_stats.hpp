// What a storage plugin says of its store, as JSON.
#pragma once

#include <string_view>

#include "core/pipeline/ports.hpp"

namespace openclaw::host {

/// Errors: plugin, when it lacks a number.
Result<pipeline::StoreStats> stats_of(std::string_view json);

}  // namespace openclaw::host
