// First stage: is this a message at all, and is it within bounds?
#pragma once

#include "core/pipeline/message.hpp"

namespace openclaw::pipeline {

/// Bounds of what one message may carry; beyond them it is refused as too_large.
struct IngressLimits {
  std::size_t text_bytes = 256U << 10U;
  std::size_t id_bytes = 256;
  std::size_t extra_bytes = 1U << 20U;
  std::size_t attachments = 32;
  std::size_t ref_bytes = 4096;  ///< of one attachment
};

/// Normalises in place: invalid UTF-8 is replaced, control characters but newline and tab go (from
/// attachments' names all), ids and references stay as they are. Errors: invalid (no chat, sender
/// or content), too_large.
Result<void> admit(Inbound& message, const IngressLimits& limits);

}  // namespace openclaw::pipeline
