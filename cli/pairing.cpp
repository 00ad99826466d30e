// openclaw pairing list | approve | revoke: who may speak to the running gateway.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gateway_api.hpp"
#include "cli/terminal_text.hpp"

namespace openclaw::cli {

namespace {

using nlohmann::json;

int list(const Target& target, bool as_json) {
  const auto said = ask_api(target, "/api/pairing", json());
  if (!said) return 1;
  if (as_json) {
    std::cout << said->dump(2, ' ', true) << "\n";
    return 0;
  }
  const json pending = said->value("pending", json::array());
  if (pending.empty()) std::cout << "Nobody is waiting.\n";
  for (const auto& p : pending) {
    std::cout << "waiting   " << printable(p.value("channel", "")) << "  "
              << printable(p.value("peer", "")) << "  code " << p.value("code", "") << ", valid "
              << p.value("expiresInSeconds", 0) / 60 << " min more\n";
  }
  for (const auto& p : said->value("approved", json::array())) {
    std::cout << "approved  " << printable(p.value("channel", "")) << "  "
              << printable(p.value("peer", "")) << "\n";
  }
  return 0;
}

}  // namespace

void add_pairing_commands(CLI::App& app, int& status) {
  struct Options {
    std::string channel, code, peer;
    bool json = false;
    Target target;
  };
  const auto o = std::make_shared<Options>();  // shared by the commands' callbacks
  auto* pairing = app.add_subcommand("pairing", "Who may speak to the gateway");
  pairing->require_subcommand(1);
  add_target(*pairing, o->target);  // before the verb, and behind it

  auto* show = pairing->add_subcommand("list", "List who waits and who is approved");
  show->add_flag("--json", o->json, "Print JSON");
  add_target(*show, o->target);
  show->callback([o, &status] { status = list(o->target, o->json); });

  auto* approve = pairing->add_subcommand("approve", "Let the person with this code speak");
  approve->add_option("channel", o->channel, "The channel, as in gateway.yaml")->required();
  approve->add_option("code", o->code, "The code that the person was given")->required();
  add_target(*approve, o->target);
  approve->callback([o, &status] {
    const auto said =
        ask_api(o->target, "/api/pairing/approve", {{"channel", o->channel}, {"code", o->code}});
    status = said ? 0 : 1;
    if (said)
      std::cout << "Approved " << printable(said->value("peer", "")) << " on " << o->channel
                << ".\n";
  });

  auto* revoke = pairing->add_subcommand("revoke", "Take an approval back, or drop a request");
  revoke->add_option("channel", o->channel, "The channel, as in gateway.yaml")->required();
  revoke->add_option("peer", o->peer, "The person's id on that channel")->required();
  add_target(*revoke, o->target);
  revoke->callback([o, &status] {
    const auto said =
        ask_api(o->target, "/api/pairing/revoke", {{"channel", o->channel}, {"peer", o->peer}});
    status = said ? 0 : 1;
    if (!said) return;
    if (said->value("was", "") == "pending") {
      std::cout << "Dropped the request of " << o->peer << " on " << o->channel
                << "; its code is void.\n";
    } else {
      std::cout << "Took back the approval of " << o->peer << " on " << o->channel << ".\n";
    }
  });
}

}  // namespace openclaw::cli
