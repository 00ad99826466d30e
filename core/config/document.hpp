// A YAML file as a bounded tree in which every value knows where it was written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"

namespace openclaw::config {

struct Mark {
  int line = 0;  ///< 1-based; 0 = not from the file
  int column = 0;
  friend bool operator==(const Mark&, const Mark&) = default;
};

struct Entry;

struct Node {
  enum class Kind { null, scalar, sequence, map };
  Kind kind = Kind::null;
  std::string text;         ///< a scalar's value
  bool plain = true;        ///< false: quoted, a block scalar or tagged !!str, so surely a string
  std::string variable;     ///< not empty: the value came from this environment variable
  int height = 1;           ///< levels of nesting, itself included
  std::vector<Node> items;  ///< of a sequence
  std::vector<Entry> entries;  ///< of a map, in the file's order, aliases and `<<` resolved
  Mark mark;

  const Entry* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

struct Document {
  std::optional<Node> root;  ///< a map; absent when the file holds no document
  std::vector<Diagnostic> diagnostics;
};

/// Parses one YAML document within the caps of source.hpp. Stops at the first syntax error or cap.
Document parse_document(const std::string& text, const std::string& file);

}  // namespace openclaw::config
