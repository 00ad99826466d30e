// Prepares, binds and steps; every refusal becomes a SqlError.
#include "statement.hpp"

#include <sqlite3.h>

namespace openclaw::sqlite {

void throw_sql_error(sqlite3* db, int code) {
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
  throw SqlError((extended & 0xff) == (code & 0xff) ? extended : code,
                 db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code));
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

void Statement::prepare() {
  if (statement_ != nullptr) return;
  const int rc = sqlite3_prepare_v3(db_, sql_, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (rc != SQLITE_OK) throw_sql_error(db_, rc);
}

void Statement::bind(int index, std::int64_t value) {
  const int rc = sqlite3_bind_int64(statement_, index, value);
  if (rc != SQLITE_OK) throw_sql_error(db_, rc);
}

void Statement::bind(int index, std::string_view value) {
  // A null pointer would bind NULL; an empty string is a value here.
  const char* bytes = value.data() != nullptr ? value.data() : "";
  const int rc =
      sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (rc != SQLITE_OK) throw_sql_error(db_, rc);
}

bool Statement::step() {
  const int rc = sqlite3_step(statement_);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  const SqlError error(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
  reset();
  throw error;
}

std::int64_t Statement::finish() {
  while (step()) {
  }
  reset();
  return sqlite3_changes64(db_);
}

void Statement::reset() noexcept {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  // The pointer first: asking for it may convert, and so change the length.
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace openclaw::sqlite
