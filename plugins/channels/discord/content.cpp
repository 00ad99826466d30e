// Which pictures Discord shows in an embed is not documented; these four are known to work.
#include "content.hpp"

#include <algorithm>
#include <array>

namespace openclaw::discord {

namespace {

constexpr std::size_t kMaxContent = 2000;  // code points
constexpr std::size_t kMaxImageUrl = 2048;
constexpr std::array<std::string_view, 4> kShown = {"image/png", "image/jpeg", "image/gif",
                                                    "image/webp"};

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\*_~`|<>#[]").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string with_address(const std::string& text, std::string_view url) {
  std::string out = text;
  if (!out.empty()) out += '\n';
  return out.append(url);
}

}  // namespace

Content content_of(std::string_view url, std::string_view mime, const std::string& caption) {
  const bool shown =
      url.size() <= kMaxImageUrl && std::find(kShown.begin(), kShown.end(), mime) != kShown.end();
  std::string text = escaped(caption);
  // Its address may have to stand below it, also when the picture is refused.
  if (code_points(text) + 1 + code_points(url) > kMaxContent) text = caption;
  if (shown) return {std::move(text), std::string(url)};
  return {with_address(text, url), {}};
}

Content without_image(Content content) {
  if (content.image.empty()) return content;
  return {with_address(content.text, content.image), {}};
}

}  // namespace openclaw::discord
