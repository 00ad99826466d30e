// Refuses below `storage` what the chosen plugin would not read.
#include <nlohmann/json.hpp>

#include "core/config/core_schema.hpp"
#include "core/config/expand.hpp"
#include "core/config/sections.hpp"
#include "core/config/storage_keys.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {

/// An error: the kind of store that was meant is another one, and this one would be begun anew.
void SectionLoader::refuse_unused(Node& node, const std::string& plugin, bool type_of_environment) {
  const Facts& facts = facts_of(PluginKind::storage, plugin);
  if (!facts.problem.empty()) return;
  std::erase_if(node.entries, [&](const Entry& entry) {
    if (takes_storage_key(facts.schema, entry.key)) return false;
    const bool text = entry.value.kind == Node::Kind::scalar;
    const auto others = storage_plugins_for(
        installed_, entry.key, text ? expand(entry.value.text, context_.environment).text : "");
    const std::string elsewhere = storage_key_elsewhere(entry.key);
    const std::string unused = "is not used by " + shown_key(plugin);
    const std::string path = join_path("storage", entry.key);
    if (!others.empty() && type_of_environment) {
      context_.report.warning(entry.key_mark, path, unused + ", which the environment chooses");
    } else if (!others.empty()) {
      context_.report.error(
          entry.key_mark, path,
          unused + ": set storage.type to " + join_or(others) + ", or remove this key");
    } else {
      auto known = known_keys(facts.schema);
      for (const auto& [key, schema] : core_section_schema("storage").at("properties").items()) {
        if (!schema.contains("x-lent")) known.push_back(key);
      }
      context_.report.error(entry.key_mark, path,
                            "unknown key; correct or remove it" +
                                (elsewhere.empty() ? did_you_mean(entry.key, known)
                                                   : "; did you mean `" + elsewhere + "`?"));
    }
    return true;
  });
}

}  // namespace openclaw::config
