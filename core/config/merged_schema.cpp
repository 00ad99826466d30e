// Writes the JSON Schema of the whole file for editors, which check what is typed, variables
// included.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/config/core_schema.hpp"
#include "core/config/load.hpp"
#include "core/config/scalar.hpp"
#include "core/config/sections.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

constexpr const char* variable_pattern = "\\$\\{";

/// A plugin's `#/…` means its own schema, which lies under `#/definitions/NAME` now.
void rebase_references(Json& schema, const std::string& name) {
  if (schema.is_object()) {
    if (const auto found = schema.find("$ref"); found != schema.end() && found->is_string()) {
      const auto text = found->get<std::string>();
      if (!text.empty() && text[0] == '#') {
        *found = "#/definitions/" + name + text.substr(1);
      }
    }
  }
  for (Json& part : schema) {
    if (part.is_structured()) {
      rebase_references(part, name);
    }
  }
}

/// Lets a single value also be written as a ${VARIABLE}, and a string as a number, as the loader
/// does.
void allow_other_spellings(Json& schema) {
  const std::string type = member(schema, "type").is_string() ? schema["type"] : Json("");
  if (schema.contains("enum")) {
    schema["anyOf"] = Json::array(
        {{{"enum", schema["enum"]}}, {{"type", "string"}, {"pattern", variable_pattern}}});
    schema.erase("enum");
    schema.erase("type");
  } else if (type == "integer" || type == "number" || type == "boolean") {
    schema["type"] = Json::array({type, "string"});
    schema["pattern"] = variable_pattern;
  } else if (type == "string") {
    schema["type"] = Json::array({"string", "number"});
    if (member(schema, "pattern").is_string()) {
      schema["pattern"] = "(?:" + schema["pattern"].get<std::string>() + ")|" + variable_pattern;
    }
  }
}

/// Walks the places where JSON Schema has a schema; `if` and `not` are left as they are, since
/// widening a condition would change what it selects.
void widen(Json& schema) {
  if (!schema.is_object()) {
    return;
  }
  for (auto it = schema.begin(); it != schema.end();) {
    it = it.key().compare(0, 2, "x-") == 0 ? schema.erase(it) : std::next(it);
  }
  allow_other_spellings(schema);
  for (const char* map : {"properties", "patternProperties", "definitions"}) {
    if (schema.contains(map) && schema[map].is_object()) {
      for (Json& part : schema[map]) {
        widen(part);
      }
    }
  }
  for (const char* one : {"items", "additionalProperties", "then", "else"}) {
    if (schema.contains(one)) {
      widen(schema[one]);
    }
  }
  for (const char* list : {"allOf", "oneOf"}) {
    if (schema.contains(list) && schema[list].is_array()) {
      for (Json& part : schema[list]) {
        widen(part);
      }
    }
  }
}

/// Drops what the file need not hold from the schema's lists of required keys, in its conditions as
/// well.
template <class MayLack>
void require_less(Json& schema, const MayLack& may_lack, int depth = 0) {
  if (!schema.is_object() || depth > 8) {
    return;
  }
  if (const auto required = schema.find("required");
      required != schema.end() && required->is_array()) {
    required->erase(std::remove_if(required->begin(), required->end(), may_lack), required->end());
  }
  for (const char* part : {"then", "else"}) {
    if (schema.contains(part)) {
      require_less(schema[part], may_lack, depth + 1);
    }
  }
  if (schema.contains("allOf")) {
    for (Json& part : schema["allOf"]) {
      require_less(part, may_lack, depth + 1);
    }
  }
}

Json reference(const std::string& name) {
  return {{"$ref", "#/definitions/" + name}};
}

/// A channel's section, or the one word that switches it.
Json channel_value(const std::string& name) {
  return {{"anyOf", Json::array({{{"type", Json::array({"boolean", "null"})}}, reference(name)})}};
}

/// "When `plugin` says so, or `key` does and there is no `plugin`."
Json chosen_by(const char* key, const std::string& name, bool by_default) {
  const auto says = [&](const char* what) {
    return Json{{"properties", {{what, {{"const", name}}}}}, {"required", Json::array({what})}};
  };
  Json by_key = says(key);
  by_key["not"] = {{"required", Json::array({"plugin"})}};
  if (by_default) {
    by_key.erase("required");
  }
  return {{"anyOf", Json::array({says("plugin"), by_key})}};
}

Json plugin_definition(const NamedPluginSchema& plugin, const std::string& name) {
  Json own = Json::parse(plugin.schema_json, nullptr, false);
  if (!own.is_object()) {
    own = Json::object();
  }
  rebase_references(own, name);
  Json out = section_schema(plugin.kind, own);
  if (!out.contains("additionalProperties")) {
    out["additionalProperties"] = false;
  }
  // What is required may come from a variable; in a channel also from an account, or from the
  // channel around it.
  require_less(out, [&](const Json& key) {
    return plugin.kind == PluginKind::channel ||
           (key.is_string() && plugin.env.count(key.get<std::string>()) > 0);
  });
  if (plugin.kind == PluginKind::channel) {
    out["properties"]["accounts"]["additionalProperties"] = channel_value(name);
  }
  return out;
}

}  // namespace

std::string merged_schema(const std::vector<NamedPluginSchema>& plugins) {
  Json out = core_schema();
  Json& definitions = out["definitions"];
  Json& channels = out["properties"]["channels"];
  channels["additionalProperties"] = channel_value("channel");
  for (const NamedPluginSchema& plugin : plugins) {
    const std::string name = std::string(kind_name(plugin.kind)) + "." + plugin.name;
    definitions[name] = plugin_definition(plugin, name);
    const bool standard = plugin.name == definitions["storage"]["properties"]["type"]["default"];
    switch (plugin.kind) {
      case PluginKind::channel:
        channels["properties"][plugin.name] = channel_value(name);
        break;
      case PluginKind::provider:
        definitions["provider"]["allOf"].push_back(
            {{"if", chosen_by("name", plugin.name, false)}, {"then", reference(name)}});
        break;
      case PluginKind::storage:
        definitions["storage"]["allOf"].push_back(
            {{"if", chosen_by("type", plugin.name, standard)}, {"then", reference(name)}});
        break;
    }
  }
  widen(out);
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace openclaw::config
