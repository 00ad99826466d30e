#include "verification.hpp"

namespace openclaw::whatsapp {

namespace {

constexpr std::size_t kMaxChallenge = 1024;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

/// The first value of that name.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && decoded(pair.substr(0, equals)) == name) {
      return decoded(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Verification> read_verification(std::string_view query) {
  const auto mode = parameter(query, "hub.mode");
  auto token = parameter(query, "hub.verify_token");
  auto challenge = parameter(query, "hub.challenge");
  if (mode != "subscribe" || !token || !challenge || challenge->empty() ||
      challenge->size() > kMaxChallenge) {
    return std::nullopt;
  }
  return Verification{std::move(*token), std::move(*challenge)};
}

}  // namespace openclaw::whatsapp
