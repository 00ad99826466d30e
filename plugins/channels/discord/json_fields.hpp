// Reading fields of JSON that nobody has checked: a wrong type counts as absent.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace openclaw::discord {

inline std::int64_t integer_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
}

inline std::string text_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

inline bool flag_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_boolean() && it->get<bool>();
}

/// The object at `key`, or nullptr.
inline const nlohmann::json* object_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_object() ? &*it : nullptr;
}

/// The array at `key`, or nullptr.
inline const nlohmann::json* array_of(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? &*it : nullptr;
}

}  // namespace openclaw::discord
