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

std::vector<Message> as_written(std::string_view markdown, const Format& format) {
  std::vector<Message> messages;
  for (std::string& text : chunk(markdown, format.limit, format.unit)) {
    messages.push_back({std::move(text), {}});
  }
  return messages;
}

}  // namespace

std::vector<Message> markdown_messages(std::string_view markdown, const Format& format) {
  if (format.markdown) return as_written(markdown, format);
  auto messages = written(parse_markdown(markdown), format);
  // "#" alone is a heading without text: better to say it than nothing.
  if (messages.empty()) return plain_messages(markdown, format);
  return messages;
}

std::vector<Message> plain_messages(std::string_view text, const Format& format) {
  if (format.markdown) return as_written(markdown_escaped(text), format);
  return written(plain_document(text), format);
}

}  // namespace openclaw::render
