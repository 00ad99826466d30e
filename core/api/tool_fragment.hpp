// One fragment of a tool call, as a provider emits it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::api {

/// A plugin wrote it, so nothing is believed: what is absent and what has another type is the same.
struct ToolFragment {
  int index = 0;
  std::optional<std::string> id, name, arguments;

  /// Nothing when `json` is no object.
  static std::optional<ToolFragment> parse(std::string_view json);
};

}  // namespace openclaw::api
