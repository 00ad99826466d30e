// Finds the known name that a misspelt one was meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::config {

/// The closest of `known`: equal but for case, `_` and `-`; or within two edits (insert, delete,
/// replace, swap); or the only one that it begins. Nothing when none is close.
std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& known);

/// "; did you mean `x`?", or "" when nothing is close.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

/// A key as it may be shown: where a forgotten space made a secret part of the key, only its
/// beginning.
std::string shown_key(std::string_view key);

/// "a, b or c"
std::string join_or(const std::vector<std::string>& words);

}  // namespace openclaw::config
