// Writes a document in a platform's dialect, and beside it as plain text.
#pragma once

#include "core/render/chunk.hpp"
#include "core/render/dialect.hpp"
#include "core/render/document.hpp"
#include "core/render/rendered.hpp"

namespace openclaw::render {

/// A limit below it is not kept: nothing could be said within it.
constexpr std::size_t kLeastLimit = 64;

/// `limit` is what the text will be cut at; markup that leaves too little room for text is left
/// out. Memory and time are linear in the document.
Rendered render(const Document& document, const Dialect& dialect, std::size_t limit, Unit unit);

}  // namespace openclaw::render
