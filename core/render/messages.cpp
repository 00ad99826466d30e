#include "core/render/messages.hpp"

#include <algorithm>
#include <utility>

#include "core/render/markdown.hpp"
#include "core/render/markdown_escape.hpp"
#include "core/render/renderer.hpp"

namespace openclaw::render {
namespace {

std::vector<Message> written(const Document& document, const Format& format) {
  const std::size_t limit = std::max(format.limit, kLeastLimit);
  return cut(render(document, format.dialect, limit, format.unit), limit, format.dialect.max_bytes);
}

/// So that an answer of addresses alone does not become a flood of messages.
constexpr std::size_t kMostMedia = 10;

/// The first pictures become messages of their own, at their place among the others.
std::vector<Message> with_media(const Document& document, const Format& format) {
  std::vector<Message> messages;
  std::size_t first = 0, media_so_far = 0;
  const auto flush = [&](std::size_t end) {
    if (first == end) return;
    for (Message& m : written(document.part(first, end), format)) messages.push_back(std::move(m));
  };
  for (std::size_t block = 0; block < document.blocks.size(); ++block) {
    if (media_so_far == kMostMedia) break;
    auto media = media_in(document, block, *format.media);
    const bool fits = std::all_of(media.begin(), media.end(), [&](const CaptionedMedia& one) {
      return length(one.caption, format.unit) <= format.media->caption_limit;
    });
    if (media.empty() || !fits || media_so_far + media.size() > kMostMedia) continue;
    media_so_far += media.size();
    flush(block);
    first = block + 1;
    for (CaptionedMedia& one : media) {
      messages.push_back({std::move(one.caption), {}, std::move(one.media)});
    }
  }
  flush(document.blocks.size());
  return messages;
}

std::vector<Message> as_written(std::string_view markdown, const Format& format) {
  std::vector<Message> messages;
  for (std::string& text : chunk(markdown, format.limit, format.unit)) {
    messages.push_back({std::move(text), {}, {}});
  }
  return messages;
}

}  // namespace

std::vector<Message> markdown_messages(std::string_view markdown, const Format& format) {
  if (format.markdown) return as_written(markdown, format);
  const Document document = parse_markdown(markdown);
  auto messages = format.media && !document.pictures.empty() ? with_media(document, format)
                                                             : written(document, format);
  // "#" alone is a heading without text: better to say it than nothing.
  if (messages.empty()) return plain_messages(markdown, format);
  return messages;
}

std::vector<Message> plain_messages(std::string_view text, const Format& format) {
  if (format.markdown) return as_written(markdown_escaped(text), format);
  return written(plain_document(text), format);
}

}  // namespace openclaw::render
