// Whether a text addresses us by our nick.
#pragma once

#include <string>
#include <string_view>

#include "isupport.hpp"

namespace openclaw::irc {

struct Addressed {
  bool mentioned = false;
  std::string text;  ///< without "nick: " at its beginning
};

/// The nick counts as a word only: "bot" is not in "robots", nor in "bot-net".
Addressed find_mention(std::string_view text, std::string_view nick, const ISupport& server);

/// Without bold, colours and the like, which people's clients put in.
std::string without_formatting(std::string_view text);

}  // namespace openclaw::irc
