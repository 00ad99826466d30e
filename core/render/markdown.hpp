// Reads Markdown as models write it.
#pragma once

#include <string_view>

#include "core/render/document.hpp"

namespace openclaw::render {

/// CommonMark with GFM's tables and strikethrough. Only `<...>` makes a link of a bare address:
/// platforms do that by themselves. HTML is text, and so is what is indented. A newline within a
/// paragraph stays one, as in a chat. Time and memory are linear in the text; a passage that would
/// grow beyond that (a definition that is used over and over) is taken as plain text.
Document parse_markdown(std::string_view markdown);

}  // namespace openclaw::render
