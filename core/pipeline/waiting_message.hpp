// A message that waits for its turn, or has it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/pipeline/message.hpp"
#include "core/pipeline/turn/answer.hpp"

namespace openclaw::pipeline {

struct WaitingMessage {
  std::uint64_t id = 0;
  std::string agent;
  Inbound message;
  /// Shared with the HTTP handler that created it, which outlives a client that went away.
  std::shared_ptr<AnswerListener> listener;
  std::uint32_t tries = 0;       ///< turns that were given back since this start
  std::int64_t received_ms = 0;  ///< Unix time, of the gateway that it came to
};

}  // namespace openclaw::pipeline
