// The program `openclaw`: reads the command line, one file a command does the rest.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "cli/command.hpp"
#include "cli/unknown_command.hpp"

namespace {

/// In the reverse order that CLI11 takes; `help` and `version` are other words for the options.
std::vector<std::string> arguments(int argc, char** argv) {
  std::vector<std::string> out(argv + std::min(argc, 1), argv + argc);
  if (!out.empty() && out.front() == "version") out.front() = "--version";
  if (!out.empty() && out.front() == "help") {
    out.erase(out.begin());
    out.emplace_back("--help");
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"OpenClaw Gateway: between people's chat apps and LLM agents.", "openclaw"};
  app.set_version_flag("-V,--version", std::string("openclaw ") + OPENCLAW_VERSION);
  app.require_subcommand(1);
  int status = 0;
  openclaw::cli::add_gateway_commands(app, status);
  openclaw::cli::add_agent_commands(app, status);
  openclaw::cli::add_plugin_commands(app, status);
  openclaw::cli::add_config_commands(app, status);
  openclaw::cli::add_pairing_commands(app, status);
  openclaw::cli::add_dead_commands(app, status);
  openclaw::cli::add_cluster_commands(app, status);
  openclaw::cli::add_storage_commands(app, status);
  openclaw::cli::add_backup_commands(app, status);
  try {
    app.parse(arguments(argc, argv));
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    if (const auto unknown = openclaw::cli::unknown_command(app); !unknown.empty()) {
      std::cerr << "error: " << unknown << "\n";
    } else {
      app.exit(e);
    }
    return 2;
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "error: the output could not be written: is the disk full?\n";
    return 1;
  }
  return status;
}
