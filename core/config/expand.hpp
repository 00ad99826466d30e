// Replaces ${VAR} and ${VAR:-default} in one value.
#pragma once

#include <string>
#include <string_view>

#include "core/config/load.hpp"

namespace openclaw::config {

struct Expansion {
  std::string text;
  bool expanded = false;  ///< it held at least one ${…}
  std::string unset;      ///< the first variable that is not set and has no default
  std::string problem;    ///< not empty: why the text cannot be expanded
};

/// `$${` stands for `${`; any other `$` stands for itself. A variable's value is taken as it is: it
/// is not expanded again, nor can it add YAML structure.
Expansion expand(std::string_view text, const Environment& environment);

/// Letters, digits and `_`, the first of them no digit.
bool is_variable_name(std::string_view name);

}  // namespace openclaw::config
