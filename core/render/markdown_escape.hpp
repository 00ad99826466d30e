// Writes plain text so that Markdown shows it as it is.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::render {

/// Only what would be markup is escaped, so that the text stays readable where it is not rendered.
std::string markdown_escaped(std::string_view text);

}  // namespace openclaw::render
