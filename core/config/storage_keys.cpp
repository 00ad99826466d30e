#include "core/config/storage_keys.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/config/core_schema.hpp"
#include "core/config/scalar.hpp"
#include "core/config/schema_reader.hpp"

namespace openclaw::config {

namespace {

using Json = nlohmann::json;

Json schema_of(const NamedPlugin& plugin) {
  Json schema = Json::parse(plugin.facts.schema_json, nullptr, false);
  return schema.is_object() ? schema : Json::object();
}

/// Which of the storage plugins `is` holds for, given the plugin's schema.
template <class Is>
std::vector<std::string> those(const std::vector<NamedPlugin>& installed, Is is) {
  std::vector<std::string> out;
  for (const NamedPlugin& plugin : installed) {
    if (plugin.kind == PluginKind::storage && is(schema_of(plugin))) out.push_back(plugin.name);
  }
  return out;
}

}  // namespace

bool takes_storage_key(const Json& plugin_schema, const std::string& key) {
  const Json& own = core_section_schema("storage").at("properties");
  if (own.contains(key) && !own.at(key).contains("x-lent")) return true;
  const auto known = known_keys(plugin_schema);
  if (known.empty() || std::find(known.begin(), known.end(), key) != known.end()) return true;
  const Json& patterns = member(plugin_schema, "patternProperties");
  for (const auto& [pattern, sub] : patterns.items()) {
    if (matches(key, pattern)) return true;
  }
  const Json& others = member(plugin_schema, "additionalProperties");
  return others == true || (others.is_object() && !others.empty());
}

std::vector<std::string> storage_plugins_of_form(const std::vector<NamedPlugin>& installed,
                                                 const std::string& key, const std::string& value) {
  return those(installed, [&](const Json& schema) {
    const Json& pattern = member(member(member(schema, "properties"), key.c_str()), "pattern");
    return pattern.is_string() && matches(value, pattern.get<std::string>());
  });
}

std::vector<std::string> storage_plugins_for(const std::vector<NamedPlugin>& installed,
                                             const std::string& key, const std::string& value) {
  auto of_form = storage_plugins_of_form(installed, key, value);
  if (!of_form.empty()) return of_form;
  return those(installed, [&](const Json& schema) {
    const auto known = known_keys(schema);
    return std::find(known.begin(), known.end(), key) != known.end();
  });
}

std::string storage_key_elsewhere(const std::string& key) {
  for (const auto& [section, schema] : core_schema().at("properties").items()) {
    const Json& found = member(member(schema, "properties"), key.c_str());
    if (member(found, "x-sought-in") == "storage") return section + "." + key;
  }
  return {};
}

}  // namespace openclaw::config
