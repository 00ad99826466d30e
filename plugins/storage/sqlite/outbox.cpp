// The outbox's statements.
#include "outbox.hpp"

#include "number.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::str;
using sdk::view;

Outbox::Outbox(Database& database)
    : insert_(database.handle(),
              "INSERT INTO outbox VALUES (?, ?9, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
              " ON CONFLICT DO NOTHING"),
      undo_(database.handle(), "DELETE FROM outbox WHERE id >= ?"),
      held_key_(database.handle(),
                "SELECT 1 FROM outbox_held WHERE idem_key = ? AND idem_key <> ''"),
      mark_(database.handle(), "UPDATE outbox SET state = ?, updated_ms = ? WHERE id = ?"),
      bring_back_(database.handle(),
                  "INSERT INTO outbox SELECT id, ?, ?, created_ms, expires_ms, session, channel,"
                  " account, idem_key, payload FROM outbox_held WHERE id = ?"),
      hold_(database.handle(),
            "INSERT INTO outbox_held SELECT id, ?, ?, created_ms, expires_ms, session, channel,"
            " account, idem_key, payload, ? FROM outbox WHERE id = ?"),
      mark_held_(database.handle(),
                 "UPDATE outbox_held SET state = ?, updated_ms = ?, reason = ? WHERE id = ?"),
      send_again_(database.handle(),
                  "INSERT INTO outbox SELECT ?1, 1, ?2, created_ms, ?3, session, channel, account,"
                  " idem_key, payload FROM outbox_held WHERE id = ?4"),
      remove_(database.handle(), "DELETE FROM outbox WHERE id = ?"),
      remove_held_(database.handle(), "DELETE FROM outbox_held WHERE id = ?"),
      live_(database.handle(),
            "SELECT id, state, updated_ms, created_ms, expires_ms, session, channel, account,"
            " idem_key, payload, '' FROM outbox WHERE id > ? ORDER BY id LIMIT ?"),
      held_(database.handle(),
            "SELECT id, state, updated_ms, created_ms, expires_ms, session, channel, account,"
            " idem_key, payload, reason FROM outbox_held WHERE id > ? ORDER BY id LIMIT ?") {}

bool Outbox::key_is_held(std::string_view idem_key, const Totals& totals) {
  if (totals.outbox_held == 0) return false;
  Rows row(held_key_, idem_key);
  return row.next();
}

bool Outbox::store(const oc_write_finish& w, Totals& totals, oc_write_result& result) {
  const std::int64_t first = totals.next_outbox;
  const bool begins = sdk::begins_a_send(w);
  for (std::uint32_t i = 0; i < w.n_outbox; ++i) {
    const oc_outbox_entry& e = sdk::reply_at(w, i);
    const auto key = view(e.idem_key);
    const std::int64_t state = i == 0 && begins ? OC_OUTBOX_STARTED : OC_OUTBOX_STORED;
    if (key_is_held(key, totals) ||
        insert_.run(first + i, e.created_ms, e.expires_ms, view(e.session), view(e.channel),
                    view(e.account), key, view(e.payload_json), state) == 0) {
      if (i > 0) undo_.run(first);
      return false;
    }
  }
  if (w.n_outbox > 0) {
    result.id = static_cast<std::uint64_t>(first);
    if (begins) result.flags = OC_RESULT_STARTED;
  }
  totals.next_outbox += w.n_outbox;
  totals.outbox += w.n_outbox;
  return true;
}

void Outbox::move(const oc_write_outbox& w, Totals& totals, oc_write_result& result) {
  if (w.state <= OC_OUTBOX_STARTED) return mark(w, totals, result);
  if (w.state == OC_OUTBOX_SENT) return drop(w, totals, result);
  hold(w, totals, result);
}

void Outbox::mark(const oc_write_outbox& w, Totals& totals, oc_write_result& result) {
  const std::int64_t id = number(w.id), state = w.state;
  if (mark_.run(state, w.ts_ms, id) != 0) return;
  if (totals.outbox_held == 0 || bring_back_.run(state, w.ts_ms, id) == 0) {
    return sdk::refuse(result, sdk::kGone);
  }
  remove_held_.run(id);
  --totals.outbox_held;
  ++totals.outbox;
}

void Outbox::hold(const oc_write_outbox& w, Totals& totals, oc_write_result& result) {
  const std::int64_t id = number(w.id), state = w.state;
  if (hold_.run(state, w.ts_ms, view(w.reason), id) != 0) {
    remove_.run(id);
    --totals.outbox;
    ++totals.outbox_held;
  } else if (mark_held_.run(state, w.ts_ms, view(w.reason), id) == 0) {
    sdk::refuse(result, sdk::kGone);
  }
}

void Outbox::drop(const oc_write_outbox& w, Totals& totals, oc_write_result& result) {
  if (remove_.run(number(w.id)) != 0) {
    --totals.outbox;
  } else if (totals.outbox_held != 0 && remove_held_.run(number(w.id)) != 0) {
    --totals.outbox_held;
  } else {
    sdk::refuse(result, sdk::kGone);
  }
}

void Outbox::resolve(const oc_write_resolve& w, Totals& totals, oc_write_result& result) {
  const std::int64_t id = number(w.id);
  if (w.action == OC_RESOLVE_RETRY) {
    const std::int64_t fresh = totals.next_outbox;
    if (send_again_.run(fresh, w.ts_ms, w.expires_ms, id) == 0) {
      return sdk::refuse(result, sdk::kGone);
    }
    ++totals.next_outbox;
    ++totals.outbox;
    result.id = static_cast<std::uint64_t>(fresh);
  }
  if (remove_held_.run(id) == 0) return sdk::refuse(result, sdk::kGone);
  --totals.outbox_held;
}

void Outbox::list(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                  oc_visit_outbox visit, void* ctx) {
  if (after_id > sdk::kLargestNumber) return;
  Rows row(list == OC_LIST_DEAD ? held_ : live_, number(after_id), std::int64_t{limit});
  while (row.next()) {
    oc_outbox_row out{};
    out.size = sizeof out;
    out.id = static_cast<std::uint64_t>(row.integer(0));
    out.state = static_cast<std::uint32_t>(row.integer(1));
    out.updated_ms = row.integer(2);
    out.reason = str(row.text(10));
    const oc_outbox_entry entry = {sizeof entry,     0,
                                   str(row.text(5)), str(row.text(6)),
                                   str(row.text(7)), str(row.text(8)),
                                   str(row.text(9)), row.integer(3),
                                   row.integer(4)};
    out.entry = &entry;
    if (visit(ctx, &out) == 0) return;
  }
}

}  // namespace openclaw::sqlite
