// Why a call across the plugin boundary failed, in the ABI's terms and the core's.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "core/runtime/error.hpp"
#include "openclaw/abi.h"

namespace openclaw::host {

/// Why a call into a plugin failed.
struct CallError {
  CallError() = default;
  CallError(Error why, std::uint32_t oc_ef) : error(std::move(why)), flags(oc_ef) {
    if ((flags & OC_EF_MAYBE_DONE) != 0) error.maybe_done = true;
  }

  Error error;
  std::uint32_t flags = 0;  ///< OC_EF_*
};

/// For a slot to fill.
inline oc_error blank_error() {
  oc_error error{};
  error.size = sizeof error;
  return error;
}

CallError to_call_error(const oc_error& error);
/// The status that a storage plugin's slot returned decides; `error` only explains it.
Error explain(const std::string& plugin, oc_status status, oc_error error);
oc_status to_status(Errc code);
/// What a write that failed leaves behind: OC_EF_NOT_DONE only where that is certain.
std::uint32_t effect_of(const Error& failed_write);

}  // namespace openclaw::host
