// Reads the body of POST /v1/chat/completions as far as the gateway must understand it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::api {

/// A long conversation with its tools has some ten thousand.
inline constexpr std::size_t kMaxJsonValues = 200'000;

struct ChatRequest {
  std::string model;  ///< as the client gave it
  std::string user;
  bool stream = false;
  bool include_usage = false;   ///< stream_options.include_usage
  std::string last_user_text;   ///< of the last message with role "user"
  std::string instructions;     ///< its system and developer messages, joined
  std::string messages_json;    ///< the array, as the client gave it
  std::string parameters_json;  ///< temperature, max_tokens and the like, as an object
};

/// Checks the whole body; the error says which field is wrong.
Result<ChatRequest> parse_chat_request(std::string_view body);

/// What pass-through needs of a body, without taking it apart.
struct ChatEnvelope {
  std::string model;
  bool stream = false;
  bool include_usage = false;  ///< stream_options.include_usage
  std::size_t model_begin = 0,
              model_end = 0;  ///< the model's JSON string in the body, quotes included
};

/// One pass over the body, no copy of it: it must be one valid JSON object with a string "model".
Result<ChatEnvelope> scan_chat_envelope(std::string_view body);

/// `body` with the model's value replaced.
std::string with_model(std::string_view body, const ChatEnvelope& envelope, std::string_view model);

}  // namespace openclaw::api
