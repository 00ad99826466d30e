// openclaw gateway start | status | stop | validate: the command line of the four.
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/gateway_start.hpp"
#include "cli/gateway_status.hpp"
#include "cli/gateway_stop.hpp"
#include "cli/gateway_validate.hpp"

namespace openclaw::cli {

namespace {
/// Where CLI11 writes each command's options; lives as long as the App that refers to it.
struct GatewayOptions {
  StartOptions start;
  std::string config;
  bool json = false, dev = false;
};
}  // namespace

void add_gateway_commands(CLI::App& app, int& status) {
  const auto options = std::make_shared<GatewayOptions>();  // shared by the commands' callbacks
  auto* gateway = app.add_subcommand("gateway", "Run and look after the gateway");
  gateway->require_subcommand(1);

  auto* start = gateway->add_subcommand("start", "Start the gateway");
  start
      ->add_option("--config", options->start.config,
                   "Configuration file [~/.openclaw/gateway.yaml]")
      ->type_name("FILE");
  start->add_flag("--dev", options->start.dev,
                  "Development mode: no configuration needed, 127.0.0.1 only, web chat on, echo "
                  "provider when no key is set");
  start->add_flag("--daemon", options->start.daemon,
                  "Run in the background; returns when the gateway is ready");
  start->callback([options, &status] { status = start_gateway(options->start); });

  auto* show = gateway->add_subcommand("status", "Show whether a gateway runs, and how it does");
  show->add_flag("--json", options->json, "Print JSON");
  show->add_flag("--dev", options->dev, "The one started with --dev");
  show->callback([options, &status] { status = show_status(options->json, options->dev); });

  auto* stop = gateway->add_subcommand("stop", "Stop the gateway and wait until it has drained");
  stop->add_flag("--dev", options->dev, "The one started with --dev");
  stop->callback([options, &status] { status = stop_gateway(options->dev); });

  auto* validate = gateway->add_subcommand("validate", "Check the configuration");
  validate->add_option("--config", options->config, "Configuration file [~/.openclaw/gateway.yaml]")
      ->type_name("FILE");
  validate->add_flag("--dev", options->dev, "As the gateway started with --dev would read it");
  validate->add_flag("--json", options->json, "Print JSON");
  validate->callback([options, &status] {
    status = validate_config(options->config, options->json, options->dev);
  });
}

}  // namespace openclaw::cli
