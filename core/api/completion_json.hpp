// The JSON of OpenAI's chat.completion and chat.completion.chunk objects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::api {

class CompletionJson {
 public:
  /// `id` is "chatcmpl-...", `created` Unix seconds.
  CompletionJson(std::string id, std::int64_t created, std::string model);

  [[nodiscard]] std::string first_chunk() const;  ///< delta with the role
  [[nodiscard]] std::string text_chunk(std::string_view text) const;
  [[nodiscard]] std::string tool_chunk(std::string_view tool_call_json) const;
  [[nodiscard]] std::string last_chunk(std::string_view finish_reason) const;
  [[nodiscard]] std::string usage_chunk(std::string_view usage_json) const;
  /// `tool_calls_json` is an array, or empty; `usage_json` an object, or empty.
  [[nodiscard]] std::string whole(std::string_view text, std::string_view finish_reason,
                                  std::string_view usage_json,
                                  std::string_view tool_calls_json) const;

 private:
  [[nodiscard]] std::string chunk(std::string_view delta_json, std::string_view finish_json) const;
  std::string head_;  ///< "id":...,"created":...,"model":...
};

/// {"prompt_tokens":..,"completion_tokens":..,"total_tokens":..} with the total filled in.
std::string complete_usage(std::string_view usage_json);

/// `data: JSON\n\n`
std::string sse(std::string_view json);

/// The HTTP status that an error of a turn or provider becomes.
unsigned status_of(const Error& error);
/// OpenAI's error type for that status.
std::string_view type_of(unsigned status);
/// {"error":{...}} for a stream that fails midway.
std::string error_json(const Error& error);

/// A fresh "chatcmpl-" id.
std::string fresh_completion_id();

}  // namespace openclaw::api
