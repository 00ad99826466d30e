// One answer's tokens, in the form that every provider tells them in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace openclaw::sdk {

struct Usage {
  std::uint64_t prompt = 0;      ///< the cached ones among them
  std::uint64_t completion = 0;  ///< reasoning among them
  std::optional<std::uint64_t> cached{};

  /// What OC_CHAT_USAGE carries.
  [[nodiscard]] std::string json() const {
    std::string out = "{\"prompt_tokens\":" + std::to_string(prompt) +
                      ",\"completion_tokens\":" + std::to_string(completion) +
                      ",\"total_tokens\":" + std::to_string(prompt + completion);
    if (cached) {
      out += ",\"prompt_tokens_details\":{\"cached_tokens\":" + std::to_string(*cached) + "}";
    }
    return out + "}";
  }
};

}  // namespace openclaw::sdk
