// The transcript's statements.
#include "transcript.hpp"

#include <string>
#include <vector>

#include "openclaw/cpp/text.hpp"
#include "refusal.hpp"

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
              " WHERE s.session = ? ORDER BY t.id DESC LIMIT ?") {}

const oc_transcript_entry& entry_at(const oc_write_finish& w, std::uint32_t index) {
  const auto* bytes = reinterpret_cast<const char*>(w.transcript);
  return *reinterpret_cast<const oc_transcript_entry*>(bytes +
                                                       std::uint64_t{index} * w.transcript_stride);
}

void Transcript::append(const oc_write_finish& w, Totals& totals) {
  if (w.n_transcript == 0) return;
  std::int64_t bytes = 0;
  for (std::uint32_t i = 0; i < w.n_transcript; ++i) {
    bytes += static_cast<std::int64_t>(entry_at(w, i).text.len);
  }
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
    const oc_transcript_entry& e = entry_at(w, i);
    insert_.run((session_number << kPlaceBits) + place + i, std::int64_t{e.role}, e.ts_ms,
                view(e.text), view(e.meta_json));
  }
}

void Transcript::change(const oc_write_session& w, Totals& totals, oc_write_result& result) {
  const auto session = view(w.session);
  if (w.action == OC_SESSION_RESET) {
    reset_.run(w.ts_ms, session);  // a session that never spoke is empty already
  } else if (w.action == OC_SESSION_DELETE) {
    remove_entries_.run(session);
    if (remove_session_.run(session) == 0) {
      refuse(result, OC_E_NOTFOUND, "no such session");
    } else {
      --totals.sessions;
    }
  } else {
    refuse(result, OC_E_INVAL, "this plugin does not know that action");
  }
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
