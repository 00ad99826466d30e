// Cuts a rendered text into messages that fit a platform's limit.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/render/media.hpp"
#include "core/render/rendered.hpp"

namespace openclaw::render {

/// One message. `plain` is the same without markup, empty when `text` has none.
struct Message {
  std::string text, plain;
  std::optional<Media> media{};  ///< with it, text is its caption, and plain empty

  bool operator==(const Message&) const = default;
};

/// Neither the text nor the plain text is longer than `limit`, nor the text longer than `max_bytes`
/// (0: no such bound). Spans that are open at a cut are closed there and opened again in the next
/// message. White space at the cuts is dropped. Breaks at paragraph, newline, sentence, space, else
/// between two atoms. Time is linear.
std::vector<Message> cut(const Rendered& rendered, std::size_t limit, std::size_t max_bytes);

}  // namespace openclaw::render
