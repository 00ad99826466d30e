// Meta writes some numbers as numbers and some as text.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

/// The whole number under `key`, or 0.
inline std::int64_t integer_of(const nlohmann::json& object, const char* key) {
  const auto& found = sdk::member_at(object, key);
  if (!found.is_string()) return sdk::integer_at(object, key);
  const auto& text = found.get_ref<const std::string&>();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : 0;
}

}  // namespace openclaw::whatsapp
