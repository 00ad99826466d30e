// openclaw agent route: which agent and session a message would get, without a running gateway.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/terminal_text.hpp"
#include "core/config/instance_name.hpp"
#include "core/config/suggest.hpp"
#include "core/pipeline/routing/configured_router.hpp"

namespace openclaw::cli {

namespace {

struct Question {
  std::string config;
  pipeline::ChatAddress from;
  std::string group, room;
  pipeline::Place place;
  bool json = false, dev = false;
};

/// Empty, or why no message could come from there.
std::string unknown_instance(const config::Config& config, const pipeline::ChatAddress& from) {
  std::vector<std::string> channels, accounts;
  for (const auto& c : config.channels) {
    if (c.name == from.channel) {
      if (c.account == from.account) return {};
      accounts.push_back(c.account);
    }
    if (std::find(channels.begin(), channels.end(), c.name) == channels.end())
      channels.push_back(c.name);
  }
  if (!accounts.empty()) {
    return "channel " + from.channel + " has no account " + from.account + ": use --account " +
           config::join_or(accounts);
  }
  const std::string text = "the configuration has no channel " + from.channel;
  if (channels.empty()) return text;
  return text + config::did_you_mean(from.channel, channels) +
         "; there are: " + config::join_or(channels);
}

int show_route(Question asked) {
  const auto loaded = config::load(load_options(asked.config, asked.dev, surroundings()));
  for (const auto& d : loaded.diagnostics) {
    if (!loaded.config || d.severity == config::Severity::error) std::cerr << d.to_string() << "\n";
  }
  if (!loaded.config) return 1;
  auto& from = asked.from;
  // Everywhere else an account is called telegram/shop.
  if (from.account.empty()) {
    const auto named = config::parse_instance_name(from.channel);
    from.channel = named.channel;
    from.account = named.account;
  }
  if (const auto problem = unknown_instance(*loaded.config, from); !problem.empty()) {
    std::cerr << "error: " << printable(problem) << "\n";
    return 1;
  }
  from.chat_id = !asked.group.empty()  ? asked.group
                 : !asked.room.empty() ? asked.room
                                       : from.sender_id;
  from.kind = !asked.group.empty()  ? pipeline::ChatKind::group
              : !asked.room.empty() ? pipeline::ChatKind::room
                                    : pipeline::ChatKind::direct;
  const auto router = pipeline::configured_router(*loaded.config);
  const auto route = router.route(from, asked.place);
  const auto why = router.explain(from, asked.place);
  if (asked.json) {
    nlohmann::json out = {{"agent", route.agent}, {"session", route.session}, {"rule", why.rule}};
    out["binding"] = why.binding ? nlohmann::json(*why.binding) : nlohmann::json();
    std::cout << out.dump(2, ' ', true) << "\n";
    return 0;
  }
  std::cout << "Agent    " << route.agent << "\nSession  " << printable(route.session)
            << "\nBy       ";
  if (why.binding) {
    std::cout << "bindings[" << *why.binding << "], " << why.rule << "\n";
  } else {
    std::cout << why.rule << "\n";
  }
  return 0;
}

}  // namespace

void add_agent_commands(CLI::App& app, int& status) {
  const auto asked = std::make_shared<Question>();  // shared with the callback
  auto* agent = app.add_subcommand("agent", "About the agents that answer");
  agent->require_subcommand(1);
  auto* route = agent->add_subcommand(
      "route", "Show which agent and session a message would get; no gateway needs to run");
  route->add_option("--channel", asked->from.channel, "The channel, as in gateway.yaml")
      ->required();
  route->add_option("--account", asked->from.account, "Its account [default]");
  auto* peer = route->add_option("--peer", asked->from.sender_id, "Who writes: the platform's id");
  auto* group = route->add_option("--group", asked->group, "In which group; else directly");
  auto* room = route->add_option("--room", asked->room, "In which room of a server");
  group->excludes(room);
  route->add_option("--thread", asked->from.thread_id, "In which thread or topic of it");
  route->add_option("--parent", asked->place.parent_chat, "The chat that this thread hangs on");
  route->add_option("--guild", asked->place.guild, "The server of the room");
  route->add_option("--role", asked->place.roles, "A role of who writes; may be repeated");
  route->add_option("--team", asked->place.team, "The workspace");
  route->add_option("--config", asked->config, "Configuration file [~/.openclaw/gateway.yaml]")
      ->type_name("FILE");
  route->add_flag("--dev", asked->dev, "As the gateway started with --dev would");
  route->add_flag("--json", asked->json, "Print JSON");
  route->callback([asked, peer, group, room, &status] {
    if (peer->count() + group->count() + room->count() == 0)
      throw CLI::RequiredError("--peer, --group or --room");
    status = show_route(*asked);
  });
}

}  // namespace openclaw::cli
