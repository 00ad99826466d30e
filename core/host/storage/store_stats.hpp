// What a storage plugin says of its store, as JSON.
#pragma once

#include <string_view>

#include "core/pipeline/ports.hpp"
#include "openclaw/abi.h"

namespace openclaw::host {

/// Errors: plugin, when it lacks a number.
Result<pipeline::StoreStats> stats_of(std::string_view json);

/// For a slot that says it, into the std::string `ctx`.
void put_text(void* ctx, oc_str said) noexcept;

}  // namespace openclaw::host
