#include "live_html.hpp"

#include <utility>

namespace openclaw::webchat {

namespace {

/// Of valid UTF-8: a character of four bytes is two units.
std::size_t utf16_units(const std::string& text, std::size_t end) {
  std::size_t units = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

}  // namespace

LiveHtml::Change LiveHtml::tell(std::string html, std::int64_t now) {
  behind_ = false;
  due_ = now + kEveryMs + kMsPerKiB * static_cast<std::int64_t>(html.size() / 1024);
  const std::size_t most = std::min(html.size(), told_.size());
  std::size_t same = 0;
  while (same < most && html[same] == told_[same]) ++same;
  // Not within a character.
  while (same > 0 && same < html.size() &&
         (static_cast<unsigned char>(html[same]) & 0xC0U) == 0x80U) {
    --same;
  }
  Change change{utf16_units(html, same), html.substr(same)};
  told_ = std::move(html);
  return change;
}

}  // namespace openclaw::webchat
