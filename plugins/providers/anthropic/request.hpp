// Translates an OpenAI chat completion request into one of Anthropic's Messages API.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openclaw::anthropic {

struct RequestDefaults {
  std::uint64_t max_tokens = 4096;  ///< when the request gives none
  bool prompt_caching = false;
};

struct Translated {
  std::string body;     ///< JSON
  std::string problem;  ///< what is wrong with the request, or empty
};

/// What Anthropic has no equal of (n, seed, logprobs, penalties, ...) is left out.
Translated translate(std::string_view openai_body, std::string_view model, bool stream,
                     const RequestDefaults& defaults);

}  // namespace openclaw::anthropic
