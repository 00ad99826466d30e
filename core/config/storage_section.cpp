// Reads the one section of the storage, whose plugin follows from its type.
#include <algorithm>

#include "core/config/core_schema.hpp"
#include "core/config/retention.hpp"
#include "core/config/section_parts.hpp"
#include "core/config/sections.hpp"
#include "core/config/storage_keys.hpp"

namespace openclaw::config {

Storage SectionLoader::storage(const Node& root) {
  Storage out;
  const Entry* entry = root.find("storage");
  Node node = empty_map(Mark{1, 1});
  Mark mark{1, 1};
  if (entry != nullptr && entry->value.kind != Node::Kind::null) {
    mark = entry->key_mark;
    node = entry->value;
    if (node.kind != Node::Kind::map) {
      context_.report.error(node.mark, "storage", "must be a map, as in `type: sqlite`");
      return out;
    }
  }
  // The plugin follows from the type, so the type is read first, by the core's schema alone.
  const nlohmann::json& type_schema = core_section_schema("storage").at("properties").at("type");
  const std::string variable = type_schema.at("x-env").get<std::string>();
  const auto from_environment =
      context_.environment ? context_.environment(variable) : std::nullopt;
  const bool chosen = from_environment && !from_environment->empty();
  const std::string type_here = text_of(node, "type", out.type);
  out.type = chosen ? *from_environment : type_here;
  out.plugin = text_of(node, "plugin", out.type);
  if (const Entry* type = node.find("type"); type != nullptr) {
    mark = type->value.mark;
  }
  refuse_unused(node, out.plugin, out.type != type_here);
  const bool has_path = takes_storage_key(facts_of(PluginKind::storage, out.plugin).schema, "path");
  if (context_.dev && has_path && node.find("path") == nullptr) {
    Node path;
    path.kind = Node::Kind::scalar;
    path.text = "~/.openclaw/dev/sessions.db";
    node.entries.push_back({"path", {}, path});
  }
  Subject subject{PluginKind::storage, "the storage", "storage", mark};
  if (chosen && node.find("plugin") == nullptr) subject.variable = variable;
  const Section section = read(subject, out.plugin, node);
  out.path = string_at(section.value, "path");
  out.url = string_at(section.value, "url");
  out.retention = read_retention(section.value);
  const Retention& retention = out.retention;
  const Entry* written = node.find("retention");
  // A limit that is wrong has its own error.
  const bool named =
      written != nullptr && std::any_of(written->value.entries.begin(),
                                        written->value.entries.end(), [](const Entry& key) {
                                          return key.key == "maxAge" || key.key == "maxSessions" ||
                                                 key.key == "maxBytes";
                                        });
  if (retention.enabled && !named && !retention.max_age_ms && !retention.max_sessions &&
      !retention.max_bytes) {
    const auto at = marks_.find("storage.retention.enabled");
    context_.report.error(at == marks_.end() ? mark : at->second, "storage.retention.enabled",
                          "says that conversations are removed, but not which: add maxAge, "
                          "maxSessions or maxBytes, as in `maxAge: 30d`");
  }
  out.section_json = dump(section.value);
  return out;
}

}  // namespace openclaw::config
