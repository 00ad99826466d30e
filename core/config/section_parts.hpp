// What the readers of providers, channels and storage have in common.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/config/document.hpp"

namespace openclaw::config {

// Every entry is checked on its own, so their number bounds the time a load takes.
inline constexpr std::size_t max_entries = 256;

inline std::string string_at(const nlohmann::json& section, const char* key,
                             std::string standard = {}) {
  const auto found = section.find(key);
  return found != section.end() && found->is_string() ? found->get<std::string>()
                                                      : std::move(standard);
}

inline std::string dump(const nlohmann::json& section) {
  return section.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline Node empty_map(Mark mark) {
  Node node;
  node.kind = Node::Kind::map;
  node.mark = mark;
  return node;
}

}  // namespace openclaw::config
