// What differs between two providers' answers: a parser a dialect, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "openclaw/cpp/failure.hpp"

namespace openclaw::sdk {

class ChatSink {
 public:
  virtual ~ChatSink() = default;
  virtual void emit(std::uint32_t kind, std::string_view data) = 0;  ///< OC_CHAT_*
  /// The model did something: what the first-token and idle deadlines wait for.
  virtual void progress() = 0;
};

/// One answer's state. After a failure nothing more is asked of it.
class ChatParser {
 public:
  virtual ~ChatParser() = default;
  /// One server-sent event of a streamed answer.
  virtual std::optional<Failure> event(std::string_view name, std::string_view data,
                                       ChatSink& sink) = 0;
  /// The protocol's terminal event came and everything was emitted.
  [[nodiscard]] virtual bool complete() const = 0;
  /// The streamed body ended before complete(); `mid_event`: inside an event. Without a failure
  /// the answer is whole nevertheless.
  virtual std::optional<Failure> end(bool mid_event, ChatSink& sink) = 0;
  /// The whole body of an answer that was not streamed.
  virtual std::optional<Failure> whole(std::string_view body, ChatSink& sink) = 0;
};

}  // namespace openclaw::sdk
