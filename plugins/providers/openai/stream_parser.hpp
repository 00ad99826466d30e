// Reads a chat completion, streamed or whole, without I/O.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "openclaw/cpp/provider/chat_parser.hpp"
#include "openclaw/cpp/provider/error_map.hpp"

namespace openclaw::openai {

/// With `raw`, chunks and completions are passed on as they came (OC_CHAT_RAW); otherwise they are
/// taken apart into text, reasoning, tool calls, usage and the reason to finish.
///
/// A stream is complete at [DONE]. Some compatible servers leave that out: so also when the body
/// ends between two events after a chunk with a finish_reason.
class StreamParser final : public sdk::ChatParser {
 public:
  StreamParser(const sdk::ErrorMap& errors, bool raw) : errors_(errors), raw_(raw) {}

  std::optional<sdk::Failure> event(std::string_view name, std::string_view data,
                                    sdk::ChatSink& sink) override;
  [[nodiscard]] bool complete() const override { return complete_; }
  std::optional<sdk::Failure> end(bool mid_event, sdk::ChatSink& sink) override;
  std::optional<sdk::Failure> whole(std::string_view body, sdk::ChatSink& sink) override;

 private:
  std::optional<sdk::Failure> failed(std::string_view data) const;
  std::optional<sdk::Failure> done(sdk::ChatSink& sink);
  void choice(const nlohmann::json& choice, const nlohmann::json& message, sdk::ChatSink& sink);
  void tool_calls(const nlohmann::json& calls, sdk::ChatSink& sink);

  const sdk::ErrorMap& errors_;
  const bool raw_;
  bool begun_ = false;  // a chunk came
  bool complete_ = false;
  bool finished_ = false;
  std::string finish_;                     // one of OC_CHAT_FINISH's words
  std::map<std::string, int> tool_index_;  // for servers that leave "index" out
};

}  // namespace openclaw::openai
