// JSON as it is answered.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace openclaw::api {

/// Compact. What is no UTF-8 in a string becomes U+FFFD, so that nothing throws.
inline std::string json_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace openclaw::api
