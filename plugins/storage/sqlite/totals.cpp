// Loads and stores the row of totals.
#include "totals.hpp"

#include <sqlite3.h>

namespace openclaw::sqlite {

TotalsTable::TotalsTable(Database& database)
    : load_(database.handle(),
            "SELECT next_inbox, next_outbox, next_session, max_epoch, inbox, inbox_dead, outbox,"
            " outbox_held, sessions, text_bytes, last_version FROM totals WHERE one = 1"),
      save_(database.handle(),
            "UPDATE totals SET next_inbox = ?, next_outbox = ?, next_session = ?, max_epoch = ?,"
            " inbox = ?, inbox_dead = ?, outbox = ?, outbox_held = ?, sessions = ?,"
            " text_bytes = ?, last_version = ? WHERE one = 1"),
      bytes_(database.handle(),
             "SELECT page_count * page_size, freelist_count * page_size"
             " FROM pragma_page_count(), pragma_page_size(), pragma_freelist_count()"),
      unknown_(database.handle(), "SELECT count(*) FROM outbox_held WHERE state = 4") {}

Totals TotalsTable::load() {
  Rows row(load_);
  if (!row.next()) throw SqlError(SQLITE_CORRUPT, "the row of totals is missing");
  return {row.integer(0), row.integer(1), row.integer(2), row.integer(3),
          row.integer(4), row.integer(5), row.integer(6), row.integer(7),
          row.integer(8), row.integer(9), row.integer(10)};
}

void TotalsTable::save(const Totals& t) {
  save_.run(t.next_inbox, t.next_outbox, t.next_session, t.max_epoch, t.inbox, t.inbox_dead,
            t.outbox, t.outbox_held, t.sessions, t.text_bytes, t.last_version);
}

std::string TotalsTable::stats_json() {
  const Totals t = load();
  std::int64_t unknown = 0;
  if (t.outbox_held != 0) {
    Rows row(unknown_);
    if (row.next()) unknown = row.integer(0);
  }
  Rows size(bytes_);
  const bool known = size.next();
  const auto field = [](const char* name, std::int64_t value) {
    return '"' + std::string(name) + "\":" + std::to_string(value);
  };
  return '{' + field("inbox", t.inbox) + ',' + field("outbox", t.outbox) + ',' +
         field("deadInbox", t.inbox_dead) + ',' + field("deadOutbox", t.outbox_held) + ',' +
         field("unknownOutbox", unknown) + ',' + field("maxEpoch", t.max_epoch) + ',' +
         field("bytes", known ? size.integer(0) : 0) + ',' +
         field("freeBytes", known ? size.integer(1) : 0) + ',' + field("usedBytes", t.text_bytes) +
         ',' + field("sessions", t.sessions) + '}';
}

}  // namespace openclaw::sqlite
