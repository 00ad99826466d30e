// Lines of the IRC protocol: reading them out of a byte stream, and taking one apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::irc {

/// RFC 1459 with IRCv3 message tags: `@tag=value :nick!user@host COMMAND a b :the rest`.
struct Line {
  std::map<std::string, std::string> tags;  ///< unescaped
  std::string nick;                         ///< of the source; a server's name stands here, too
  std::string user, host;                   ///< empty when the source gives none
  std::string command;                      ///< upper case, or three digits
  std::vector<std::string> params;

  /// Empty when there are fewer.
  [[nodiscard]] const std::string& param(std::size_t n) const;
  [[nodiscard]] const std::string& last() const;
  [[nodiscard]] std::string_view tag(const std::string& name) const;
  /// A client's full mask, and one that cannot be taken for another kind of name.
  [[nodiscard]] bool from_person() const;
};

/// Absent for what is no line at all.
std::optional<Line> parse_line(std::string_view text);

/// A tag's value like 2026-01-31T12:00:00.123Z in Unix milliseconds; 0 = unreadable.
std::int64_t parse_time(std::string_view text);

/// Cuts a byte stream into lines. What is longer than any server may send is dropped.
class LineReader {
 public:
  /// 8191 bytes of tags (IRCv3) and 512 of the message, with room for servers that are generous.
  static constexpr std::size_t kMaxLine = 16'384;
  void feed(std::string_view bytes);
  /// Without its end; never empty.
  std::optional<std::string> next();

 private:
  std::string buffer_;
  std::size_t at_ = 0;
  bool dropping_ = false;
};

}  // namespace openclaw::irc
