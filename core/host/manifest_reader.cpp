#include "core/host/manifest_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace openclaw::host {
namespace {

using Json = nlohmann::json;

constexpr int max_depth = 64;

bool lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}

template <class Rule>
bool all_of(std::string_view text, Rule rule) {
  return std::all_of(text.begin(), text.end(), rule);
}

}  // namespace

bool is_line(std::string_view text) {
  return !text.empty() && text.size() <= 500 && all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
}

bool is_config_key(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text.front() != '.' && text.back() != '.' &&
         all_of(text, [](char c) {
           return lower(c) || upper(c) || digit(c) || c == '_' || c == '-' || c == '.';
         });
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && !digit(text.front()) &&
         all_of(text, [](char c) { return upper(c) || digit(c) || c == '_'; });
}

bool is_host_name(std::string_view text) {
  if (text.substr(0, 2) == "*.") {
    text.remove_prefix(2);
    if (text.find('.') == std::string_view::npos) return false;  // a whole top-level domain
  }
  return !text.empty() && text.size() <= 253 && text.front() != '.' && text.front() != '-' &&
         text.back() != '.' && text.find("..") == std::string_view::npos &&
         all_of(text, [](char c) { return lower(c) || digit(c) || c == '-' || c == '.'; });
}

bool is_route_path(std::string_view text) {
  if (text.empty() || text.size() > 256 || text.front() != '/') return false;
  if (text.size() >= 2 && text.substr(text.size() - 2) == "/*") text.remove_suffix(1);
  return text.find("//") == std::string_view::npos && text.find("/.") == std::string_view::npos &&
         all_of(text, [](char c) {
           return lower(c) || upper(c) || digit(c) || c == '/' || c == '-' || c == '_' ||
                  c == '.' || c == '~';
         });
}

void FieldReader::refuse(const std::string& key, std::string_view why) {
  if (!failure_) failure_ = "is wrong: `" + path_ + key + "` " + std::string(why);
}

void FieldReader::must_be(const std::string& key, std::string_view form) {
  refuse(key, "must be " + std::string(form));
}

const Json* FieldReader::find(const std::string& key) const {
  if (failure_) return nullptr;
  const auto it = object_.find(key);
  return it == object_.end() ? nullptr : &*it;
}

const Json* FieldReader::require(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) refuse(key, "is missing");
  return value;
}

bool FieldReader::has(const std::string& key) const {
  return find(key) != nullptr;
}

bool FieldReader::is_object(const std::string& key) const {
  const Json* value = find(key);
  return value != nullptr && value->is_object();
}

std::string FieldReader::text(const std::string& key, TextRule rule, std::string_view form) {
  const Json* value = require(key);
  if (value == nullptr) return {};
  if (value->is_string() && rule(value->get_ref<const std::string&>())) return *value;
  must_be(key, form);
  return {};
}

std::string FieldReader::choice(const std::string& key, const std::vector<std::string>& allowed) {
  const Json* value = require(key);
  if (value == nullptr) return {};
  if (value->is_string()) {
    const auto& word = value->get_ref<const std::string&>();
    if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return word;
  }
  std::string form;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    form += (i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ") + allowed[i];
  }
  must_be(key, form);
  return {};
}

std::int64_t FieldReader::integer(const std::string& key, std::int64_t least, std::int64_t most) {
  const Json* value = require(key);
  if (value == nullptr) return least;
  // Above INT64_MAX the conversion would wrap around.
  const bool fits = value->is_number_integer() &&
                    !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX);
  if (fits && value->get<std::int64_t>() >= least && value->get<std::int64_t>() <= most) {
    return value->get<std::int64_t>();
  }
  must_be(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return least;
}

bool FieldReader::boolean(const std::string& key) {
  const Json* value = require(key);
  if (value != nullptr && value->is_boolean()) return value->get<bool>();
  must_be(key, "true or false");
  return false;
}

void FieldReader::object(const std::string& key, const std::function<void(FieldReader&)>& read) {
  const Json* value = require(key);
  if (value == nullptr) return;
  if (!value->is_object()) return must_be(key, "a mapping");
  FieldReader inner(*value, path_ + key + ".", failure_);
  read(inner);
}

std::string FieldReader::json_object(const std::string& key) {
  const Json* value = find(key);
  if (value == nullptr) return {};
  if (value->is_object()) return value->dump();
  must_be(key, "a JSON Schema, a mapping");
  return {};
}

std::vector<std::string> FieldReader::texts(const std::string& key, std::size_t most, TextRule rule,
                                            std::string_view form) {
  std::vector<std::string> out;
  const Json* value = find(key);
  if (value == nullptr) return out;
  const bool fits = value->is_array() && value->size() <= most;
  for (const Json& item : fits ? *value : Json::array()) {
    if (!item.is_string() || !rule(item.get_ref<const std::string&>())) {
      must_be(key, "a list of " + std::string(form));
      return {};
    }
    out.push_back(item);
  }
  if (!fits) must_be(key, "a list of at most " + std::to_string(most) + " " + std::string(form));
  return out;
}

std::map<std::string, std::string> FieldReader::text_map(const std::string& key, std::size_t most,
                                                         TextRule key_rule, TextRule value_rule,
                                                         std::string_view form) {
  std::map<std::string, std::string> out;
  const Json* value = find(key);
  if (value == nullptr) return out;
  bool fits = value->is_object() && value->size() <= most;
  if (fits) {
    for (const auto& [name, item] : value->items()) {
      fits = fits && key_rule(name) && item.is_string() &&
             value_rule(item.get_ref<const std::string&>());
      if (fits) out.emplace(name, item.get<std::string>());
    }
  }
  if (!fits) must_be(key, form);
  return out;
}

void FieldReader::objects(const std::string& key, std::size_t most,
                          const std::function<void(FieldReader&)>& read) {
  const Json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_array() || value->size() > most) {
    return must_be(key, "a list of at most " + std::to_string(most) + " mappings");
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string place = key + "[" + std::to_string(i) + "]";
    if (!(*value)[i].is_object()) return must_be(place, "a mapping");
    FieldReader inner((*value)[i], path_ + place + ".", failure_);
    read(inner);
  }
}

void FieldReader::allow_only(const std::set<std::string>& keys) {
  if (failure_) return;
  for (const auto& [key, value] : object_.items()) {
    if (keys.count(key) != 0) continue;
    // A misspelt `secrets` would hand the plugin what it must not see.
    refuse(is_config_key(key) ? key : "?", "is not a field of ABI 1.0's manifest");
  }
}

std::optional<std::string> read_json_object(std::string_view json,
                                            const std::function<void(FieldReader&)>& read) {
  bool deep = false;
  const Json parsed = Json::parse(
      json,
      [&deep](int depth, Json::parse_event_t, const Json&) {
        deep = deep || depth > max_depth;
        return !deep;
      },
      false);
  if (deep) return "is nested more than " + std::to_string(max_depth) + " levels deep";
  if (parsed.is_discarded()) return "is not valid JSON";
  if (!parsed.is_object()) return "is not a JSON object";
  std::optional<std::string> failure;
  FieldReader reader(parsed, "", failure);
  read(reader);
  return failure;
}

}  // namespace openclaw::host
