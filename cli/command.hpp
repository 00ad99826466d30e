// What the commands share: where things are, and how they end.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/config/load.hpp"

namespace CLI {
class App;
}

namespace openclaw::cli {

struct Surroundings {
  std::string home;        ///< HOME, or the password database's
  std::string executable;  ///< this program's file
};
Surroundings surroundings();

/// Each adds its subcommand; the callback sets `status`, the process's exit status.
void add_gateway_commands(CLI::App& app, int& status);
void add_agent_commands(CLI::App& app, int& status);
void add_plugin_commands(CLI::App& app, int& status);
void add_config_commands(CLI::App& app, int& status);
void add_pairing_commands(CLI::App& app, int& status);
void add_dead_commands(CLI::App& app, int& status);
void add_cluster_commands(CLI::App& app, int& status);
void add_storage_commands(CLI::App& app, int& status);
void add_migrate_command(CLI::App& storage, int& status);  ///< below `storage`
void add_backup_commands(CLI::App& app, int& status);

/// Options for config::load() with the installed plugins behind it. `path` may be empty.
config::LoadOptions load_options(const std::string& path, bool dev, const Surroundings& where);

}  // namespace openclaw::cli
