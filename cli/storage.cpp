// openclaw storage: of it sweep, which is what automatic cleanup removes, or would remove.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/gateway_api.hpp"
#include "cli/terminal_text.hpp"

namespace openclaw::cli {

namespace {

using nlohmann::json;

constexpr std::size_t kShown = 20;

struct SweepOptions {
  bool dry_run = false, json = false;
  Target target;
};

std::string size_words(std::uint64_t bytes) {
  if (bytes < 10'000) return std::to_string(bytes) + " bytes";
  if (bytes < 10'000'000) return std::to_string(bytes / 1'000) + " kB";
  if (bytes < 10'000'000'000) return std::to_string(bytes / 1'000'000) + " MB";
  return std::to_string(bytes / 1'000'000'000) + " GB";
}

const char* why(const std::string& limit) {
  if (limit == "age") return "not used for maxAge";
  if (limit == "sessions") return "more than maxSessions";
  return "more than maxBytes";
}

std::uint64_t number(const json& from, const char* name) {
  return from.value(name, std::uint64_t{0});
}

void print_forecast(const json& said) {
  const json now = said.value("now", json::object());
  std::cout << "The store holds " << number(now, "sessions") << " conversations with "
            << size_words(number(now, "bytes")) << " of text.\n";
  const json goes = said.value("goes", json::array());
  const json over = said.value("over", json::object());
  if (goes.empty() && over.empty()) std::cout << "Nothing would be removed.\n";
  for (const auto& part : goes) {
    std::cout << "Would be removed, " << why(part.value("limit", "")) << ": "
              << number(part, "sessions") << " conversations with " << number(part, "entries")
              << " entries, " << size_words(number(part, "bytes")) << " of text.\n";
  }
  if (const auto n = number(over, "sessions"); n != 0) {
    std::cout << counted(static_cast<long>(n), "conversation")
              << " over maxSessions would be kept: used in the last ten minutes.\n";
  }
  if (const auto n = number(over, "bytes"); n != 0) {
    std::cout << size_words(n) << " over maxBytes would be kept: used in the last ten minutes.\n";
  }
  if (said.value("more", false)) std::cout << "There are more than could be looked at.\n";
  const json sessions = said.value("sessions", json::array());
  for (std::size_t i = 0; i < sessions.size() && i < kShown; ++i) {
    const json& one = sessions[i];
    std::cout << "  " << printable(one.value("session", "")) << ", " << number(one, "entries")
              << " entries\n";
  }
  if (sessions.size() > kShown) std::cout << "  ... (--json shows more)\n";
  if (!said.value("enabled", false)) {
    std::cout << "Automatic cleanup is off: storage.retention.enabled is not true.\n";
  }
}

int sweep(const SweepOptions& o) {
  const auto said =
      ask_api(o.target, "/api/storage/sweep", o.dry_run ? json() : json(json::object()));
  if (!said) return 1;
  if (o.json) {
    std::cout << said->dump(2, ' ', true) << "\n";
  } else if (o.dry_run) {
    print_forecast(*said);
  } else {
    std::cout << "The sweep has begun. The gateway's log has a line retention.removed for each "
                 "conversation, and retention.done at the end;\n"
                 "the metric openclaw_retention_sessions_removed_total counts them.\n";
  }
  return 0;
}

}  // namespace

void add_storage_commands(CLI::App& app, int& status) {
  const auto o = std::make_shared<SweepOptions>();  // shared by the commands' callbacks
  auto* storage = app.add_subcommand("storage", "What is kept, and for how long");
  storage->require_subcommand(1);
  add_target(*storage, o->target);  // before the verb, and behind it

  auto* command =
      storage->add_subcommand("sweep", "Remove now what storage.retention says is to go");
  command->add_flag("--dry-run", o->dry_run, "Only say what would go, also while it is off");
  command->add_flag("--json", o->json, "Print JSON");
  add_target(*command, o->target);
  command->callback([o, &status] { status = sweep(*o); });

  add_migrate_command(*storage, status);
}

}  // namespace openclaw::cli
