// Reads the providers, of which one at least must be usable.
#include <algorithm>

#include "core/config/scalar.hpp"
#include "core/config/section_parts.hpp"
#include "core/config/sections.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {

std::vector<Provider> SectionLoader::providers(const Node& root) {
  std::vector<Provider> out;
  const Entry* entry = root.find("providers");
  if (entry != nullptr && entry->value.items.size() > max_entries) {
    context_.report.error(entry->key_mark, "providers", "more than 256 providers");
    return out;
  }
  if (entry != nullptr && entry->value.kind == Node::Kind::sequence) {
    for (std::size_t i = 0; i < entry->value.items.size(); ++i) {
      const Node& item = entry->value.items[i];
      const std::string path = "providers[" + std::to_string(i) + "]";
      if (item.kind != Node::Kind::map) {
        context_.report.error(item.mark, path, "must be a map, as in `- name: openai`");
        continue;
      }
      out.push_back(read_provider(item, path));
    }
  } else if (entry != nullptr && entry->value.kind != Node::Kind::null) {
    context_.report.error(entry->value.mark, "providers", "must be a list, as in `- name: openai`");
    return out;
  }
  check_providers(out, entry);
  if (context_.dev) {
    add_dev_providers(out);
  }
  return out;
}

Provider SectionLoader::read_provider(const Node& node, const std::string& path) {
  const std::string name = text_of(node, "name", "");
  const std::string plugin = text_of(node, "plugin", name);
  const Subject subject{PluginKind::provider, "the provider " + shown_key(name), path, node.mark};
  if (plugin.empty()) {
    if (node.find("name") == nullptr) {
      context_.report.error(node.mark, path + ".name", "is required, but absent; add it");
    } else {
      context_.report.error(node.find("name")->value.mark, path + ".name",
                            "must be a name, as in `name: openai`");
    }
    return {};
  }
  const Section section = read(subject, plugin, node);
  Provider out;
  out.name = string_at(section.value, "name");
  out.plugin = plugin;
  out.model = string_at(section.value, "model");
  out.names_model =
      member(facts_of(PluginKind::provider, plugin).schema, "properties").contains("model");
  if (const auto timeouts = section.value.find("timeouts"); timeouts != section.value.end()) {
    const auto seconds = [&](const char* key, std::uint32_t& to) {
      if (const auto found = timeouts->find(key); found != timeouts->end()) {
        to = found->get<std::uint32_t>();
      }
    };
    seconds("connect", out.timeouts.connect);
    seconds("firstToken", out.timeouts.first_token);
    seconds("idle", out.timeouts.idle);
    seconds("total", out.timeouts.total);
  }
  out.section_json = dump(section.value);
  out.unusable_reason = section.unusable_reason;
  return out;
}

void SectionLoader::check_providers(const std::vector<Provider>& providers, const Entry* entry) {
  for (std::size_t i = 0; i < providers.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!providers[i].name.empty() && providers[i].name == providers[j].name) {
        const std::string path = "providers[" + std::to_string(i) + "].name";
        context_.report.error(marks_[path], path,
                              "a second provider of this name; give one of them another name "
                              "and say `plugin: " +
                                  providers[j].plugin + "`");
        break;
      }
    }
  }
  const bool usable = std::any_of(providers.begin(), providers.end(),
                                  [](const Provider& p) { return p.unusable_reason.empty(); });
  if (usable || context_.dev) {
    return;
  }
  const Mark mark = entry == nullptr ? Mark{1, 1} : entry->key_mark;
  context_.report.error(mark, "providers",
                        providers.empty()
                            ? "at least one provider is required; add one, as in `- name: openai`"
                            : "no provider can be used; the warnings say what each one lacks");
}

void SectionLoader::add_dev_providers(std::vector<Provider>& out) {
  const bool usable = std::any_of(out.begin(), out.end(),
                                  [](const Provider& p) { return p.unusable_reason.empty(); });
  if (usable) {
    return;
  }
  for (const NamedPlugin& plugin : installed_) {
    const bool named = std::any_of(out.begin(), out.end(),
                                   [&](const Provider& p) { return p.name == plugin.name; });
    if (plugin.kind != PluginKind::provider || !plugin.facts.dev || named) {
      continue;
    }
    Node node = empty_map({});
    Node name;
    name.kind = Node::Kind::scalar;
    name.text = plugin.name;
    node.entries.push_back({"name", {}, name});
    out.push_back(read_provider(node, "providers[" + std::to_string(out.size()) + "]"));
  }
}

}  // namespace openclaw::config
