// The dump's statements. Those that list by a text follow the indices, which hold its beginning.
#include "dump.hpp"

#include "openclaw/cpp/text.hpp"

namespace openclaw::postgres {

using sdk::DumpCursor;
using sdk::DumpPage;
using sdk::DumpPart;
using sdk::str;

namespace {

/// Rows a statement; of the larger ones few, as a text may have megabytes.
constexpr std::int64_t kManyRows = 1'000, kFewRows = 50;

std::int64_t place(const DumpCursor& at) {
  return static_cast<std::int64_t>(at.number);
}
std::uint64_t id_at(const Rows& rows, int row, int column) {
  return static_cast<std::uint64_t>(rows.number(row, column));
}
oc_str at_column(const Rows& rows, int row, int column) {
  return str(rows.bytes(row, column));
}

}  // namespace

Given Dump::given() const {
  const Rows row = ask_(
      "SELECT (SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
      "  FROM @SCHEMA@.inbox_id),"
      " (SELECT CASE WHEN is_called THEN last_value ELSE 0 END"
      "  FROM @SCHEMA@.outbox_id)",
      {});
  return {row.number(0, 0), row.number(0, 1)};
}

void Dump::run(const Given& given, std::string_view after, std::uint64_t max_bytes,
               oc_visit_record visit, oc_put_text put_next, void* ctx) {
  sdk::dump_parts(after, max_bytes, visit, put_next, ctx, [&](DumpCursor& at, DumpPage& page) {
    switch (at.part) {
      case DumpPart::counters:
        return sdk::put_counters({static_cast<std::uint64_t>(given.inbox),
                                  static_cast<std::uint64_t>(given.outbox), max_epoch()},
                                 at, page);
      case DumpPart::sessions:
        return sessions(at, page);
      case DumpPart::values:
        return values(at, page);
      case DumpPart::events:
        return events(at, page);
      case DumpPart::messages:
        return messages(false, at, page);
      case DumpPart::dead:
        return messages(true, at, page);
      case DumpPart::replies:
        return replies(false, at, page);
      case DumpPart::held:
        return replies(true, at, page);
      case DumpPart::end:
        break;
    }
    return true;
  });
}

std::uint64_t Dump::max_epoch() const {
  return id_at(ask_("SELECT coalesce(max(max_epoch), 0) FROM @SCHEMA@.gateways", {}), 0, 0);
}

bool Dump::sessions(DumpCursor& at, DumpPage& page) {
  if (!at.a.empty()) {
    const Rows row = ask_("SELECT number FROM @SCHEMA@.sessions WHERE key = sha256($1)",
                          Parameters().bytes(at.a));
    if (row.size() == 1 && !entries(row.number(0, 0), at, page)) return false;
  }
  while (true) {
    const Rows rows = ask_(
        "SELECT session, number, first, next, updated_ms FROM @SCHEMA@.sessions"
        " WHERE (substr(session, 1, 512), session) > (substr($1, 1, 512), $1)"
        " ORDER BY substr(session, 1, 512), session LIMIT $2",
        Parameters().bytes(at.a).number(kManyRows));
    if (rows.size() == 0) return true;
    for (int i = 0; i < rows.size(); ++i) {
      at.a = rows.bytes(i, 0);
      at.number = 0;
      oc_record record = DumpPage::record(OC_RECORD_SESSION);
      record.session = str(at.a);
      record.first = id_at(rows, i, 2);
      record.next = id_at(rows, i, 3);
      record.updated_ms = rows.number(i, 4);
      if (!page.put(record) || !entries(rows.number(i, 1), at, page)) return false;
    }
  }
}

bool Dump::entries(std::int64_t session, DumpCursor& at, DumpPage& page) {
  while (true) {
    const Rows rows = ask_(
        "SELECT place, role, ts_ms, text, meta FROM @SCHEMA@.transcript"
        " WHERE session = $1 AND place > $2 ORDER BY place LIMIT $3",
        Parameters().number(session).number(place(at)).number(kFewRows));
    for (int i = 0; i < rows.size(); ++i) {
      oc_record record = DumpPage::record(OC_RECORD_ENTRY);
      record.session = str(at.a);
      record.id = at.number = id_at(rows, i, 0);
      record.number = static_cast<std::uint32_t>(rows.number(i, 1));
      record.at_ms = rows.number(i, 2);
      record.text = at_column(rows, i, 3);
      record.extra = at_column(rows, i, 4);
      if (!page.put(record)) return false;
    }
    if (rows.size() < kFewRows) return true;
  }
}

bool Dump::values(DumpCursor& at, DumpPage& page) {
  while (true) {
    const Rows rows = ask_(
        "SELECT ns, key, version, value FROM @SCHEMA@.kv"
        " WHERE (substr(ns, 1, 256), substr(key, 1, 512), ns, key)"
        "     > (substr($1, 1, 256), substr($2, 1, 512), $1, $2)"
        " ORDER BY substr(ns, 1, 256), substr(key, 1, 512), ns, key LIMIT $3",
        Parameters().bytes(at.a).bytes(at.b).number(kFewRows));
    for (int i = 0; i < rows.size(); ++i) {
      at.a = rows.bytes(i, 0);
      at.b = rows.bytes(i, 1);
      oc_record record = DumpPage::record(OC_RECORD_VALUE);
      record.ns = str(at.a);
      record.key = str(at.b);
      record.id = id_at(rows, i, 2);
      record.text = at_column(rows, i, 3);
      if (!page.put(record)) return false;
    }
    if (rows.size() < kFewRows) return true;
  }
}

bool Dump::events(DumpCursor& at, DumpPage& page) {
  while (true) {
    const Rows rows = ask_(
        "SELECT key, channel, account, event_id, inbox_id, received_ms FROM @SCHEMA@.dedupe"
        " WHERE key > $1 ORDER BY key LIMIT $2",
        Parameters().bytes(at.a).number(kManyRows));
    for (int i = 0; i < rows.size(); ++i) {
      at.a = rows.bytes(i, 0);
      oc_record record = DumpPage::record(OC_RECORD_EVENT);
      record.channel = at_column(rows, i, 1);
      record.account = at_column(rows, i, 2);
      record.key = at_column(rows, i, 3);
      record.id = id_at(rows, i, 4);
      record.at_ms = rows.number(i, 5);
      if (!page.put(record)) return false;
    }
    if (rows.size() < kManyRows) return true;
  }
}

bool Dump::messages(bool dead, DumpCursor& at, DumpPage& page) {
  const std::string sql =
      std::string(
          "SELECT id, attempts, epoch, received_ms, session, agent, channel, account,"
          " event_id, payload, ") +
      (dead ? "reason, dead_ms FROM @SCHEMA@.inbox_dead"
            : "''::bytea, 0::int8 FROM @SCHEMA@.inbox") +
      " WHERE id > $1 ORDER BY id LIMIT $2";
  while (true) {
    const Rows rows = ask_(sql, Parameters().number(place(at)).number(kFewRows));
    for (int i = 0; i < rows.size(); ++i) {
      oc_record record = DumpPage::record(dead ? OC_RECORD_DEAD : OC_RECORD_MESSAGE);
      record.id = at.number = id_at(rows, i, 0);
      record.number = static_cast<std::uint32_t>(rows.number(i, 1));
      record.epoch = id_at(rows, i, 2);
      record.at_ms = rows.number(i, 3);
      record.session = at_column(rows, i, 4);
      record.agent = at_column(rows, i, 5);
      record.channel = at_column(rows, i, 6);
      record.account = at_column(rows, i, 7);
      record.key = at_column(rows, i, 8);
      record.text = at_column(rows, i, 9);
      record.extra = at_column(rows, i, 10);
      record.updated_ms = rows.number(i, 11);
      if (!page.put(record)) return false;
    }
    if (rows.size() < kFewRows) return true;
  }
}

bool Dump::replies(bool held, DumpCursor& at, DumpPage& page) {
  const std::string sql =
      std::string(
          "SELECT id, state, updated_ms, created_ms, expires_ms, session, channel,"
          " account, idem_key, payload, ") +
      (held ? "reason FROM @SCHEMA@.outbox_held" : "''::bytea FROM @SCHEMA@.outbox") +
      " WHERE id > $1 ORDER BY id LIMIT $2";
  while (true) {
    const Rows rows = ask_(sql, Parameters().number(place(at)).number(kFewRows));
    for (int i = 0; i < rows.size(); ++i) {
      oc_record record = DumpPage::record(OC_RECORD_REPLY);
      record.id = at.number = id_at(rows, i, 0);
      record.number = static_cast<std::uint32_t>(rows.number(i, 1));
      record.updated_ms = rows.number(i, 2);
      record.at_ms = rows.number(i, 3);
      record.expires_ms = rows.number(i, 4);
      record.session = at_column(rows, i, 5);
      record.channel = at_column(rows, i, 6);
      record.account = at_column(rows, i, 7);
      record.key = at_column(rows, i, 8);
      record.text = at_column(rows, i, 9);
      record.extra = at_column(rows, i, 10);
      if (!page.put(record)) return false;
    }
    if (rows.size() < kFewRows) return true;
  }
}

}  // namespace openclaw::postgres
