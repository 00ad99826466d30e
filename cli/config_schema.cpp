// openclaw config schema: the JSON Schema of gateway.yaml with every installed plugin's section.
#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/command.hpp"

namespace openclaw::cli {

void add_config_commands(CLI::App& app, int& status) {
  auto* config = app.add_subcommand("config", "About the configuration file");
  config->require_subcommand(1);
  auto* schema =
      config->add_subcommand("schema", "Print the JSON Schema of gateway.yaml, for editors");
  schema->callback([&status] {
    const auto options = load_options({}, false, surroundings());
    std::vector<config::NamedPluginSchema> plugins;
    for (const auto& p : options.list_plugins({})) {
      plugins.push_back({p.kind, p.name, p.facts.schema_json, p.facts.env});
    }
    std::cout << config::merged_schema(plugins) << "\n";
    status = 0;
  });
}

}  // namespace openclaw::cli
