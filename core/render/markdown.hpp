// Reads Markdown as models write it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/render/document.hpp"

namespace openclaw::render {

/// Whether an address that stands there without `<...>` is a link. Most platforms make one of it by
/// themselves.
enum class BareAddresses : std::uint8_t { text, links };

/// CommonMark with GFM's tables and strikethrough. HTML is text, and so is what is indented. A
/// newline within a paragraph stays one, as in a chat. Time and memory are linear in the text; a
/// passage that would grow beyond that (a definition that is used over and over) is taken as plain
/// text.
Document parse_markdown(std::string_view markdown, BareAddresses bare = BareAddresses::text);

}  // namespace openclaw::render
