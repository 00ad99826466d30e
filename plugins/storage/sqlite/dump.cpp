// The dump's statements.
#include "dump.hpp"

#include "number.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::DumpCursor;
using sdk::DumpPage;
using sdk::DumpPart;
using sdk::str;

Dump::Dump(Database& database)
    : number_(database.handle(), "SELECT number FROM sessions WHERE session = ?"),
      sessions_(database.handle(),
                "SELECT session, number, first, next, updated_ms FROM sessions WHERE session > ?"
                " ORDER BY session LIMIT 1"),
      entries_(database.handle(),
               "SELECT id & 2147483647, role, ts_ms, text, meta FROM transcript"
               " WHERE id > (?1 << 31) + ?2 AND id <= (?1 << 31) + 2147483647 ORDER BY id"),
      values_(database.handle(),
              "SELECT ns, key, version, value FROM kv WHERE (ns, key) > (?, ?) ORDER BY ns, key"),
      events_(database.handle(),
              "SELECT channel, account, event_id, inbox_id, received_ms FROM dedupe"
              " WHERE (channel, account, event_id) > (?, ?, ?)"
              " ORDER BY channel, account, event_id"),
      live_(database.handle(),
            "SELECT id, attempts, epoch, received_ms, session, agent, channel, account, event_id,"
            " payload, '', 0 FROM inbox WHERE id > ? ORDER BY id"),
      dead_(database.handle(),
            "SELECT id, attempts, epoch, received_ms, session, agent, channel, account, event_id,"
            " payload, reason, dead_ms FROM inbox_dead WHERE id > ? ORDER BY id"),
      replies_(database.handle(),
               "SELECT id, state, updated_ms, created_ms, expires_ms, session, channel, account,"
               " idem_key, payload, '' FROM outbox WHERE id > ? ORDER BY id"),
      held_(database.handle(),
            "SELECT id, state, updated_ms, created_ms, expires_ms, session, channel, account,"
            " idem_key, payload, reason FROM outbox_held WHERE id > ? ORDER BY id") {}

void Dump::run(const Totals& totals, std::string_view after, std::uint64_t max_bytes,
               oc_visit_record visit, oc_put_text put_next, void* ctx) {
  const sdk::DumpCounters counters{static_cast<std::uint64_t>(totals.next_inbox - 1),
                                   static_cast<std::uint64_t>(totals.next_outbox - 1),
                                   static_cast<std::uint64_t>(totals.max_epoch)};
  sdk::dump_parts(after, max_bytes, visit, put_next, ctx, [&](DumpCursor& at, DumpPage& page) {
    switch (at.part) {
      case DumpPart::counters:
        return sdk::put_counters(counters, at, page);
      case DumpPart::sessions:
        return sessions(at, page);
      case DumpPart::values:
        return values(at, page);
      case DumpPart::events:
        return events(at, page);
      case DumpPart::messages:
        return messages(live_, OC_RECORD_MESSAGE, at, page);
      case DumpPart::dead:
        return messages(dead_, OC_RECORD_DEAD, at, page);
      case DumpPart::replies:
        return replies(replies_, at, page);
      case DumpPart::held:
        return replies(held_, at, page);
      case DumpPart::end:
        break;
    }
    return true;
  });
}

bool Dump::sessions(DumpCursor& at, DumpPage& page) {
  if (!at.a.empty()) {
    std::int64_t number = 0;
    {
      Rows row(number_, at.a);
      if (row.next()) number = row.integer(0);
    }
    if (number != 0 && !entries(at.a, number, at, page)) return false;
  }
  // One by one: the texts between two sessions may take a while, and a page.
  while (true) {
    oc_record record = DumpPage::record(OC_RECORD_SESSION);
    std::int64_t number = 0;
    {
      const std::string from = at.a;
      Rows row(sessions_, from);
      if (!row.next()) return true;
      at.a = row.text(0);
      at.number = 0;
      number = row.integer(1);
      record.first = static_cast<std::uint64_t>(row.integer(2));
      record.next = static_cast<std::uint64_t>(row.integer(3));
      record.updated_ms = row.integer(4);
    }
    record.session = str(at.a);
    if (!page.put(record)) return false;
    if (!entries(at.a, number, at, page)) return false;
  }
}

bool Dump::entries(std::string_view session, std::int64_t number, DumpCursor& at, DumpPage& page) {
  Rows row(entries_, number, sqlite::number(at.number));
  while (row.next()) {
    oc_record record = DumpPage::record(OC_RECORD_ENTRY);
    record.session = str(session);
    record.id = at.number = static_cast<std::uint64_t>(row.integer(0));
    record.number = static_cast<std::uint32_t>(row.integer(1));
    record.at_ms = row.integer(2);
    record.text = str(row.text(3));
    record.extra = str(row.text(4));
    if (!page.put(record)) return false;
  }
  return true;
}

bool Dump::values(DumpCursor& at, DumpPage& page) {
  const DumpCursor from = at;  // the statement borrows it, and `at` moves
  Rows row(values_, from.a, from.b);
  while (row.next()) {
    at.a = row.text(0);
    at.b = row.text(1);
    oc_record record = DumpPage::record(OC_RECORD_VALUE);
    record.ns = str(at.a);
    record.key = str(at.b);
    record.id = static_cast<std::uint64_t>(row.integer(2));
    record.text = str(row.text(3));
    if (!page.put(record)) return false;
  }
  return true;
}

bool Dump::events(DumpCursor& at, DumpPage& page) {
  const DumpCursor from = at;
  Rows row(events_, from.a, from.b, from.c);
  while (row.next()) {
    at.a = row.text(0);
    at.b = row.text(1);
    at.c = row.text(2);
    oc_record record = DumpPage::record(OC_RECORD_EVENT);
    record.channel = str(at.a);
    record.account = str(at.b);
    record.key = str(at.c);
    record.id = static_cast<std::uint64_t>(row.integer(3));
    record.at_ms = row.integer(4);
    if (!page.put(record)) return false;
  }
  return true;
}

bool Dump::messages(Statement& rows, std::uint32_t kind, DumpCursor& at, DumpPage& page) {
  Rows row(rows, number(at.number));
  while (row.next()) {
    oc_record record = DumpPage::record(kind);
    record.id = at.number = static_cast<std::uint64_t>(row.integer(0));
    record.number = static_cast<std::uint32_t>(row.integer(1));
    record.epoch = static_cast<std::uint64_t>(row.integer(2));
    record.at_ms = row.integer(3);
    record.session = str(row.text(4));
    record.agent = str(row.text(5));
    record.channel = str(row.text(6));
    record.account = str(row.text(7));
    record.key = str(row.text(8));
    record.text = str(row.text(9));
    record.extra = str(row.text(10));
    record.updated_ms = row.integer(11);
    if (!page.put(record)) return false;
  }
  return true;
}

bool Dump::replies(Statement& rows, DumpCursor& at, DumpPage& page) {
  Rows row(rows, number(at.number));
  while (row.next()) {
    oc_record record = DumpPage::record(OC_RECORD_REPLY);
    record.id = at.number = static_cast<std::uint64_t>(row.integer(0));
    record.number = static_cast<std::uint32_t>(row.integer(1));
    record.updated_ms = row.integer(2);
    record.at_ms = row.integer(3);
    record.expires_ms = row.integer(4);
    record.session = str(row.text(5));
    record.channel = str(row.text(6));
    record.account = str(row.text(7));
    record.key = str(row.text(8));
    record.text = str(row.text(9));
    record.extra = str(row.text(10));
    if (!page.put(record)) return false;
  }
  return true;
}

}  // namespace openclaw::sqlite
