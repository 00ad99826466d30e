#include "core/config/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <regex>
#include <string_view>

#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

std::optional<Json> to_integer(std::string_view text) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return Json(number);
}

std::optional<Json> to_number(std::string_view text) {
  if (auto integer = to_integer(text)) {
    return integer;
  }
  double number = 0;
  const bool digits = !text.empty() && text.find_first_not_of("0123456789+-.eE") == text.npos;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!digits || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return Json(number);
}

std::optional<Json> to_boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") {
    return Json(true);
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return Json(false);
  }
  return std::nullopt;
}

/// What YAML itself makes of an unquoted text.
Json inferred(const std::string& text, bool plain) {
  if (plain) {
    if (auto boolean = to_boolean(text)) {
      return *boolean;
    }
    if (auto number = to_number(text)) {
      return *number;
    }
  }
  return Json(text);
}

std::string number_text(const Json& number) {
  return number.dump();
}

std::string range_text(const Json& schema) {
  const bool low = schema.contains("minimum") && schema["minimum"].is_number();
  const bool high = schema.contains("maximum") && schema["maximum"].is_number();
  if (low && high) {
    return " from " + number_text(schema["minimum"]) + " to " + number_text(schema["maximum"]);
  }
  if (low) {
    return " of at least " + number_text(schema["minimum"]);
  }
  return high ? " of at most " + number_text(schema["maximum"]) : "";
}

std::string type_text(const std::string& type, const Json& schema) {
  if (type == "string") {
    return "a string";
  }
  if (type == "integer") {
    return "a whole number" + range_text(schema);
  }
  if (type == "number") {
    return "a number" + range_text(schema);
  }
  if (type == "boolean") {
    return "true or false";
  }
  return type == "array" ? "a list" : type == "object" ? "a map" : type;
}

std::vector<std::string> types_of(const Json& schema) {
  std::vector<std::string> out;
  const Json& type = member(schema, "type");
  if (type.is_string()) {
    out.push_back(type.get<std::string>());
  } else if (type.is_array()) {
    for (const Json& one : type) {
      if (one.is_string()) {
        out.push_back(one.get<std::string>());
      }
    }
  }
  return out;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::string> enum_words(const Json& schema) {
  std::vector<std::string> words;
  for (const Json& word : member(schema, "enum")) {
    words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
  }
  return words;
}

std::string broken_string_rule(const std::string& text, const Json& schema) {
  const Json& shortest = member(schema, "minLength");
  const Json& longest = member(schema, "maxLength");
  const Json& pattern = member(schema, "pattern");
  const std::size_t length = code_points(text);
  if (shortest.is_number_unsigned() && length < shortest.get<std::size_t>()) {
    return length == 0 ? "must not be empty"
                       : "must be at least " + shortest.dump() + " characters long";
  }
  if (longest.is_number_unsigned() && length > longest.get<std::size_t>()) {
    return "must be at most " + longest.dump() + " characters long";
  }
  if (pattern.is_string() && !matches(text, pattern.get_ref<const std::string&>())) {
    const Json& words = member(schema, "x-pattern-words");
    return "must be " + (words.is_string() ? words.get<std::string>()
                                           : "text that matches " + pattern.get<std::string>());
  }
  return "";
}

}  // namespace

const Json& member(const Json& schema, const char* name) {
  static const Json empty = Json::object();
  if (!schema.is_object()) {
    return empty;
  }
  const auto found = schema.find(name);
  return found == schema.end() ? empty : *found;
}

bool matches(const std::string& text, const std::string& pattern) {
  if (text.size() > max_pattern_subject) {
    return false;
  }
  try {
    return std::regex_search(text, std::regex(pattern, std::regex::ECMAScript));
  } catch (const std::regex_error&) {
    return true;
  }
}

bool allows(const Json& schema, const std::string& type) {
  const auto types = types_of(schema);
  return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

std::string describe(const Json& schema) {
  const auto words = enum_words(schema);
  if (!words.empty()) {
    return join_or(words);
  }
  std::vector<std::string> parts;
  for (const std::string& type : types_of(schema)) {
    parts.push_back(type_text(type, schema));
  }
  return parts.empty() ? "a value" : join_or(parts);
}

ScalarValue read_as(const std::string& text, bool plain, bool expanded, const Json& schema) {
  const Json guess = inferred(text, plain && !expanded);
  std::vector<std::string> types = types_of(schema);
  if (types.empty()) {
    const bool words = schema.is_object() && schema.contains("enum");
    return {words && !guess.is_boolean() ? Json(text) : guess, ""};
  }
  const auto allowed = [&](const char* type) { return allows(schema, type); };
  if (allowed("boolean")) {
    if (auto value = to_boolean(text); value && (plain || expanded || !allowed("string"))) {
      return {value, plain || expanded ? "" : "remove the quotes; true and false need none"};
    }
  }
  if (allowed("integer") || allowed("number")) {
    const auto value = allowed("number") ? to_number(text) : to_integer(text);
    if (value && (plain || expanded || !allowed("string"))) {
      return {value, plain || expanded ? "" : "remove the quotes; a number needs none"};
    }
  }
  if (allowed("string")) {
    if (guess.is_boolean()) {
      return {std::nullopt, ", but is " + guess.dump() + "; put it in quotes if text is meant"};
    }
    return {Json(text), ""};
  }
  if (allowed("boolean")) {
    const bool yes = text == "yes" || text == "on" || text == "Yes" || text == "On";
    const bool no = text == "no" || text == "off" || text == "No" || text == "Off";
    return {std::nullopt, yes ? "; write true" : no ? "; write false" : ""};
  }
  if (allowed("array")) {
    return {std::nullopt, ", but is a single value; write it as [value]"};
  }
  return {std::nullopt, allowed("object") ? ", but is a single value" : ""};
}

std::string broken_rule(const Json& value, const Json& schema) {
  const Json& words = member(schema, "enum");
  if (words.is_array() && std::find(words.begin(), words.end(), value) == words.end()) {
    const auto hint = value.is_string()
                          ? did_you_mean(value.get_ref<const std::string&>(), enum_words(schema))
                          : std::string();
    return "must be " + describe(schema) + hint;
  }
  if (value.is_number()) {
    const Json& low = member(schema, "minimum");
    const Json& high = member(schema, "maximum");
    const bool bad = (low.is_number() && value < low) || (high.is_number() && value > high);
    return bad ? "must be " + describe(schema) : "";
  }
  if (value.is_array()) {
    const Json& fewest = member(schema, "minItems");
    const bool bad = fewest.is_number_unsigned() && value.size() < fewest.get<std::size_t>();
    return bad ? "must have at least " + fewest.dump() + " entries" : "";
  }
  return value.is_string() ? broken_string_rule(value.get_ref<const std::string&>(), schema) : "";
}

}  // namespace openclaw::config
