// Brings a database's schema to the version that this plugin writes.
#pragma once

#include <string>

#include "database.hpp"

namespace openclaw::sqlite {

constexpr std::int64_t kSchemaVersion = 3;
constexpr std::int64_t kApplicationId = 0x4f43676e;  // "OCgn", in the file's header

/// Refuses what is not ours or newer than this plugin, having changed nothing. Throws StoreError.
/// True when the database is of kSchemaVersion, false when migrate() has work to do.
bool check_schema(Database& database, const std::string& path);

/// Each missing step in a transaction of its own. Throws SqlError.
void migrate(Database& database);

}  // namespace openclaw::sqlite
