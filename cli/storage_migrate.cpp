// openclaw storage migrate: all that one store holds into another, of the same or another engine.
#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/last_words.hpp"
#include "cli/progress_bar.hpp"
#include "cli/store_place.hpp"
#include "cli/terminal_text.hpp"
#include "core/transfer/transfer.hpp"

namespace openclaw::cli {

namespace {

struct MigrateOptions {
  std::string from, to;
  bool json = false;
};

int migrate(const MigrateOptions& o) {
  const auto refused = [](const Error& error) {
    std::cerr << "error: " << printable(error.message) << "\n";
    return 1;
  };
  auto from = named_store(o.from);
  if (!from) return 1;
  auto to = named_store(o.to);
  if (!to) return 1;
  if (from->identity == to->identity) {
    return refused({Errc::invalid, "--from and --to name the same store"});
  }
  // One that is not there would be made by whoever holds it.
  if (auto there = from->store->open(OC_STORE_READER); there.has_error()) {
    return refused(there.error());
  }
  // As a gateway holds it, so that none writes to it meanwhile.
  auto source = from->store->open(OC_STORE_WRITER);
  if (source.has_error()) return refused(source.error());
  auto target = to->store->open(OC_STORE_WRITER);
  if (target.has_error()) return refused(target.error());
  const LastWords interrupted("\nInterrupted: run the same command again to go on.\n");
  ProgressBar bar("Migrating");
  auto tally = transfer::migrate(*source, from->identity, *target, shown_on(bar));
  bar.clear();
  if (tally.has_error()) return refused(tally.error());
  if (o.json) {
    std::cout << nlohmann::json{{"from", from->name},
                                {"to", to->name},
                                {"records", tally->all()},
                                {"conversations", tally->of(archive::Kind::session)},
                                {"checksum", tally->checksum()}}
                     .dump(2, ' ', true, nlohmann::json::error_handler_t::replace)
              << "\n";
  } else {
    std::cout << "Migrated " << counted(static_cast<long>(tally->all()), "record") << ", "
              << counted(static_cast<long>(tally->of(archive::Kind::session)), "conversation")
              << " among them, from " << printable(from->name) << " to " << printable(to->name)
              << "; both hold the same. Now set storage in gateway.yaml, and start the gateway.\n";
  }
  return 0;
}

}  // namespace

void add_migrate_command(CLI::App& storage, int& status) {
  const auto o = std::make_shared<MigrateOptions>();
  auto* command = storage.add_subcommand(
      "migrate", "Copy a store into an empty one of the same or another engine, and compare both");
  command
      ->add_option("--from", o->from,
                   "TYPE:PATH, a URL in which ${NAME} is a variable, or a FILE.yaml whose storage "
                   "is meant. No gateway may use it meanwhile")
      ->required();
  command->add_option("--to", o->to, "The same, for the empty one")->required();
  command->add_flag("--json", o->json, "Print JSON");
  command->callback([o, &status] { status = migrate(*o); });
}

}  // namespace openclaw::cli
