// Decides whether an attachment that could not be read is asked for again.
#pragma once

#include <cstdint>
#include <optional>

#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// For one attachment: reading has no effect, so what may pass is tried again, but a turn waits.
class FetchRetry {
 public:
  static constexpr std::uint32_t kMost = 2;
  static constexpr runtime::Millis kFirst{500};  ///< doubling; the channel may ask for more

  /// How long to wait before it is asked for again; nullopt: it is given up. `left` is what remains
  /// of the time that the turn has for its files.
  std::optional<runtime::Millis> after(const Error& error, runtime::Millis left);

 private:
  std::uint32_t retries_ = 0;
};

}  // namespace openclaw::pipeline
