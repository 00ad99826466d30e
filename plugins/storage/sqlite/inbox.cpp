// The inbox's statements.
#include "inbox.hpp"

#include <span>

#include "number.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::str;
using sdk::view;

Inbox::Inbox(Database& database)
    : remember_(database.handle(),
                "INSERT INTO dedupe VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
      known_(database.handle(),
             "SELECT inbox_id FROM dedupe WHERE channel = ? AND account = ? AND event_id = ?"),
      insert_(database.handle(), "INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      claim_(database.handle(),
             "UPDATE inbox SET attempts = attempts + 1, epoch = ?1"
             " WHERE id = ?2 AND session = ?3 AND epoch <= ?1"),
      session_and_epoch_(database.handle(), "SELECT session, epoch FROM inbox WHERE id = ?"),
      bury_(database.handle(),
            "INSERT INTO inbox_dead SELECT id, attempts, epoch, received_ms, session, agent,"
            " channel, account, event_id, payload, ?, ? FROM inbox WHERE id = ?"),
      bring_back_(database.handle(),
                  "INSERT INTO inbox SELECT ?1, 0, 0, received_ms, session, agent, channel,"
                  " account, event_id, payload FROM inbox_dead WHERE id = ?2"),
      remember_again_(database.handle(),
                      "INSERT INTO dedupe SELECT channel, account, event_id, id, received_ms"
                      " FROM inbox WHERE id = ? AND event_id <> ''"
                      " ON CONFLICT DO UPDATE SET inbox_id = excluded.inbox_id"),
      remove_dead_(database.handle(), "DELETE FROM inbox_dead WHERE id = ?"),
      remove_(database.handle(), "DELETE FROM inbox WHERE id = ?"),
      live_(database.handle(),
            "SELECT id, attempts, epoch, received_ms, session, agent, channel, account, event_id,"
            " payload, '', 0 FROM inbox WHERE id > ? ORDER BY id LIMIT ?"),
      dead_(database.handle(),
            "SELECT id, attempts, epoch, received_ms, session, agent, channel, account, event_id,"
            " payload, reason, dead_ms FROM inbox_dead WHERE id > ? ORDER BY id LIMIT ?") {}

void Inbox::ingest(const oc_write_ingest& w, Totals& totals, oc_write_result& result) {
  const std::int64_t id = totals.next_inbox;
  const auto channel = view(w.channel), account = view(w.account), event = view(w.event_id);
  if (!event.empty() && remember_.run(channel, account, event, id, w.received_ms) == 0) {
    result.flags = OC_RESULT_DUPLICATE;
    Rows row(known_, channel, account, event);
    if (row.next()) result.id = static_cast<std::uint64_t>(row.integer(0));
    return;
  }
  const std::int64_t epoch = number(w.epoch), attempts = epoch == 0 ? 0 : 1;
  insert_.run(id, attempts, epoch, w.received_ms, view(w.session), view(w.agent), channel, account,
              event, view(w.payload_json));
  ++totals.next_inbox;
  ++totals.inbox;
  totals.saw_epoch(epoch);
  result.id = static_cast<std::uint64_t>(id);
}

void Inbox::attempt(const oc_write_attempt& w, Totals& totals, oc_write_result& result) {
  const std::span ids(w.ids, w.n_ids);
  const auto session = view(w.session);
  const std::int64_t epoch = number(w.epoch);
  // The update itself checks a single row. Several are looked at first, as all change or none.
  if (ids.size() > 1) {
    for (const auto id : ids) {
      Rows row(session_and_epoch_, number(id));
      if (!row.next() || row.text(0) != session || row.integer(1) > epoch) {
        return sdk::refuse(result, sdk::kFenced);
      }
    }
  }
  for (const auto id : ids) {
    if (claim_.run(epoch, number(id), session) == 0) {
      return sdk::refuse(result, sdk::kFenced);
    }
  }
  totals.saw_epoch(epoch);
}

bool Inbox::claimed(const oc_write_finish& w) {
  const auto session = view(w.session);
  for (const auto id : std::span(w.ids, w.n_ids)) {
    Rows row(session_and_epoch_, number(id));
    // Epoch 0 is that of a row nobody claimed.
    if (!row.next() || row.text(0) != session || row.integer(1) != number(w.epoch) ||
        w.epoch == 0) {
      return false;
    }
  }
  return true;
}

void Inbox::finish(const oc_write_finish& w, Totals& totals) {
  for (const auto id : std::span(w.ids, w.n_ids)) {
    if (w.disposition == OC_DONE_DEAD) {
      bury_.run(view(w.reason), w.ts_ms, number(id));
      ++totals.inbox_dead;
    }
    remove_.run(number(id));
    --totals.inbox;
  }
}

void Inbox::resolve(const oc_write_resolve& w, Totals& totals, oc_write_result& result) {
  const std::int64_t id = number(w.id);
  if (w.action == OC_RESOLVE_RETRY) {
    const std::int64_t fresh = totals.next_inbox;
    if (bring_back_.run(fresh, id) == 0) return sdk::refuse(result, sdk::kGone);
    // The key follows its message, so that no sweep takes it while the message waits.
    remember_again_.run(fresh);
    ++totals.next_inbox;
    ++totals.inbox;
    result.id = static_cast<std::uint64_t>(fresh);
  }
  if (remove_dead_.run(id) == 0) return sdk::refuse(result, sdk::kGone);
  --totals.inbox_dead;
}

void Inbox::list(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                 oc_visit_inbox visit, void* ctx) {
  if (after_id > sdk::kLargestNumber) return;
  Rows row(list == OC_LIST_DEAD ? dead_ : live_, number(after_id), std::int64_t{limit});
  while (row.next()) {
    oc_inbox_row out{};
    out.size = sizeof out;
    out.id = static_cast<std::uint64_t>(row.integer(0));
    out.attempts = static_cast<std::uint32_t>(row.integer(1));
    out.epoch = static_cast<std::uint64_t>(row.integer(2));
    out.received_ms = row.integer(3);
    out.session = str(row.text(4));
    out.agent = str(row.text(5));
    out.channel = str(row.text(6));
    out.account = str(row.text(7));
    out.event_id = str(row.text(8));
    out.payload_json = str(row.text(9));
    out.reason = str(row.text(10));
    out.dead_ms = row.integer(11);
    if (visit(ctx, &out) == 0) return;
  }
}

}  // namespace openclaw::sqlite
