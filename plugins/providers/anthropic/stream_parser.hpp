// Reads an answer of the Messages API, streamed or whole, without I/O.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "openclaw/cpp/provider/chat_parser.hpp"
#include "openclaw/cpp/provider/error_map.hpp"

namespace openclaw::anthropic {

/// message_start, then content blocks (start, deltas, stop), message_delta and message_stop; only
/// the last makes the answer complete. Pings, and events or blocks of unknown types, are ignored.
class StreamParser final : public sdk::ChatParser {
 public:
  explicit StreamParser(const sdk::ErrorMap& errors) : errors_(errors) {}

  std::optional<sdk::Failure> event(std::string_view name, std::string_view data,
                                    sdk::ChatSink& sink) override;
  [[nodiscard]] bool complete() const override { return complete_; }
  std::optional<sdk::Failure> end(bool mid_event, sdk::ChatSink& sink) override;
  std::optional<sdk::Failure> whole(std::string_view body, sdk::ChatSink& sink) override;

 private:
  struct Block {
    bool tool = false;
    int tool_index = 0;
    std::string input;  // given with the start, emitted at the stop unless deltas came
  };

  std::optional<sdk::Failure> start_block(const nlohmann::json& event, sdk::ChatSink& sink);
  std::optional<sdk::Failure> block_delta(const nlohmann::json& event, sdk::ChatSink& sink);
  std::optional<sdk::Failure> stop_block(const nlohmann::json& event, sdk::ChatSink& sink);
  void take_usage(const nlohmann::json& usage, sdk::ChatSink& sink);
  void finish(sdk::ChatSink& sink);

  const sdk::ErrorMap& errors_;
  bool begun_ = false, complete_ = false;
  std::map<std::uint64_t, Block> blocks_;
  int tools_ = 0;
  std::uint64_t input_ = 0, cache_written_ = 0, cache_read_ = 0, output_ = 0;
  std::string stop_reason_;
};

}  // namespace openclaw::anthropic
