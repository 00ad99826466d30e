#include "core/render/media.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace openclaw::render {

namespace {

constexpr std::size_t kMaxUrl = 2048;  // what the platforms take

struct Type {
  std::string_view extension, mime;
};
constexpr std::array kTypes = {
    Type{"png", "image/png"},       Type{"jpg", "image/jpeg"},      Type{"jpeg", "image/jpeg"},
    Type{"gif", "image/gif"},       Type{"webp", "image/webp"},     Type{"mp3", "audio/mpeg"},
    Type{"m4a", "audio/mp4"},       Type{"ogg", "audio/ogg"},       Type{"wav", "audio/wav"},
    Type{"mp4", "video/mp4"},       Type{"mov", "video/quicktime"}, Type{"webm", "video/webm"},
    Type{"pdf", "application/pdf"}, Type{"zip", "application/zip"}, Type{"csv", "text/csv"},
    Type{"txt", "text/plain"},
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

/// Behind the scheme; empty: not an address that another machine could fetch.
std::string_view remote_part(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (url.substr(0, scheme.size()) == scheme) return url.substr(scheme.size());
  }
  return {};
}

/// "https://a/b/cat.png?x" → "cat.png".
std::string name_in(std::string_view url) {
  std::string_view rest = remote_part(url);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const auto slash = rest.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(rest.substr(slash + 1));
}

std::string mime_of(std::string_view name) {
  const auto dot = name.rfind('.');
  std::string extension(dot == std::string_view::npos ? "" : name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Type& type : kTypes) {
    if (type.extension == extension) return std::string(type.mime);
  }
  return "image/*";  // it was written as an image
}

std::string_view kind_of(std::string_view mime) {
  const auto first = mime.substr(0, mime.find('/'));
  return first == "image" || first == "audio" || first == "video" ? first : "document";
}

std::optional<Media> media_at(const std::string& url, const MediaFormat& format) {
  const auto is_wrong = [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u <= 0x20 || u == 0x7F;
  };
  if (remote_part(url).empty() || url.size() > kMaxUrl ||
      std::any_of(url.begin(), url.end(), is_wrong)) {
    return std::nullopt;
  }
  Media media{url, {}, name_in(url)};
  media.mime = mime_of(media.name);
  if (std::find(format.kinds.begin(), format.kinds.end(), kind_of(media.mime)) ==
      format.kinds.end()) {
    return std::nullopt;
  }
  return media;
}

}  // namespace

std::vector<CaptionedMedia> media_in(const Document& document, std::size_t block,
                                     const MediaFormat& format) {
  const Block& it = document.blocks[block];
  if (it.kind != BlockKind::paragraph || it.quotes != 0 || it.depth != 0) return {};
  std::vector<CaptionedMedia> found;
  for (std::size_t r = it.first_run; r < document.end_of_runs(block); ++r) {
    const std::size_t end =
        r + 1 < document.end_of_runs(block) ? document.runs[r + 1].begin : document.end_of(block);
    const auto text = std::string_view(document.text)
                          .substr(document.runs[r].begin, end - document.runs[r].begin);
    const std::uint32_t link = document.runs[r].style.link;
    const bool picture =
        std::binary_search(document.pictures.begin(), document.pictures.end(), link);
    if (!picture && is_blank(text)) continue;
    if (!picture) return {};
    const std::string& url = document.links[link - 1];
    const auto media = media_at(url, format);
    if (!media) return {};
    const bool again = !found.empty() && found.back().media == *media;  // a caption in two styles
    if (!again) found.push_back({*media, {}});
    if (text != url) found.back().caption += text;
  }
  return found;
}

}  // namespace openclaw::render
