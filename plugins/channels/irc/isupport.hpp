// What a server says of itself in numeric 005: how names compare, what is a channel, how long lines
// may be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "line.hpp"

namespace openclaw::irc {

class ISupport {
 public:
  /// Takes a 005 line.
  void read(const Line& line);

  /// A nick or a channel in the server's lower case: what compares equal is the same one.
  [[nodiscard]] std::string lower(std::string_view name) const;
  [[nodiscard]] bool same(std::string_view a, std::string_view b) const;
  [[nodiscard]] bool is_room(std::string_view target) const;
  [[nodiscard]] std::size_t nick_length() const { return nick_length_; }  ///< 0 = not said
  /// Of a whole line, with its end.
  [[nodiscard]] std::size_t line_length() const { return line_length_; }
  /// The user mode by which a client says that it is a bot; 0 = none.
  [[nodiscard]] char bot_mode() const { return bot_mode_; }

 private:
  enum class Casemapping { ascii, rfc1459, strict_rfc1459 };
  Casemapping casemapping_ = Casemapping::rfc1459;  // what holds for a server that says nothing
  std::string room_types_ = "#&";
  std::size_t nick_length_ = 0, line_length_ = 512;
  char bot_mode_ = 0;
};

}  // namespace openclaw::irc
