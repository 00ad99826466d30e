#include "core/pipeline/commands/commands.hpp"

#include <algorithm>
#include <array>

namespace openclaw::pipeline {
namespace {

constexpr std::string_view kSilent = "NO_REPLY";

constexpr std::array<std::string_view, 9> kCommands{"new",  "reset", "status", "help",   "whoami",
                                                    "stop", "model", "usage",  "compact"};
constexpr std::string_view kBlank = " \t\r\n\f\v";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::optional<Command> parse_command(std::string_view text) {
  text = trimmed(text);
  if (!text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  std::string_view word = text.substr(0, text.find_first_of(kBlank));
  const std::string_view argument = trimmed(text.substr(word.size()));
  // Telegram's clients add the bot's name in groups; whose name it is, the channel has checked.
  if (const auto at = word.find('@'); at != std::string_view::npos) {
    if (at + 1 == word.size()) return std::nullopt;
    word = word.substr(0, at);
  }
  for (const std::string_view name : kCommands) {
    if (equal_ignoring_case(word, name)) return Command{std::string(name), std::string(argument)};
  }
  return std::nullopt;
}

bool is_silent_reply(std::string_view text) {
  return equal_ignoring_case(trimmed(text), kSilent);
}

bool may_be_silent_reply(std::string_view begun) {
  const std::string_view word = trimmed(begun);
  return word.size() <= kSilent.size() && equal_ignoring_case(word, kSilent.substr(0, word.size()));
}

}  // namespace openclaw::pipeline
