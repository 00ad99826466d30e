// Texts in JSON.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::pipeline {

/// `text` as a JSON string behind `out`; what is no UTF-8 in it is replaced. Most of what people
/// say is plain text, which needs no escapes and thus no JSON library.
void append_quoted(std::string& out, std::string_view text);

}  // namespace openclaw::pipeline
