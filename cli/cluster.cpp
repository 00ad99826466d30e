// openclaw cluster status: the gateways that share the store.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gateway_api.hpp"
#include "cli/terminal_text.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::cli {

namespace {

struct ClusterOptions {
  bool as_json = false;
  Target target;
};

/// It is renewed every third of its time: after half of it a renewal is missing.
std::string lease_words(const nlohmann::json& m) {
  const std::int64_t left = m.value("leaseLeftMs", std::int64_t{0});
  const std::int64_t whole = m.value("leaseSeconds", std::int64_t{0}) * 1000;
  std::string out;
  if (whole != 0 && whole - left > whole / 2) {
    out = "silent for " + std::to_string((whole - left) / 1000) + " s, ";
  }
  if (left <= 0) return out + "its lease has ended";
  return out + "its lease ends in " + std::to_string(left / 1000) + " s unless it is renewed";
}

void print_member(const nlohmann::json& m, const std::string& self) {
  const std::string instance = m.value("instance", "");
  std::cout << printable(instance) << (instance == self ? " (this gateway)" : "") << "\n    "
            << printable(m.value("process", ""));
  if (m.contains("version")) std::cout << ", version " << printable(m.value("version", ""));
  const std::int64_t up = runtime::unix_ms() / 1000 - m.value("since", std::int64_t{0});
  std::cout << ", up " << duration(std::max<std::int64_t>(up, 0)) << "\n    has "
            << m.value("messages", std::uint64_t{0}) << " messages, "
            << m.value("replies", std::uint64_t{0}) << " replies; " << lease_words(m) << "\n";
  for (const auto& lease : m.value("leases", nlohmann::json::array())) {
    if (lease.is_string()) std::cout << "    holds " << printable(lease.get<std::string>()) << "\n";
  }
}

int show(const ClusterOptions& o) {
  const auto said = ask_api(o.target, "/api/cluster", nlohmann::json());
  if (!said) return running_gateway(o.target.dev) ? 1 : 3;
  if (o.as_json) {
    std::cout << said->dump(2, ' ', true) << "\n";
    return 0;
  }
  const nlohmann::json self = said->value("instance", nlohmann::json());
  if (!self.is_string()) {
    std::cout << "This gateway has its store to itself. To have several share it, set "
                 "gateway.instance in each, and storage.type to postgres or redis.\n";
    return 0;
  }
  for (const auto& member : said->value("members", nlohmann::json::array())) {
    print_member(member, self.get<std::string>());
  }
  return 0;
}

}  // namespace

void add_cluster_commands(CLI::App& app, int& status) {
  const auto o = std::make_shared<ClusterOptions>();  // shared by the command's callback
  auto* cluster = app.add_subcommand("cluster", "The gateways that share the store");
  cluster->require_subcommand(1);
  add_target(*cluster, o->target);  // before the verb, and behind it
  auto* list = cluster->add_subcommand("status", "List them, with what each has and holds");
  list->add_flag("--json", o->as_json, "Print JSON");
  add_target(*list, o->target);
  list->callback([o, &status] { status = show(*o); });
}

}  // namespace openclaw::cli
