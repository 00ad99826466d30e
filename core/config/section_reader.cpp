// How one plugin's section is read, whatever its kind.

#include "core/config/core_schema.hpp"
#include "core/config/expand.hpp"
#include "core/config/plugin_schema.hpp"
#include "core/config/scalar.hpp"
#include "core/config/sections.hpp"
#include "core/config/storage_keys.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {
using Json = nlohmann::json;
}

const char* kind_name(PluginKind kind) {
  switch (kind) {
    case PluginKind::channel:
      return "channel";
    case PluginKind::provider:
      return "provider";
    case PluginKind::storage:
      return "storage";
  }
  return "";
}

Json section_schema(PluginKind kind, const Json& plugin_schema) {
  Json out = plugin_schema.is_object() ? plugin_schema : Json::object();
  out["type"] = "object";
  for (const char* part : {"properties", "required"}) {
    if (!out.contains(part) ||
        out[part].type() != (*part == 'p' ? Json::object() : Json::array()).type()) {
      out[part] = *part == 'p' ? Json::object() : Json::array();
    }
  }
  const Json& core = core_section_schema(kind_name(kind));
  for (const auto& [key, schema] : core.at("properties").items()) {
    if (schema.contains("x-lent") && !takes_storage_key(plugin_schema, key)) continue;
    Json& there = out["properties"][key];
    if (schema.contains("x-lent") && there.is_object()) {
      Json lent = schema;
      lent.update(there);  // its form is the plugin's to say, but not how secret it is
      if (schema.contains("x-secret")) lent["x-secret"] = schema["x-secret"];
      there = std::move(lent);
    } else if (!schema.contains("x-plugin-refines") || there.is_null()) {
      there = schema;
    }
  }
  if (known_keys(plugin_schema).empty() && !out.contains("additionalProperties")) {
    out["additionalProperties"] = true;  // it names no key, so none can be told to be unknown
  }
  for (const Json& key : member(core, "required")) {
    out["required"].push_back(key);
  }
  return out;
}

SectionLoader::SectionLoader(const LoadOptions& options, ReadContext& context,
                             const Plugins& plugins, std::map<std::string, Mark>& marks)
    : options_(options), context_(context), plugins_(plugins), marks_(marks) {
  if (options.list_plugins) {
    installed_ = options.list_plugins(plugins);
  }
}

std::vector<std::string> SectionLoader::installed(PluginKind kind) const {
  std::vector<std::string> names;
  for (const NamedPlugin& plugin : installed_) {
    if (plugin.kind == kind) {
      names.push_back(plugin.name);
    }
  }
  return names;
}

const SectionLoader::Facts& SectionLoader::facts_of(PluginKind kind, const std::string& plugin) {
  const auto [found, inserted] = facts_.try_emplace({kind, plugin});
  Facts& facts = found->second;
  if (!inserted) {
    return facts;
  }
  facts.schema = Json::object();
  if (!options_.find_plugin) {
    facts.problem = "no plugins are available";
    return facts;
  }
  auto answer = options_.find_plugin(kind, plugin, plugins_);
  if (!answer) {
    facts.problem = answer.error().message;
    return facts;
  }
  facts.plugin = std::move(*answer);
  if (!facts.plugin.schema_json.empty()) {
    facts.schema = Json::parse(facts.plugin.schema_json, nullptr, false);
    if (!facts.schema.is_object()) {
      facts.schema = Json::object();
      facts.problem = "the configuration schema in its manifest is not a JSON object";
    }
  }
  return facts;
}

std::string SectionLoader::text_of(const Node& node, const std::string& key,
                                   std::string standard) const {
  const Entry* entry = node.find(key);
  if (entry == nullptr || entry->value.kind != Node::Kind::scalar) {
    return standard;
  }
  Expansion value = expand(entry->value.text, context_.environment);
  if (!value.problem.empty() || !value.unset.empty() || value.text.empty()) {
    return standard;
  }
  const bool is_path = key == "plugin" && value.text.find('/') != std::string::npos;
  return is_path ? absolute_path(context_, value.text) : value.text;
}

bool SectionLoader::is_off(const Node& node) const {
  const std::string enabled = text_of(node, "enabled", "true");
  return enabled == "false" || enabled == "False" || enabled == "FALSE";
}

SectionLoader::Section SectionLoader::read(const Subject& subject, const std::string& plugin,
                                           const Node& node) {
  const Facts& facts = facts_of(subject.kind, plugin);
  Section out;
  Json schema = section_schema(subject.kind, facts.schema);
  if (!facts.problem.empty()) {
    schema["additionalProperties"] = true;
    unusable_plugin(subject, plugin, facts, out);
  }
  const std::size_t errors_before = context_.report.errors();
  SchemaReader reader(context_, schema);
  reader.check_required = subject.enabled && subject.require_keys;
  reader.supplied_by = facts.plugin.env;
  reader.top_path = subject.path;
  for (const std::string& key : facts.plugin.secrets) {
    reader.secrets.insert(subject.path + "." + key);
  }
  reader.marks[subject.path] = subject.mark;
  if (auto value = reader.read(node, schema, subject.path)) {
    out.value = std::move(*value);
  }
  for (const auto& [path, mark] : reader.marks) {
    marks_.emplace(path, mark);
  }
  for (const Json& key : schema["required"]) {
    const bool present =
        key.is_string() && (out.value.contains(key.get_ref<const std::string&>()) ||
                            node.find(key.get_ref<const std::string&>()) != nullptr);
    out.complete = out.complete && present;
  }
  if (subject.enabled && subject.require_keys) {
    judge_unset(subject, reader.unset, out);
    if (facts.problem.empty() && reader.unset.empty() &&
        context_.report.errors() == errors_before) {
      check_whole_schema(subject, facts, out, reader);
    }
    if (out.unusable_reason.empty()) tell_wanted(subject, facts, out);
  }
  return out;
}

void SectionLoader::unusable_plugin(const Subject& subject, const std::string& plugin,
                                    const Facts& facts, Section& out) {
  if (!subject.enabled) {
    return;
  }
  const auto names = installed(subject.kind);
  const std::string named =
      std::string("the ") + kind_name(subject.kind) + " plugin `" + shown_key(plugin) + "`";
  std::string message =
      (subject.variable.empty() ? named + " cannot be used: "
                                : "the environment variable " + subject.variable + " names " +
                                      named + ", which cannot be used: ") +
      facts.problem;
  message += did_you_mean(plugin, names);
  if (!names.empty()) {
    message += "; installed are: ";
    for (std::size_t i = 0; i < names.size(); ++i) {
      message += (i == 0 ? "" : ", ") + names[i];
    }
  }
  out.unusable_reason = facts.problem;
  if (subject.kind == PluginKind::storage) {
    if (!subject.variable.empty()) return context_.report.variable_error(subject.path, message);
    context_.report.error(subject.mark, subject.path, message);
  } else {
    context_.report.warning(subject.mark, subject.path,
                            message + "; " + subject.words + " will be failed until then");
  }
}

void SectionLoader::judge_unset(const Subject& subject, const std::vector<UnsetVariable>& unset,
                                Section& out) {
  for (const UnsetVariable& gap : unset) {
    const std::string missing = gap.variable.empty() ? "is empty, but required"
                                : gap.written        ? gap.variable + " is not set"
                                              : "is absent, and " + gap.variable + " is not set";
    if (subject.kind == PluginKind::storage) {
      context_.report.error(
          gap.mark, gap.key,
          missing + "; set it in the gateway's environment, or write the value here");
      continue;
    }
    context_.report.warning(gap.mark, gap.key,
                            missing + "; " + subject.words + " will be failed until " +
                                (gap.variable.empty() ? "then" : "it is"));
    if (out.unusable_reason.empty()) {
      out.unusable_reason = gap.key + ": " + missing;
    }
  }
}

void SectionLoader::tell_wanted(const Subject& subject, const Facts& facts,
                                const Section& section) {
  const auto properties = facts.schema.find("properties");
  if (properties == facts.schema.end() || !properties->is_object()) {
    return;
  }
  for (const auto& [key, about] : properties->items()) {
    const Json& without = member(about, "x-wanted");
    const auto value = section.value.find(key);
    if (!without.is_string() || (value != section.value.end() && *value != "")) {
      continue;
    }
    const auto variable = facts.plugin.env.find(key);
    context_.report.warning(
        subject.mark, subject.path + "." + key,
        "is absent" +
            (variable == facts.plugin.env.end() ? std::string()
                                                : ", and " + variable->second + " is not set") +
            "; " + without.get_ref<const std::string&>() + " until it is there");
  }
}

void SectionLoader::check_whole_schema(const Subject& subject, const Facts& facts, Section& section,
                                       const SchemaReader& reader) {
  if (facts.schema.empty()) {
    return;
  }
  const Json whole = section_schema(subject.kind, facts.schema);
  const auto& secrets = facts.plugin.secrets;
  std::vector<UnsetVariable> unset;
  for (const SchemaViolation& violation : check_plugin_schema(section.value, whole)) {
    std::string path = subject.path;
    if (!violation.path.empty()) {
      path += (violation.path[0] == '[' ? "" : ".") + violation.path;
    }
    const auto found = reader.marks.find(path);
    const Mark mark = found == reader.marks.end() ? subject.mark : found->second;
    // A key that a variable may supply is as good as missing when both are empty.
    const auto supplier = facts.plugin.env.find(violation.path);
    if (supplier != facts.plugin.env.end() && violation.absent) {
      unset.push_back({path, supplier->second, mark, false, Json::object()});
    } else if (supplier != facts.plugin.env.end() &&
               member(section.value, violation.path.c_str()) == "") {
      unset.push_back({path, "", mark, true, Json::object()});
    } else if (violation.absent && subject.kind != PluginKind::storage &&
               std::find(secrets.begin(), secrets.end(), violation.path) != secrets.end()) {
      // A secret that is missing stops its channel, not the others.
      context_.report.warning(
          mark, path,
          violation.message + "; " + subject.words + " will be failed until it is there");
      if (section.unusable_reason.empty())
        section.unusable_reason = path + ": " + violation.message;
    } else {
      context_.report.error(mark, path, violation.message);
    }
  }
  judge_unset(subject, unset, section);
}

}  // namespace openclaw::config
