// The line parser. It takes whatever comes: what breaks the grammar makes an odd line, never a
// crash.
#include "line.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::irc {

namespace {

constexpr std::size_t kMaxParams = 32;
constexpr std::size_t kMaxTags = 64;

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      out += value[i];
      continue;
    }
    if (++i == value.size()) break;  // a lone backslash at the end means nothing
    switch (value[i]) {
      case ':':
        out += ';';
        break;
      case 's':
        out += ' ';
        break;
      case 'r':
        out += '\r';
        break;
      case 'n':
        out += '\n';
        break;
      default:
        out += value[i];
    }
  }
  return out;
}

/// The next word, taken off with the spaces behind it.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
  return word;
}

void read_tags(std::string_view text, Line& line) {
  while (!text.empty() && line.tags.size() < kMaxTags) {
    const auto end = std::min(text.find(';'), text.size());
    const auto tag = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = tag.find('=');
    if (equals == 0 || tag.empty()) continue;
    line.tags[std::string(tag.substr(0, equals))] =
        equals == std::string_view::npos ? std::string{} : unescaped(tag.substr(equals + 1));
  }
}

void read_source(std::string_view text, Line& line) {
  const auto at = text.rfind('@');
  const auto bang = text.find('!');
  if (at != std::string_view::npos) line.host = text.substr(at + 1);
  if (bang != std::string_view::npos && (at == std::string_view::npos || bang < at)) {
    line.user = text.substr(bang + 1,
                            at == std::string_view::npos ? std::string_view::npos : at - bang - 1);
    line.nick = text.substr(0, bang);
  } else {
    line.nick = text.substr(0, at);
  }
}

int number(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// Days since 1970 of a date in the proleptic Gregorian calendar.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

}  // namespace

const std::string& Line::param(std::size_t n) const {
  static const std::string none;
  return n < params.size() ? params[n] : none;
}

const std::string& Line::last() const {
  return param(params.empty() ? 0 : params.size() - 1);
}

std::string_view Line::tag(const std::string& name) const {
  const auto it = tags.find(name);
  return it == tags.end() ? std::string_view{} : std::string_view{it->second};
}

bool Line::from_person() const {
  return !nick.empty() && !user.empty() && !host.empty() && nick.find(':') == std::string::npos;
}

std::optional<Line> parse_line(std::string_view text) {
  Line line;
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (!text.empty() && text.front() == '@') read_tags(take_word(text).substr(1), line);
  if (!text.empty() && text.front() == ':') read_source(take_word(text).substr(1), line);
  line.command = take_word(text);
  if (line.command.empty()) return std::nullopt;
  for (char& c : line.command) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  while (!text.empty()) {
    if (text.front() == ':' || line.params.size() + 1 == kMaxParams) {
      line.params.emplace_back(text.substr(text.front() == ':' ? 1 : 0));
      break;
    }
    line.params.emplace_back(take_word(text));
  }
  return line;
}

std::int64_t parse_time(std::string_view text) {
  // 2026-01-31T12:00:00.123Z, as the server-time specification fixes it.
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z') {
    return 0;
  }
  const int year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  const int hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 60) {
    return 0;
  }
  const int millis = text.size() >= 24 && text[19] == '.' ? number(text, 20, 3) : 0;
  const std::int64_t minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute;
  return (minutes * 60 + second) * 1000 + std::max(0, millis);
}

void LineReader::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_ += bytes;
}

std::optional<std::string> LineReader::next() {
  while (true) {
    const auto end = buffer_.find_first_of("\r\n", at_);
    const std::size_t length = (end == std::string::npos ? buffer_.size() : end) - at_;
    if (end == std::string::npos) {
      if (length > kMaxLine) {
        dropping_ = true;
        at_ = buffer_.size();
      }
      return std::nullopt;
    }
    std::string line = buffer_.substr(at_, length);
    at_ = end + 1;
    if (std::exchange(dropping_, false) || length > kMaxLine || line.empty()) continue;
    return line;
  }
}

}  // namespace openclaw::irc
