// The load's statements.
#include "load.hpp"

#include <algorithm>

#include "number.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::view;

namespace {
constexpr int kPlaceBits = 31;  // as in schema.sql
constexpr std::uint64_t kLastPlace = (std::uint64_t{1} << kPlaceBits) - 2;
constexpr sdk::Refusal kTooMany{OC_E_INVAL, "a session has more entries than SQLite's store holds"};
}  // namespace

Load::Load(Database& database)
    : find_(database.handle(), "SELECT number, first FROM sessions WHERE session = ?"),
      texts_(database.handle(),
             "SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM transcript"
             " WHERE id BETWEEN ?1 << 31 AND (?1 << 31) + 2147483647"),
      clear_(database.handle(),
             "DELETE FROM transcript WHERE id BETWEEN ?1 << 31 AND (?1 << 31) + 2147483647"),
      replace_session_(database.handle(),
                       "UPDATE sessions SET first = ?2, next = ?3, entries = 0, bytes = 0,"
                       " updated_ms = ?4 WHERE session = ?1"),
      add_session_(database.handle(), "INSERT INTO sessions VALUES (?, ?, ?, ?, 0, 0, ?)"),
      length_(database.handle(), "SELECT length(CAST(text AS BLOB)) FROM transcript WHERE id = ?"),
      put_entry_(database.handle(), "INSERT INTO transcript VALUES (?, ?, ?, ?, ?)"),
      drop_entry_(database.handle(), "DELETE FROM transcript WHERE id = ?"),
      grow_(database.handle(),
            "UPDATE sessions SET next = max(next, ?2 + 1),"
            " entries = entries + CASE WHEN ?2 >= first THEN ?3 ELSE 0 END,"
            " bytes = bytes + CASE WHEN ?2 >= first THEN ?4 ELSE 0 END WHERE session = ?1"),
      put_value_(database.handle(), "INSERT OR REPLACE INTO kv VALUES (?, ?, ?, ?)"),
      put_event_(database.handle(), "INSERT OR REPLACE INTO dedupe VALUES (?, ?, ?, ?, ?)"),
      drop_live_(database.handle(), "DELETE FROM inbox WHERE id = ?"),
      drop_dead_(database.handle(), "DELETE FROM inbox_dead WHERE id = ?"),
      put_live_(database.handle(), "INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_dead_(database.handle(),
                "INSERT INTO inbox_dead VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      drop_reply_(database.handle(),
                  "DELETE FROM outbox WHERE id = ?1 OR (idem_key = ?2 AND idem_key <> '')"),
      drop_held_(database.handle(),
                 "DELETE FROM outbox_held WHERE id = ?1 OR (idem_key = ?2 AND idem_key <> '')"),
      put_reply_(database.handle(), "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      put_held_(database.handle(),
                "INSERT INTO outbox_held VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void Load::run(const oc_record& r, Totals& totals, oc_write_result& result) {
  switch (r.kind) {
    case OC_RECORD_COUNTER:
      return counter(r, totals);
    case OC_RECORD_SESSION:
      if (r.next > kLastPlace) return sdk::refuse(result, kTooMany);
      return session(r, totals);
    case OC_RECORD_ENTRY:
      if (r.id > kLastPlace) return sdk::refuse(result, kTooMany);
      return entry(r, totals, result);
    case OC_RECORD_VALUE:
      put_value_.run(view(r.ns), view(r.key), number(r.id), view(r.text));
      totals.last_version = std::max(totals.last_version, number(r.id));
      return;
    case OC_RECORD_EVENT:
      put_event_.run(view(r.channel), view(r.account), view(r.key), number(r.id), r.at_ms);
      return;
    case OC_RECORD_REPLY:
      return reply(r, totals);
    default:
      return message(r, totals);
  }
}

void Load::counter(const oc_record& r, Totals& totals) {
  const auto key = view(r.key);
  if (key == "inbox") totals.next_inbox = std::max(totals.next_inbox, number(r.id) + 1);
  if (key == "outbox") totals.next_outbox = std::max(totals.next_outbox, number(r.id) + 1);
  if (key == "epoch") totals.saw_epoch(number(r.epoch));
}

void Load::session(const oc_record& r, Totals& totals) {
  const auto session = view(r.session);
  std::int64_t known = 0;
  {
    Rows row(find_, session);
    if (row.next()) known = row.integer(0);
  }
  const std::int64_t first = number(r.first), next = number(r.next);
  if (known == 0) {
    add_session_.run(session, totals.next_session++, first, next, r.updated_ms);
    ++totals.sessions;
    return;
  }
  {
    Rows row(texts_, known);
    if (row.next()) totals.text_bytes -= row.integer(0);
  }
  clear_.run(known);
  replace_session_.run(session, first, next, r.updated_ms);
}

void Load::entry(const oc_record& r, Totals& totals, oc_write_result& result) {
  const auto session = view(r.session);
  const std::int64_t place = number(r.id);
  std::int64_t id = 0;
  {
    Rows row(find_, session);
    if (!row.next()) return sdk::refuse(result, sdk::kNoSession);
    id = (row.integer(0) << kPlaceBits) + place;
  }
  std::int64_t more = 1, bytes = static_cast<std::int64_t>(r.text.len);
  {
    Rows row(length_, id);
    if (row.next()) {
      more = 0;
      bytes -= row.integer(0);
    }
  }
  if (more == 0) drop_entry_.run(id);
  put_entry_.run(id, std::int64_t{r.number}, r.at_ms, view(r.text), view(r.extra));
  grow_.run(session, place, more, bytes);
  totals.text_bytes += bytes;
}

void Load::message(const oc_record& r, Totals& totals) {
  const std::int64_t id = number(r.id), attempts = r.number, epoch = number(r.epoch);
  totals.inbox -= drop_live_.run(id);
  totals.inbox_dead -= drop_dead_.run(id);
  if (r.kind == OC_RECORD_DEAD) {
    put_dead_.run(id, attempts, epoch, r.at_ms, view(r.session), view(r.agent), view(r.channel),
                  view(r.account), view(r.key), view(r.text), view(r.extra), r.updated_ms);
    ++totals.inbox_dead;
  } else {
    put_live_.run(id, attempts, epoch, r.at_ms, view(r.session), view(r.agent), view(r.channel),
                  view(r.account), view(r.key), view(r.text));
    ++totals.inbox;
  }
  totals.next_inbox = std::max(totals.next_inbox, id + 1);
  totals.saw_epoch(epoch);
}

void Load::reply(const oc_record& r, Totals& totals) {
  const std::int64_t id = number(r.id), state = r.number;
  totals.outbox -= drop_reply_.run(id, view(r.key));
  totals.outbox_held -= drop_held_.run(id, view(r.key));
  if (r.number >= OC_OUTBOX_UNKNOWN) {
    put_held_.run(id, state, r.updated_ms, r.at_ms, r.expires_ms, view(r.session), view(r.channel),
                  view(r.account), view(r.key), view(r.text), view(r.extra));
    ++totals.outbox_held;
  } else {
    put_reply_.run(id, state, r.updated_ms, r.at_ms, r.expires_ms, view(r.session), view(r.channel),
                   view(r.account), view(r.key), view(r.text));
    ++totals.outbox;
  }
  totals.next_outbox = std::max(totals.next_outbox, id + 1);
}

}  // namespace openclaw::sqlite
