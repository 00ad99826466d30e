// Asks the running gateway's API on the operator's behalf, and says what went wrong.
#include "cli/gateway_api.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/terminal_text.hpp"

namespace openclaw::cli {

using nlohmann::json;

std::optional<json> ask_api(const Target& target, const std::string& path, const json& body) {
  const auto info = running_gateway(target.dev);
  if (!info) {
    std::cerr << "error: " << none_is_running(target.dev)
              << (running_gateway(!target.dev) ? "\n"
                  : target.dev                 ? "; start it with `openclaw gateway start --dev`\n"
                                               : "; start it with `openclaw gateway start`\n");
    return std::nullopt;
  }
  const auto answer =
      ask_gateway(*info, target, path, body.is_null() ? std::string{} : body.dump());
  if (answer.has_error()) {
    std::cerr << "error: " << answer.error().message << "\n";
    return std::nullopt;
  }
  json said = json::parse(answer->body, nullptr, false);
  if (answer->status == 200 && said.is_object()) return std::optional<json>(std::move(said));
  std::string why = "HTTP " + std::to_string(answer->status);
  if (said.is_object() && said.contains("error") && said["error"].is_object()) {
    why = said["error"].value("message", why);
  }
  std::cerr << "error: " << printable(why) << "\n";
  return std::nullopt;
}

void add_target(CLI::App& command, Target& target) {
  command.add_flag("--dev", target.dev, "The gateway started with --dev");
  command.add_option("--config", target.config, "Where its API key is [the file it started with]")
      ->type_name("FILE");
}

}  // namespace openclaw::cli
