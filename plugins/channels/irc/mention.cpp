// Looks for the nick.
#include "mention.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {

/// What may stand in a nick, so that a nick ends before anything else. UTF-8 counts: "botë" is a
/// word of its own.
bool in_nick(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("[]\\`_^{|}-").find(c) != std::string_view::npos;
}

bool digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

}  // namespace

Addressed find_mention(std::string_view text, std::string_view nick, const ISupport& server) {
  Addressed result{false, std::string(text)};
  if (nick.empty()) return result;
  const std::string haystack = server.lower(text);
  const std::string needle = server.lower(nick);
  for (auto at = haystack.find(needle); at != std::string::npos;
       at = haystack.find(needle, at + 1)) {
    const std::size_t end = at + needle.size();
    if (at > 0 && in_nick(text[at - 1])) continue;
    if (end < text.size() && in_nick(text[end])) continue;
    result.mentioned = true;
    break;
  }
  if (!result.mentioned) return result;
  // "nick: hello", "@nick hello", "nick, hello": the address is no part of what is said.
  std::size_t begin = text.substr(0, 1) == "@" ? 1 : 0;
  const std::size_t end = begin + needle.size();
  if (haystack.compare(begin, needle.size(), needle) != 0) return result;
  const bool addressed = end == text.size() || text[end] == ':' || text[end] == ',' ||
                         (begin == 1 && text[end] == ' ');
  if (!addressed) return result;
  const auto rest = text.find_first_not_of(":, ", end);
  if (rest != std::string_view::npos) result.text = text.substr(rest);
  return result;
}

std::string without_formatting(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\x03') {  // one or two digits, and again behind a comma
      for (int n = 0; n < 2 && digit(text, i + 1); ++n) ++i;
      if (i + 1 < text.size() && text[i + 1] == ',' && digit(text, i + 2)) {
        ++i;
        for (int n = 0; n < 2 && digit(text, i + 1); ++n) ++i;
      }
    } else if (c == '\x04') {  // six hexadecimal digits
      std::size_t n = 0;
      while (n < 6 && i + 1 + n < text.size() &&
             std::string_view("0123456789abcdefABCDEF").find(text[i + 1 + n]) !=
                 std::string_view::npos) {
        ++n;
      }
      if (n == 6) i += 6;
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
      out += c;
    }
  }
  return out;
}

}  // namespace openclaw::irc
