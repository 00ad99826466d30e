// The list of schema steps.
#include "migrate.hpp"

#include <array>

#include "openclaw/cpp/storage.hpp"
#include "schema.hpp"

namespace openclaw::sqlite {

namespace {
/// What all transcripts take, archived parts too: what storage.retention.maxBytes looks at.
constexpr const char* kCountTexts =
    "ALTER TABLE totals ADD COLUMN text_bytes INTEGER NOT NULL DEFAULT 0;"
    "UPDATE totals SET text_bytes ="
    " (SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM transcript)";

/// So that no version of a value comes again after it was deleted.
constexpr const char* kCountVersions =
    "ALTER TABLE totals ADD COLUMN last_version INTEGER NOT NULL DEFAULT 0;"
    "UPDATE totals SET last_version = (SELECT coalesce(max(version), 0) FROM kv)";

/// Step i leads from version i to version i + 1.
const std::array<const char*, kSchemaVersion>& steps() {
  static const std::array<const char*, kSchemaVersion> list = {kSchema, kCountTexts,
                                                               kCountVersions};
  return list;
}
}  // namespace

bool check_schema(Database& database, const std::string& path) {
  const std::int64_t version = database.integer("PRAGMA user_version");
  const bool empty = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (empty && version == 0) return false;
  if (database.integer("PRAGMA application_id") != kApplicationId) {
    throw sdk::StoreError(OC_E_IO, "the database " + path +
                                       " belongs to another program and was left as it is; "
                                       "change storage.path");
  }
  if (version > kSchemaVersion) {
    throw sdk::StoreError(
        OC_E_IO,
        "the database " + path + " was written by a newer version of this plugin (schema " +
            std::to_string(version) + ", this one knows up to " + std::to_string(kSchemaVersion) +
            ") and was left as it is; install the newer version, or restore a backup");
  }
  return version == kSchemaVersion;
}

void migrate(Database& database) {
  for (auto version = database.integer("PRAGMA user_version"); version < kSchemaVersion;
       ++version) {
    Transaction transaction(database);
    database.execute(steps()[static_cast<std::size_t>(version)]);
    database.execute(("PRAGMA application_id=" + std::to_string(kApplicationId) +
                      "; PRAGMA user_version=" + std::to_string(version + 1))
                         .c_str());
    transaction.commit();
  }
}

}  // namespace openclaw::sqlite
