// The order of checks: nothing of an existing file changes before it was found sound and ours.
#include "open.hpp"

#include <sqlite3.h>

#include "connection.hpp"
#include "explain.hpp"
#include "files.hpp"
#include "migrate.hpp"

namespace openclaw::sqlite {

namespace {

// A quick check reads the whole file: 16 MiB take about 20 ms. In a larger one damage is found by
// the statement that meets it.
constexpr std::int64_t kQuickCheckBytes = 16 << 20;

void quick_check(Database& database) {
  if (database.integer("PRAGMA page_count") * database.integer("PRAGMA page_size") >
      kQuickCheckBytes) {
    return;
  }
  const std::string found = database.text("PRAGMA quick_check(1)");
  if (found != "ok") throw SqlError(SQLITE_CORRUPT, found);
}

}  // namespace

std::unique_ptr<sdk::StoreConnection> open_writer(const std::string& given, const Warn& warn) {
  const std::string path = resolved(given);
  const bool was_empty = create_file(path);
  auto lock = std::make_unique<OwnerLock>(path);
  try {
    auto database = std::make_unique<Database>(path, Mode::kWriter);
    const bool current = check_schema(*database, path);
    quick_check(*database);
    database->begin_writing();
    if (!current) migrate(*database);
    if (was_empty) {
      warn("sqlite.empty_file",
           "the file " + path +
               " was there, with nothing in it, so a new store begins; if there should have been "
               "one, stop and restore a backup");
    }
    return std::make_unique<Writer>(path, std::move(lock), std::move(database), warn);
  } catch (const SqlError& error) {
    throw explain(error, path, "open");
  }
}

namespace {

template <class Prepare>
std::unique_ptr<sdk::StoreConnection> open_to_read(const std::string& given, Prepare prepare) {
  const std::string path = resolved(given);
  try {
    auto database = std::make_unique<Database>(path, Mode::kReader);
    if (!check_schema(*database, path)) {
      throw sdk::StoreError(OC_E_AGAIN,
                            "the database " + path + " is not set up yet; start the gateway first");
    }
    auto reader = std::make_unique<Reader>(path, std::move(database));
    prepare(*reader);
    return reader;
  } catch (const SqlError& error) {
    throw explain(error, path, "open");
  }
}

}  // namespace

std::unique_ptr<sdk::StoreConnection> open_reader(const std::string& path) {
  return open_to_read(path, [](Reader&) {});
}

std::unique_ptr<sdk::StoreConnection> open_snapshot(const std::string& path) {
  return open_to_read(path, [](Reader& reader) { reader.hold_moment(); });
}

}  // namespace openclaw::sqlite
