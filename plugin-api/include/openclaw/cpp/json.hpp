// Reads foreign JSON: its nesting is bounded, so that copying or printing it cannot use up the
// stack, and a field of a wrong type counts as absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace openclaw::sdk {

constexpr std::size_t kMaxJsonDepth = 128;

enum class JsonBounds { within, too_deep, too_many };

/// Whether arrays and objects are nested at most `max_depth` deep, and whether there are at most
/// `max_values` values (an object's keys are not counted). Right for valid JSON; on other text it
/// only never reads past the end.
inline JsonBounds json_bounds(std::string_view text, std::size_t max_depth,
                              std::size_t max_values) {
  std::size_t depth = 0;
  std::size_t values = 0;
  bool in_string = false;
  bool value_follows = true;  // unless the container that was just opened is empty
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string && value_follows && c != ' ' && c != '\n' && c != '\r' && c != '\t') {
      value_follows = false;
      if (c != ']' && c != '}' && ++values > max_values) return JsonBounds::too_many;
    }
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) return JsonBounds::too_deep;
      value_follows = true;
    } else if (c == ',') {
      value_follows = true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return JsonBounds::within;
}

/// Arrays and objects are nested at most `limit` deep.
inline bool json_depth_within(std::string_view text, std::size_t limit = kMaxJsonDepth) {
  return json_bounds(text, limit, text.size()) != JsonBounds::too_deep;
}

/// A discarded value (is_discarded()) when `text` is not JSON or is nested too deeply.
inline nlohmann::json parse_bounded(std::string_view text) {
  if (!json_depth_within(text)) return nlohmann::json(nlohmann::json::value_t::discarded);
  return nlohmann::json::parse(text, nullptr, false);
}

/// Prints without throwing: bytes that are not UTF-8 become U+FFFD.
inline std::string to_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The value under `key`, or null when it is absent or `object` is none.
inline const nlohmann::json& member_at(const nlohmann::json& object, const char* key) {
  static const nlohmann::json kNothing;
  if (!object.is_object()) return kNothing;
  const auto it = object.find(key);
  return it == object.end() ? kNothing : *it;
}

/// The string under `key`, or empty when it is absent or something else.
inline std::string string_at(const nlohmann::json& object, const char* key) {
  const auto& value = member_at(object, key);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

/// The non-negative number under `key`, or 0.
inline std::uint64_t count_at(const nlohmann::json& object, const char* key) {
  const auto& value = member_at(object, key);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

/// The whole number under `key`, or 0.
inline std::int64_t integer_at(const nlohmann::json& object, const char* key) {
  const auto& value = member_at(object, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

/// The boolean under `key`, or `otherwise`.
inline bool flag_at(const nlohmann::json& object, const char* key, bool otherwise = false) {
  const auto& value = member_at(object, key);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

/// The object under `key`, or nullptr.
inline const nlohmann::json* find_object(const nlohmann::json& object, const char* key) {
  const auto& value = member_at(object, key);
  return value.is_object() ? &value : nullptr;
}

/// The array under `key`, or nullptr.
inline const nlohmann::json* find_array(const nlohmann::json& object, const char* key) {
  const auto& value = member_at(object, key);
  return value.is_array() ? &value : nullptr;
}

/// The object under `key`, or an empty one.
inline const nlohmann::json& object_at(const nlohmann::json& object, const char* key) {
  static const nlohmann::json kNone = nlohmann::json::object();
  const nlohmann::json* found = find_object(object, key);
  return found == nullptr ? kNone : *found;
}

/// The array under `key`, or an empty one.
inline const nlohmann::json& array_at(const nlohmann::json& object, const char* key) {
  static const nlohmann::json kNone = nlohmann::json::array();
  const nlohmann::json* found = find_array(object, key);
  return found == nullptr ? kNone : *found;
}

}  // namespace openclaw::sdk
