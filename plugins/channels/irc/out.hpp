// A line on its way to the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openclaw::irc {

struct Out {
  std::string text;     ///< without its end
  bool secret = false;  ///< holds "${secret:KEY}", and nothing that a person wrote
};
using Outs = std::vector<Out>;

/// As it goes into the stream. Nothing that is inside can end the line and begin another.
inline std::string wire(const Out& out) {
  std::string line;
  for (const char c : out.text) {
    const bool breaks = c == '\r' || c == '\n' || (c == '\0' && !out.secret);
    if (!breaks) line += c;
  }
  return line + "\r\n";
}

}  // namespace openclaw::irc
