// SQLite's result codes as sentences that name the remedy.
#pragma once

#include <string>

#include "openclaw/cpp/storage.hpp"
#include "statement.hpp"

namespace openclaw::sqlite {

/// `doing` is e.g. "open" or "write to".
sdk::StoreError explain(const SqlError& error, const std::string& path, const char* doing);

/// True when a COMMIT that failed with this code may be on the disk nevertheless.
bool outcome_unclear(const SqlError& error);

}  // namespace openclaw::sqlite
