// Writes a document as HTML, for a page that shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/render/document.hpp"

namespace openclaw::render {

/// HTML may be so many times longer than what it says, and this longer.
constexpr std::size_t kHtmlGrowth = 6, kHtmlRoom = 4096;

/// As "oc.markup/1" says: one line for each block that lies in no other, elements of a fixed list,
/// every text escaped, and only addresses of http, https and mailto. Time and memory are linear in
/// the document. Nothing when it would be longer than `most`: tables of many empty cells are.
std::optional<std::string> html_of(const Document& document, std::size_t most = SIZE_MAX);

/// Bare addresses are links. Bounded by kHtmlGrowth and kHtmlRoom.
std::optional<std::string> markdown_html(std::string_view markdown);

}  // namespace openclaw::render
