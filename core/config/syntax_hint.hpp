// Finds the mistake behind a syntax error that the parser noticed late, or named in its own terms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/document.hpp"

namespace openclaw::config {

struct SyntaxHint {
  Mark mark;  ///< where to correct the text
  std::string message;
};

/// Looks for what people get wrong most often: a tab as indentation, a ${VARIABLE} without quotes
/// inside brackets, a bracket or quote that is never closed. `noticed` is where the parser gave up.
/// Only for a text that the parser refused: what a line means is followed roughly. The message
/// holds nothing of the text but a variable's name.
std::optional<SyntaxHint> find_mistake(std::string_view text, Mark noticed);

}  // namespace openclaw::config
