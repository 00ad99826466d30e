// From a text to the messages that a platform is sent: parsed, rendered, cut.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/render/chunk.hpp"
#include "core/render/cutter.hpp"
#include "core/render/dialect.hpp"
#include "core/render/media.hpp"

namespace openclaw::render {

/// What a platform takes.
struct Format {
  std::size_t limit = 4000;
  Unit unit = Unit::codepoints;
  bool markdown = false;  ///< it reads Markdown itself; else `dialect` says what it reads
  Dialect dialect{};      ///< without any markup: plain text
  std::optional<MediaFormat> media{};  ///< without it pictures are links
};

/// What a model has written. A text that is not blank has at least one message.
std::vector<Message> markdown_messages(std::string_view markdown, const Format& format);

/// What the gateway itself says: every character of it is meant to be seen.
std::vector<Message> plain_messages(std::string_view text, const Format& format);

}  // namespace openclaw::render
