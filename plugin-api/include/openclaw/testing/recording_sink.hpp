// Writes down what a ChatParser emits, one line each.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>

#include "openclaw/cpp/provider/chat_parser.hpp"

namespace openclaw::testing {

class RecordingSink final : public sdk::ChatSink {
 public:
  void emit(std::uint32_t kind, std::string_view data) override {
    static constexpr std::array<const char*, 7> kNames = {
        "?", "text", "reasoning", "tool_call", "usage", "finish", "raw"};
    lines_ += kNames.at(kind);
    lines_ += ' ';
    lines_ += data;
    lines_ += '\n';
  }
  void progress() override { ++progress_; }

  /// Gives `parser` these events, until one fails.
  std::optional<sdk::Failure> feed(sdk::ChatParser& parser,
                                   std::initializer_list<const char*> events) {
    for (const char* e : events) {
      if (auto failure = parser.event("", e, *this)) return failure;
    }
    return std::nullopt;
  }

  [[nodiscard]] const std::string& lines() const { return lines_; }
  [[nodiscard]] int progress_count() const { return progress_; }

 private:
  std::string lines_;
  int progress_ = 0;
};

}  // namespace openclaw::testing
