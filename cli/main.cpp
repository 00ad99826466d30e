// The program `openclaw`: reads the command line, one file a command does the rest.
#include <CLI/CLI.hpp>

#include "cli/command.hpp"

int main(int argc, char** argv) {
  CLI::App app{"OpenClaw Gateway: between people's chat apps and LLM agents.", "openclaw"};
  app.set_version_flag("--version", std::string("openclaw ") + OPENCLAW_VERSION);
  app.require_subcommand(1);
  int status = 0;
  openclaw::cli::add_gateway_commands(app, status);
  openclaw::cli::add_agent_commands(app, status);
  openclaw::cli::add_plugin_commands(app, status);
  openclaw::cli::add_config_commands(app, status);
  openclaw::cli::add_pairing_commands(app, status);
  openclaw::cli::add_dead_commands(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : 2;
  }
  return status;
}
