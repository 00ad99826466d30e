// The transcript's statements.
#include "transcript.hpp"

#include <string>
#include <vector>

#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::str;
using sdk::view;

namespace {
constexpr int kPlaceBits = 31;  // as in schema.sql and in the statements below
}  // namespace

Transcript::Transcript(Database& database)
    : grow_(database.handle(),
            "UPDATE sessions SET next = next + ?1, entries = entries + ?1, bytes = bytes + ?2,"
            " updated_ms = ?3 WHERE session = ?4 RETURNING number, next - ?1"),
      add_session_(database.handle(),
                   "INSERT INTO sessions VALUES (?1, ?2, 1, 1 + ?3, ?3, ?4, ?5)"),
      insert_(database.handle(), "INSERT INTO transcript VALUES (?, ?, ?, ?, ?)"),
      reset_(database.handle(),
             "UPDATE sessions SET first = next, entries = 0, bytes = 0, updated_ms = ?"
             " WHERE session = ?"),
      remove_entries_(database.handle(),
                      "DELETE FROM transcript WHERE id BETWEEN"
                      " (SELECT number << 31 FROM sessions WHERE session = ?1) AND"
                      " (SELECT (number << 31) + 2147483647 FROM sessions WHERE session = ?1)"),
      remove_session_(database.handle(), "DELETE FROM sessions WHERE session = ?"),
      newest_(database.handle(),
              "SELECT t.id & 2147483647, t.role, t.ts_ms, t.text, t.meta"
              " FROM sessions s CROSS JOIN transcript t"
              " ON t.id BETWEEN (s.number << 31) + s.first AND (s.number << 31) + 2147483647"
              " WHERE s.session = ? ORDER BY t.id DESC LIMIT ?"),
      all_bytes_(
          database.handle(),
          "SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM transcript WHERE id BETWEEN"
          " (SELECT number << 31 FROM sessions WHERE session = ?1) AND"
          " (SELECT (number << 31) + 2147483647 FROM sessions WHERE session = ?1)"),
      state_(database.handle(),
             "SELECT number << 31, (number << 31) + first, updated_ms,"
             " EXISTS (SELECT 1 FROM inbox WHERE inbox.session = sessions.session) FROM sessions"
             " WHERE session = ?"),
      oldest_(database.handle(),
              "SELECT count(*), max(id), sum(id >= ?1),"
              " sum(CASE WHEN id >= ?1 THEN length(CAST(text AS BLOB)) ELSE 0 END),"
              " sum(length(CAST(text AS BLOB))) FROM"
              " (SELECT id, text FROM transcript WHERE id BETWEEN ?2 AND ?2 + 2147483647"
              " ORDER BY id LIMIT ?3)"),
      remove_up_to_(database.handle(), "DELETE FROM transcript WHERE id BETWEEN ?1 AND ?2"),
      any_left_(database.handle(),
                "SELECT 1 FROM transcript WHERE id BETWEEN ?1 AND ?1 + 2147483647 LIMIT 1"),
      shrink_(database.handle(),
              "UPDATE sessions SET entries = entries - ?2, bytes = bytes - ?3 WHERE session = ?1") {
}

void Transcript::append(const oc_write_finish& w, Totals& totals) {
  if (w.n_transcript == 0) return;
  std::int64_t bytes = 0;
  for (std::uint32_t i = 0; i < w.n_transcript; ++i) {
    bytes += static_cast<std::int64_t>(sdk::entry_at(w, i).text.len);
  }
  totals.text_bytes += bytes;
  const auto session = view(w.session);
  const std::int64_t count = w.n_transcript;
  std::int64_t session_number = 0, place = 1;
  {
    Rows row(grow_, count, bytes, w.ts_ms, session);
    if (row.next()) {
      session_number = row.integer(0);
      place = row.integer(1);
    }
  }
  if (session_number == 0) {
    session_number = totals.next_session++;
    ++totals.sessions;
    add_session_.run(session, session_number, count, bytes, w.ts_ms);
  }
  for (std::uint32_t i = 0; i < w.n_transcript; ++i) {
    const oc_transcript_entry& e = sdk::entry_at(w, i);
    insert_.run((session_number << kPlaceBits) + place + i, std::int64_t{e.role}, e.ts_ms,
                view(e.text), view(e.meta_json));
  }
}

void Transcript::change(const oc_write_session& w, Totals& totals, oc_write_result& result) {
  const auto session = view(w.session);
  if (w.action == OC_SESSION_RESET) {
    reset_.run(w.ts_ms, session);  // a session that never spoke is empty already
    return;
  }
  {
    Rows row(all_bytes_, session);
    if (row.next()) totals.text_bytes -= row.integer(0);
  }
  remove_entries_.run(session);
  if (remove_session_.run(session) == 0) return sdk::refuse(result, sdk::kNoSession);
  --totals.sessions;
}

void Transcript::trim(const oc_write_trim& w, Totals& totals, oc_write_result& result) {
  const auto session = view(w.session);
  std::int64_t begin = 0, current = 0;  // ids: the first possible one, the first not archived
  {
    Rows row(state_, session);
    if (!row.next()) return sdk::refuse(result, sdk::kNoSession);
    if (row.integer(2) >= w.idle_before_ms || row.integer(3) != 0)
      return sdk::refuse(result, sdk::kNotIdle);
    begin = row.integer(0);
    current = row.integer(1);
  }
  std::int64_t removed = 0, last = 0, of_current = 0, bytes = 0;
  {
    Rows row(oldest_, current, begin, std::int64_t{w.limit});
    if (row.next()) {
      removed = row.integer(0);
      last = row.integer(1);
      of_current = row.integer(2);
      bytes = row.integer(3);
      totals.text_bytes -= row.integer(4);
    }
  }
  if (removed > 0) remove_up_to_.run(begin, last);
  result.id = static_cast<std::uint64_t>(removed);
  bool left = false;
  {
    Rows row(any_left_, begin);
    left = row.next();
  }
  if (left) {
    shrink_.run(session, of_current, bytes);
    return;
  }
  remove_session_.run(session);
  --totals.sessions;
  result.flags = OC_RESULT_GONE;
}

void Transcript::history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
                         oc_visit_entry visit, void* ctx) {
  struct Found {
    oc_transcript_entry entry;
    std::size_t text_at, meta_at;
  };
  // The newest come first out of the tree but last to the visitor, so they are kept meanwhile.
  std::vector<Found> found;
  std::string kept;
  {
    Rows row(newest_, view(session), std::int64_t{max_entries});
    std::uint64_t left = max_bytes;
    while (row.next()) {
      const auto text = row.text(3), meta = row.text(4);
      if (text.size() > left) break;
      left -= text.size();
      found.push_back(
          {{sizeof(oc_transcript_entry), static_cast<std::uint32_t>(row.integer(1)),
            static_cast<std::uint64_t>(row.integer(0)), row.integer(2), str(text), str(meta)},
           kept.size(),
           kept.size() + text.size()});
      kept += text;
      kept += meta;
    }
  }
  for (auto f = found.rbegin(); f != found.rend(); ++f) {
    f->entry.text.ptr = kept.data() + f->text_at;
    f->entry.meta_json.ptr = kept.data() + f->meta_at;
    if (visit(ctx, &f->entry) == 0) return;
  }
}

}  // namespace openclaw::sqlite
