// Reads numeric 005 (https://modern.ircdocs.horse/#feature-advertisement).
#include "isupport.hpp"

#include <algorithm>
#include <charconv>

namespace openclaw::irc {

namespace {

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

void ISupport::read(const Line& line) {
  // The first parameter is our nick, the last a sentence for people.
  for (std::size_t i = 1; i + 1 < line.params.size(); ++i) {
    const std::string_view token = line.params[i];
    const auto equals = token.find('=');
    const auto name = token.substr(0, equals);
    const auto value =
        equals == std::string_view::npos ? std::string_view{} : token.substr(equals + 1);
    if (name == "CASEMAPPING") {
      // A mapping that we do not know (rfc7613) differs outside ASCII only.
      casemapping_ = value == "rfc1459"          ? Casemapping::rfc1459
                     : value == "rfc1459-strict" ? Casemapping::strict_rfc1459
                                                 : Casemapping::ascii;
    } else if (name == "CHANTYPES") {
      room_types_ = value;
    } else if (name == "NICKLEN" && number(value) > 0) {
      nick_length_ = std::min<std::size_t>(number(value), 64);
    } else if (name == "LINELEN" && number(value) > 0) {
      line_length_ = std::clamp<std::size_t>(number(value), 512, 8192);
    } else if (name == "BOT" && value.size() == 1 && value[0] > ' ') {
      bot_mode_ = value[0];
    }
  }
}

std::string ISupport::lower(std::string_view name) const {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (casemapping_ == Casemapping::ascii) continue;
    // The letters of a Scandinavian ASCII, for which IRC was written.
    if (c == '[') c = '{';
    if (c == ']') c = '}';
    if (c == '\\') c = '|';
    if (c == '~' && casemapping_ == Casemapping::rfc1459) c = '^';
  }
  return out;
}

bool ISupport::same(std::string_view a, std::string_view b) const {
  return a.size() == b.size() && lower(a) == lower(b);
}

bool ISupport::is_room(std::string_view target) const {
  return !target.empty() && room_types_.find(target.front()) != std::string::npos;
}

}  // namespace openclaw::irc
