// openclaw backup create | verify | restore: a store in one file.
#include <CLI/CLI.hpp>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/last_words.hpp"
#include "cli/progress_bar.hpp"
#include "cli/store_place.hpp"
#include "cli/terminal_text.hpp"
#include "core/runtime/wall_clock.hpp"
#include "core/transfer/transfer.hpp"

namespace openclaw::cli {

namespace {

using archive::Kind;
using archive::Tally;
using nlohmann::json;

struct BackupOptions {
  std::string file, config;
  bool dev = false, json = false;
};

int refused(const Error& error) {
  std::cerr << "error: " << printable(error.message) << "\n";
  return 1;
}

std::string default_name(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char out[64];
  std::strftime(out, sizeof out, "openclaw-%Y%m%dT%H%M%SZ.backup.gz", &utc);
  return out;
}

json counts(const Tally& tally) {
  return {{"records", tally.all()},           {"conversations", tally.of(Kind::session)},
          {"entries", tally.of(Kind::entry)}, {"waitingMessages", tally.of(Kind::message)},
          {"replies", tally.of(Kind::reply)}, {"deadMessages", tally.of(Kind::dead)},
          {"values", tally.of(Kind::value)},  {"knownEvents", tally.of(Kind::event)},
          {"checksum", tally.checksum()}};
}

std::string words(const Tally& tally) {
  const auto n = [&](Kind kind) { return static_cast<long>(tally.of(kind)); };
  return counted(n(Kind::session), "conversation") + " with " +
         (n(Kind::entry) == 1 ? "1 entry" : std::to_string(n(Kind::entry)) + " entries") + ", " +
         counted(n(Kind::message), "waiting message") + ", " +
         (n(Kind::reply) == 1 ? "1 reply" : std::to_string(n(Kind::reply)) + " replies") + ", " +
         counted(n(Kind::dead), "dead letter");
}

int create(const BackupOptions& o) {
  if (o.file == "-") {
    return refused(
        {Errc::invalid, "a backup is a file that gets its name when it is whole: name one, not -"});
  }
  auto place = configured_store(o.config, o.dev);
  if (!place) return 1;
  const std::int64_t now = runtime::unix_ms();
  const std::string file = o.file.empty() ? default_name(now) : o.file;
  auto store = place->store->open(OC_STORE_SNAPSHOT);
  if (store.has_error()) return refused(store.error());
  auto writer = archive::ArchiveWriter::create(file, {place->type, OPENCLAW_VERSION, now});
  if (writer.has_error()) return refused(writer.error());
  ProgressBar bar("Backing up");
  auto done = transfer::back_up(*store, *writer, shown_on(bar));
  bar.clear();
  if (done.has_error()) return refused(done.error());
  auto size = writer->finish();
  if (size.has_error()) return refused(size.error());
  if (o.json) {
    json out = counts(writer->tally());
    out["file"] = file;
    out["bytes"] = *size;
    out["storage"] = place->type;
    std::cout << out.dump(2, ' ', true, json::error_handler_t::replace) << "\n";
  } else {
    std::cout << printable(file) << ": " << words(writer->tally()) << "; " << *size << " bytes.\n";
  }
  return 0;
}

json about(const archive::ArchiveReader& backup, const std::string& file) {
  json out = counts(backup.tally());
  out["file"] = file;
  out["storage"] = backup.header().storage;
  out["version"] = backup.header().version;
  out["createdUnixMs"] = backup.header().created_unix_ms;
  return out;
}

int verify(const BackupOptions& o) {
  auto backup = archive::ArchiveReader::open(o.file);
  if (backup.has_error()) return refused(backup.error());
  ProgressBar bar("Verifying");
  auto tally = transfer::verify(*backup, shown_on(bar));
  bar.clear();
  if (tally.has_error()) return refused(tally.error());
  if (o.json) {
    std::cout << about(*backup, o.file).dump(2, ' ', true, json::error_handler_t::replace) << "\n";
  } else {
    std::cout << printable(o.file) << " is whole: " << words(*tally) << "; of a "
              << printable(backup->header().storage) << " store, by version "
              << printable(backup->header().version) << ".\n";
  }
  return 0;
}

int restore(const BackupOptions& o) {
  // The whole file first: a store is not begun with what cannot be finished.
  std::string name;
  {
    auto backup = archive::ArchiveReader::open(o.file);
    if (backup.has_error()) return refused(backup.error());
    ProgressBar bar("Verifying");
    auto tally = transfer::verify(*backup, shown_on(bar));
    bar.clear();
    if (tally.has_error()) return refused(tally.error());
    name = transfer::kOfBackup + tally->checksum().substr(0, 16);
  }
  auto backup = archive::ArchiveReader::open(o.file);
  if (backup.has_error()) return refused(backup.error());
  auto place = configured_store(o.config, o.dev);
  if (!place) return 1;
  auto store = place->store->open(OC_STORE_WRITER);
  if (store.has_error()) return refused(store.error());
  const LastWords interrupted(
      "\nInterrupted: run the same command again. Until then no gateway starts on this store.\n");
  ProgressBar bar("Restoring");
  auto tally = transfer::restore(*backup, name, *store, shown_on(bar));
  bar.clear();
  if (tally.has_error()) return refused(tally.error());
  if (o.json) {
    json out = about(*backup, o.file);
    out["restoredTo"] = place->name;
    std::cout << out.dump(2, ' ', true, json::error_handler_t::replace) << "\n";
  } else {
    std::cout << "Restored to " << printable(place->name) << ": " << words(*tally)
              << ". Start the gateway.\n";
  }
  return 0;
}

}  // namespace

void add_backup_commands(CLI::App& app, int& status) {
  const auto o = std::make_shared<BackupOptions>();  // shared by the commands' callbacks
  auto* backup = app.add_subcommand("backup", "The store in one file, of any engine and for any");
  backup->require_subcommand(1);
  const auto with_store = [&](CLI::App& command) {
    command.add_option("--config", o->config, "The configuration file [~/.openclaw/gateway.yaml]");
    command.add_flag("--dev", o->dev, "The store of development mode");
    command.add_flag("--json", o->json, "Print JSON");
  };

  auto* create_command = backup->add_subcommand("create", "Back up, also while the gateway runs");
  create_command->add_option("file", o->file, "The new file [openclaw-TIME.backup.gz]");
  with_store(*create_command);
  create_command->callback([o, &status] { status = create(*o); });

  auto* verify_command = backup->add_subcommand("verify", "Read a backup to its end and check it");
  verify_command->add_option("file", o->file, "The backup")->required();
  verify_command->add_flag("--json", o->json, "Print JSON");
  verify_command->callback([o, &status] { status = verify(*o); });

  auto* restore_command =
      backup->add_subcommand("restore", "Fill the configured store, which must be empty");
  restore_command->add_option("file", o->file, "The backup")->required();
  with_store(*restore_command);
  restore_command->callback([o, &status] { status = restore(*o); });
}

}  // namespace openclaw::cli
