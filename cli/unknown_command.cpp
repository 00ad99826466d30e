#include "cli/unknown_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/terminal_text.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::cli {

std::string unknown_command(const CLI::App& app) {
  const CLI::App* at = &app;
  std::string said = app.get_name();
  for (auto below = at->get_subcommands(); !below.empty(); below = at->get_subcommands()) {
    at = below.front();
    said += " " + at->get_name();
  }
  std::vector<std::string> known;
  for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(command->get_name());
  }
  if (known.empty()) return {};
  const auto rest = at->remaining();
  const std::string there =
      "\nthe commands of `" + said + "`: " + config::join_or(known) + "; see `" + said + " --help`";
  if (rest.empty()) return "a command is missing" + there;
  const std::string word = printable(rest.front());
  if (word.starts_with('-')) return "a command must come before `" + word + "`" + there;
  return "unknown command `" + word + "`" + config::did_you_mean(word, known) + there;
}

}  // namespace openclaw::cli
