// The tokens that one answer took, as its provider reported them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::pipeline {

struct TokenUsage {
  std::uint64_t prompt = 0, completion = 0;
};

/// From {"prompt_tokens":n,"completion_tokens":n}, OpenAI's form; whatever else stands there is
/// left out. Nothing when neither is a whole number within reason.
std::optional<TokenUsage> token_usage_from(std::string_view usage_json);

/// An answer's meta_json: {"model":..,"turn":..} with "usage" beside them where it is known.
std::string answer_meta(const std::string& model, const std::string& turn_id,
                        const std::optional<TokenUsage>& usage);

/// From a transcript entry's meta_json.
std::optional<TokenUsage> token_usage_of(std::string_view meta_json);

}  // namespace openclaw::pipeline
