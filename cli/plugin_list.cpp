// openclaw plugin list: what is installed, read from the files without running them.
#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "core/host/registry.hpp"

namespace openclaw::cli {

namespace {

int list_plugins(const std::string& config_path, bool as_json) {
  const Surroundings where = surroundings();
  // The configuration may name further directories. The usual one need not exist, and what is
  // wrong in it is for `gateway validate` to say; one that was asked for is to be heeded.
  const auto loaded = config::load(load_options(config_path, false, where));
  if (!config_path.empty() && !loaded.config) {
    for (const auto& d : loaded.diagnostics) std::cerr << d.to_string() << "\n";
    return 1;
  }
  config::Plugins plugins;
  if (loaded.config) plugins = loaded.config->plugins;
  const auto directories = host::Registry::directories(plugins.directories, where.executable);
  const auto listed = host::Registry({directories, plugins.load}).list();
  if (as_json) {
    auto out = nlohmann::json::array();
    for (const auto& p : listed) {
      if (p.manifest.has_error()) {
        out.push_back({{"file", p.file}, {"error", p.manifest.error().message}});
        continue;
      }
      const auto& m = *p.manifest;
      out.push_back({{"id", m.id},
                     {"kind", m.kind},
                     {"version", m.version},
                     {"licence", m.licence},
                     {"description", m.description},
                     {"abi", std::to_string(m.abi_major) + "." + std::to_string(m.abi_minor)},
                     {"file", p.file}});
    }
    std::cout << out.dump(2) << "\n";
    return 0;
  }
  if (listed.empty()) {
    std::cout << "No plugin is installed. Looked in:\n";
    for (const auto& d : directories) std::cout << "  " << d << "\n";
    return 0;
  }
  for (const auto& p : listed) {
    if (p.manifest.has_error()) {
      std::cout << "unusable  " << p.manifest.error().message << "\n";
      continue;
    }
    std::cout << std::left << std::setw(10) << p.manifest->kind << std::setw(12) << p.manifest->id
              << std::setw(10) << p.manifest->version << p.manifest->description << "\n";
  }
  return 0;
}

}  // namespace

void add_plugin_commands(CLI::App& app, int& status) {
  struct Options {
    std::string config;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();  // shared with the callback
  auto* plugin = app.add_subcommand("plugin", "Look at installed plugins");
  plugin->require_subcommand(1);
  auto* list = plugin->add_subcommand("list", "List the installed plugins without running them");
  list->add_flag("--json", options->json, "Print JSON");
  list->add_option("--config", options->config, "Configuration file, for plugins.directories")
      ->type_name("FILE");
  list->callback([options, &status] { status = list_plugins(options->config, options->json); });
}

}  // namespace openclaw::cli
