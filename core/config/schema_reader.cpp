#include "core/config/schema_reader.hpp"

#include <algorithm>

#include "core/config/scalar.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

const Json empty_object = Json::object();

void add_known_keys(const Json& schema, int depth, std::vector<std::string>& out) {
  if (depth > 8 || !schema.is_object() || schema.empty()) {
    return;
  }
  for (const auto& [key, sub] : member(schema, "properties").items()) {
    if (std::find(out.begin(), out.end(), key) == out.end()) {
      out.push_back(key);
    }
  }
  for (const char* list : {"allOf", "anyOf", "oneOf"}) {
    for (const Json& part : member(schema, list)) {
      add_known_keys(part, depth + 1, out);
    }
  }
  for (const char* part : {"if", "then", "else"}) {
    add_known_keys(member(schema, part), depth + 1, out);
  }
}

}  // namespace

std::vector<std::string> known_keys(const Json& schema) {
  std::vector<std::string> out;
  add_known_keys(schema, 0, out);
  return out;
}

std::string join_path(const std::string& path, const std::string& key) {
  return path.empty() ? shown_key(key) : path + "." + shown_key(key);
}

std::string absolute_path(const ReadContext& context, const std::string& path) {
  if (path == "~" || path.compare(0, 2, "~/") == 0) {
    return context.home + path.substr(1);
  }
  if (path.empty() || path[0] == '/') {
    return path;
  }
  return context.base_folder + "/" + path;
}

const Json& SchemaReader::resolve(const Json& schema) const {
  const Json* current = &schema;
  for (int hops = 0; hops < 16 && current->is_object(); ++hops) {
    const auto reference = current->find("$ref");
    if (reference == current->end() || !reference->is_string()) {
      return *current;
    }
    const auto& text = reference->get_ref<const std::string&>();
    if (text.empty() || text[0] != '#') {
      return empty_object;
    }
    try {
      const Json::json_pointer pointer(text.substr(1));
      if (!root_.contains(pointer)) {
        return empty_object;
      }
      current = &root_.at(pointer);
    } catch (const Json::exception&) {
      return empty_object;
    }
  }
  return current->is_object() ? *current : empty_object;
}

void SchemaReader::wrong(const Node& node, const std::string& path, std::string message) {
  if (!node.variable.empty()) {
    context_.report.variable_error(path,
                                   "the environment variable " + node.variable + " " + message);
    return;
  }
  context_.report.error(node.mark, path, std::move(message));
}

std::optional<Json> SchemaReader::read(const Node& node, const Json& schema_or_reference,
                                       const std::string& path) {
  const Json& schema = resolve(schema_or_reference);
  marks.emplace(path, node.mark);
  switch (node.kind) {
    case Node::Kind::map:
      return read_map(node, schema, path);
    case Node::Kind::sequence:
      return read_list(node, schema, path);
    case Node::Kind::scalar:
      return read_scalar(node, schema, path);
    case Node::Kind::null:
      break;
  }
  wrong(node, path, "is empty, but must be " + describe(schema));
  return std::nullopt;
}

std::optional<Json> SchemaReader::read_list(const Node& node, const Json& schema,
                                            const std::string& path) {
  if (!allows(schema, "array")) {
    wrong(node, path, "must be " + describe(schema) + ", but is a list");
    return std::nullopt;
  }
  Json out = Json::array();
  bool good = true;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::size_t unset_before = unset.size();
    auto item = read(node.items[i], member(schema, "items"), path + "[" + std::to_string(i) + "]");
    if (item) {
      out.push_back(std::move(*item));
    } else if (unset.size() == unset_before) {
      good = false;
    }
  }
  if (!good || !check_value(out, schema, node, path)) {
    return std::nullopt;
  }
  return out;
}

const Json* SchemaReader::schema_of(const std::string& key, const Json& schema,
                                    const std::vector<std::string>& known) const {
  const Json& properties = member(schema, "properties");
  if (const auto found = properties.find(key); found != properties.end()) {
    return &*found;
  }
  const Json& patterns = member(schema, "patternProperties");
  if (patterns.is_object()) {
    for (const auto& [pattern, sub] : patterns.items()) {
      if (matches(key, pattern)) {
        return &sub;
      }
    }
  }
  const auto others = schema.find("additionalProperties");
  if (others != schema.end() && (others->is_object() || *others == true)) {
    return others->is_object() ? &*others : &empty_object;
  }
  // A key that only a combination (oneOf, if …) names has its type checked by plugin_schema.
  if (known.empty() || std::find(known.begin(), known.end(), key) != known.end()) {
    return &empty_object;
  }
  return nullptr;
}

void SchemaReader::unknown_key(const Entry& entry, const std::vector<std::string>& known,
                               const std::string& path, bool strict) {
  std::string hint = did_you_mean(entry.key, known);
  if (entry.key.find(':') != std::string::npos) {
    hint = "; a space is missing after the colon";
  }
  const std::string key = join_path(path, entry.key);
  if (strict) {
    context_.report.error(entry.key_mark, key, "unknown key; correct or remove it" + hint);
  } else {
    context_.report.warning(entry.key_mark, key, "unknown key, ignored" + hint);
  }
}

std::optional<Json> SchemaReader::read_map(const Node& node, const Json& schema,
                                           const std::string& path) {
  if (!allows(schema, "object")) {
    wrong(node, path, "must be " + describe(schema) + ", but is a map");
    return std::nullopt;
  }
  Json out = Json::object();
  const std::vector<std::string> known = known_keys(schema);
  const Json& names = member(member(schema, "propertyNames"), "pattern");
  const bool strict = schema.contains("x-strict");
  for (const Entry& entry : node.entries) {
    const std::string key_path = join_path(path, entry.key);
    const Json* sub = schema_of(entry.key, schema, known);
    if (sub == nullptr) {
      unknown_key(entry, known, path, strict);
      continue;
    }
    if (strict && entry.value.kind == Node::Kind::null) {
      context_.report.error(entry.key_mark, key_path,
                            "is empty; give it a value, or remove the key");
      marks.emplace(key_path, entry.key_mark);
      continue;
    }
    if (names.is_string() && !matches(entry.key, names)) {
      context_.report.error(entry.key_mark, key_path,
                            "is not a valid name; it must match " + names.get<std::string>());
      continue;
    }
    if (resolve(*sub).contains("x-section") || entry.value.kind == Node::Kind::null ||
        !environment_override(resolve(*sub)).variable.empty()) {
      continue;  // filled in below, or read elsewhere
    }
    if (auto value = read(entry.value, *sub, key_path)) {
      out[entry.key] = std::move(*value);
    }
    // A block map's own mark is its first key; its name is the better place to point to.
    if (entry.value.kind == Node::Kind::map) {
      marks[key_path] = entry.key_mark;
    }
  }
  const auto own = marks.find(path);
  const Mark at = own == marks.end() ? node.mark : own->second;
  const Json& properties = member(schema, "properties");
  for (const auto& [key, sub] : properties.items()) {
    if (!out.contains(key)) {
      fill(out, key, sub, path, at);
    }
  }
  check_required_keys(out, schema, path, at);
  if (!check_value(out, schema, node, path)) {
    return std::nullopt;
  }
  return out;
}

Node SchemaReader::environment_override(const Json& schema) const {
  Node node;
  const Json& name = member(schema, "x-env");
  if (name.is_string() && context_.environment) {
    const auto value = context_.environment(name.get_ref<const std::string&>());
    if (value && !value->empty()) {
      node.kind = Node::Kind::scalar;
      node.text = *value;
      node.variable = name.get<std::string>();
    }
  }
  return node;
}

void SchemaReader::fill(Json& out, const std::string& key, const Json& schema_or_reference,
                        const std::string& path, Mark mark) {
  const Json& schema = resolve(schema_or_reference);
  if (schema.contains("x-section")) {
    return;
  }
  const std::string key_path = join_path(path, key);
  Node node = environment_override(schema);
  const auto supplier = path == top_path ? supplied_by.find(key) : supplied_by.end();
  if (node.variable.empty() && supplier != supplied_by.end() && context_.environment) {
    const auto value = context_.environment(supplier->second);
    if (value && !value->empty()) {
      node.kind = Node::Kind::scalar;
      node.text = *value;
      node.variable = supplier->second;
    }
  }
  if (!node.variable.empty()) {
    if (auto value = read(node, schema, key_path)) {
      out[key] = std::move(*value);
    }
    return;
  }
  if (const auto standard = schema.find("default"); standard != schema.end()) {
    const Json& format = member(schema, "format");
    out[key] = format == "path" && standard->is_string()
                   ? Json(absolute_path(context_, standard->get<std::string>()))
                   : *standard;
  } else if (fill_absent_objects && schema.contains("properties") && !schema.contains("x-strict")) {
    Node empty;
    empty.kind = Node::Kind::map;
    empty.mark = mark;
    if (auto value = read(empty, schema, key_path)) {
      out[key] = std::move(*value);
    }
  }
}

void SchemaReader::check_required_keys(const Json& out, const Json& schema, const std::string& path,
                                       Mark mark) {
  const Json& required = member(schema, "required");
  if (!check_required || !required.is_array()) {
    return;
  }
  for (const Json& name : required) {
    if (!name.is_string() || out.contains(name.get_ref<const std::string&>())) {
      continue;
    }
    const auto& key = name.get_ref<const std::string&>();
    const std::string key_path = join_path(path, key);
    const bool noted = marks.count(key_path) > 0;  // written, but wrong or unset: reported already
    const Json* sub = schema_of(key, schema, {});
    if (noted || (context_.dev && sub != nullptr && sub->contains("x-dev-optional"))) {
      continue;
    }
    missing.push_back(key_path);
    const auto supplier = path == top_path ? supplied_by.find(key) : supplied_by.end();
    if (supplier != supplied_by.end()) {
      unset.push_back({key_path, supplier->second, mark, false, Json::object()});
      continue;
    }
    std::string remedy = "is required, but absent; add it";
    if (sub != nullptr && member(*sub, "x-env").is_string()) {
      remedy += ", or set " + member(*sub, "x-env").get<std::string>();
    }
    context_.report.error(mark, key_path, remedy);
  }
}

std::optional<Json> SchemaReader::read_scalar(const Node& node, const Json& schema,
                                              const std::string& path) {
  if (!node.variable.empty()) {
    return convert(node.text, true, true, schema, node, path);
  }
  const Expansion value = expand(node.text, context_.environment);
  if (!value.problem.empty()) {
    context_.report.error(node.mark, path, value.problem);
    return std::nullopt;
  }
  if (!value.unset.empty()) {
    unset.push_back({path, value.unset, node.mark, true, schema});
    return std::nullopt;
  }
  if (schema.contains("x-secret") || secrets.count(path) > 0) {
    look_at_secret(node, value, schema, path);
  }
  return convert(value.text, node.plain, value.expanded, schema, node, path);
}

namespace {

/// Of a URL: behind the user, or in the query. What is no URL may be anything.
bool has_password(const std::string& text) {
  const auto scheme = text.find("://");
  if (scheme == std::string::npos) return true;
  if (text.find("password=", scheme) != std::string::npos) return true;
  const auto at = text.rfind('@');  // one that was not escaped belongs to the password
  return at != std::string::npos && text.find(':', scheme + 3) < at;
}

}  // namespace

void SchemaReader::look_at_secret(const Node& node, const Expansion& value, const Json& schema,
                                  const std::string& path) {
  if (value.expanded || value.text.empty()) {
    return;
  }
  if (member(schema, "x-secret") == "password" && !has_password(value.text)) return;
  const std::string_view name = std::string_view(value.text).substr(1);
  const bool shouted =
      std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (value.text[0] != '$' || !shouted || !is_variable_name(name)) {
    context_.secret_in_file = true;
  } else if (check_required) {
    context_.report.warning(node.mark, path,
                            "looks like a variable's name, but is taken as it stands; write "
                            "${NAME} for what the variable holds");
  }
}

std::optional<Json> SchemaReader::convert(const std::string& text, bool plain, bool expanded,
                                          const Json& schema, const Node& node,
                                          const std::string& path) {
  const ScalarValue read = read_as(text, plain, expanded, schema);
  if (!read.value) {
    wrong(node, path, "must be " + describe(schema) + read.problem);
    return std::nullopt;
  }
  if (!read.problem.empty()) {
    context_.report.warning(node.mark, path, read.problem);
  }
  Json value = *read.value;
  const Json& format = member(schema, "format");
  if (value.is_string() &&
      (format == "path" || (format == "plugin" && text.find('/') != text.npos))) {
    value = absolute_path(context_, text);
  }
  if (!check_value(value, schema, node, path)) {
    return std::nullopt;
  }
  return value;
}

bool SchemaReader::check_value(const Json& value, const Json& schema, const Node& node,
                               const std::string& path) {
  const std::string problem = broken_rule(value, schema);
  if (!problem.empty()) {
    wrong(node, path, problem);
  }
  return problem.empty();
}

}  // namespace openclaw::config
