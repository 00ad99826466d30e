// Makes the small changes that a chat completion's body needs before it is sent.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::openai {

/// `body` with stream_options.include_usage, unless the client said something about
/// stream_options. All other bytes stay as they are. Empty when `body` is not a JSON object.
std::string with_stream_usage(std::string_view body);

/// `body` begins as a JSON object.
bool looks_like_object(std::string_view body);

}  // namespace openclaw::openai
