// Writes a document as HTML, for a page that shows it.
#pragma once

#include <string>
#include <string_view>

#include "core/render/document.hpp"

namespace openclaw::render {

/// As "oc.markup/1" says: one line for each block that lies in no other, elements of a fixed list,
/// every text escaped, and only addresses of http, https and mailto. Time and memory are linear in
/// the document.
std::string html_of(const Document& document);

/// Bare addresses are links.
std::string markdown_html(std::string_view markdown);

}  // namespace openclaw::render
