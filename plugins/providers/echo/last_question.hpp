// Finds what an OpenAI chat request asks last, without building a tree of the conversation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::echo {

/// The text of the last message with role "user", also when its content is a list of parts; empty
/// when there is none. Nothing when `body` is not a JSON object.
std::optional<std::string> last_question(std::string_view body);

}  // namespace openclaw::echo
