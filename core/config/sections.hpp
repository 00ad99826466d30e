// Reads the parts of the file that belong to plugins: providers, channels and storage.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/config/schema_reader.hpp"

namespace openclaw::config {

class SectionLoader {
 public:
  SectionLoader(const LoadOptions& options, ReadContext& context, const Plugins& plugins,
                std::map<std::string, Mark>& marks);

  std::vector<Provider> providers(const Node& root);
  std::vector<Channel> channels(const Node& root);
  Storage storage(const Node& root);

 private:
  struct Facts {
    PluginFacts plugin;
    nlohmann::json schema;  ///< the plugin's own
    std::string problem;    ///< not empty: why the plugin cannot be used
  };
  struct Section {
    nlohmann::json value = nlohmann::json::object();
    std::string unusable_reason;
    bool complete = true;  ///< no required key is absent
  };
  /// What is being read: "the channel telegram".
  struct Subject {
    PluginKind kind;
    std::string words;
    std::string path;
    Mark mark;
    bool enabled = true;
    bool require_keys = true;
    std::string variable{};  ///< not empty: this environment variable chose the plugin
  };

  const Facts& facts_of(PluginKind kind, const std::string& plugin);
  Section read(const Subject& subject, const std::string& plugin, const Node& node);
  void judge_unset(const Subject& subject, const std::vector<UnsetVariable>& unset, Section& out);
  /// Keys that the plugin can do without, but hardly what the operator wants: "x-wanted" in their
  /// schema says what is not done without them.
  void tell_wanted(const Subject& subject, const Facts& facts, const Section& section);
  void check_whole_schema(const Subject& subject, const Facts& facts, Section& section,
                          const SchemaReader& reader);
  void unusable_plugin(const Subject& subject, const std::string& plugin, const Facts& facts,
                       Section& out);
  void channel_accounts(const std::string& name, const Entry& entry, std::vector<Channel>& out);
  void check_allow_from(const Channel& channel, bool anyone, const Subject& subject);
  Channel to_channel(const std::string& name, const std::string& account, const std::string& plugin,
                     const Section& section, const Subject& subject);
  void add_dev_channels(std::vector<Channel>& out);
  void add_dev_providers(std::vector<Provider>& out);
  Provider read_provider(const Node& node, const std::string& path);
  void check_providers(const std::vector<Provider>& providers, const Entry* entry);

  std::string text_of(const Node& node, const std::string& key, std::string standard) const;
  /// Takes out of the section `storage` what the plugin would not read, and says so.
  void refuse_unused(Node& node, const std::string& plugin, bool type_of_environment);

  bool is_off(const Node& node) const;
  std::vector<std::string> installed(PluginKind kind) const;

  const LoadOptions& options_;
  ReadContext& context_;
  const Plugins& plugins_;
  std::map<std::string, Mark>& marks_;
  std::vector<NamedPlugin> installed_;
  std::map<std::pair<PluginKind, std::string>, Facts> facts_;
};

/// One schema for a section: the plugin's, with the keys that the core owns.
nlohmann::json section_schema(PluginKind kind, const nlohmann::json& plugin_schema);

const char* kind_name(PluginKind kind);

}  // namespace openclaw::config
