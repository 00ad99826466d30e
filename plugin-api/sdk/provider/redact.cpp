// Finds credentials by the shapes that providers give them.
#include "openclaw/cpp/provider/redact.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace openclaw::sdk {

namespace {

constexpr std::string_view kRedacted = "[redacted]";
// Prefixes of keys in use: OpenAI, Anthropic and many others; Groq; xAI; Google; Hugging Face.
constexpr std::array<std::string_view, 5> kPrefixes = {"sk-", "gsk_", "xai-", "AIza", "hf_"};
// What follows these is a credential whatever its shape.
constexpr std::array<std::string_view, 4> kIntroductions = {
    "bearer ", "key provided: ", "x-api-key: ", "api_key="};
constexpr std::size_t kLongToken = 40;  // no id or model name that providers send is as long

bool is_token(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '-' || c == '_' || c == '*' || c == '.' || c == '+' ||
         c == '/' || c == '=';
}

bool starts_with_any_case(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
         });
}

bool looks_like_a_key(std::string_view token) {
  for (const auto prefix : kPrefixes) {
    if (token.size() >= prefix.size() + 4 && token.substr(0, prefix.size()) == prefix) return true;
  }
  if (token.size() < kLongToken || token.find('/') != std::string_view::npos) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::any_of(token.begin(), token.end(), digit);
}

/// Length of the well-formed UTF-8 character at the front, 0 when there is none.
std::size_t character(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char a = byte(0);
  const std::size_t n = a < 0x80   ? 1
                        : a < 0xC2 ? 0
                        : a < 0xE0 ? 2
                        : a < 0xF0 ? 3
                        : a < 0xF5 ? 4
                                   : 0;
  if (n == 0 || n > s.size()) return 0;
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((a == 0xE0 && byte(1) < 0xA0) || (a == 0xED && byte(1) > 0x9F) ||
      (a == 0xF0 && byte(1) < 0x90) || (a == 0xF4 && byte(1) > 0x8F))
    return 0;
  return n;
}

}  // namespace

std::string redact(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty() && out.size() <= limit) {
    bool introduced = false;
    for (const auto introduction : kIntroductions) {
      if (!starts_with_any_case(text, introduction)) continue;
      out += text.substr(0, introduction.size());
      text.remove_prefix(introduction.size());
      introduced = true;
      break;
    }
    const auto end = std::find_if_not(text.begin(), text.end(), is_token);
    const auto token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (!token.empty()) {
      if (introduced || looks_like_a_key(token)) {
        out += kRedacted;
      } else {
        out += token;
      }
      text.remove_prefix(token.size());
      continue;
    }
    if (text.empty()) break;
    const std::size_t n = character(text);
    if (n == 1 && static_cast<unsigned char>(text.front()) < 0x20) {
      out += ' ';
    } else if (n == 0 || text.front() == '\x7f') {
      out += '?';
    } else {
      out += text.substr(0, n);
    }
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  if (out.size() <= limit) return out;
  std::size_t cut = limit < 3 ? 0 : limit - 3;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) --cut;
  out.resize(cut);
  return out + "...";
}

}  // namespace openclaw::sdk
