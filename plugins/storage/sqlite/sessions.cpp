// Lists sessions by key.
#include "sessions.hpp"

#include <algorithm>

#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::str;
using sdk::view;

Sessions::Sessions(Database& database)
    : from_(database.handle(),
            "SELECT session, entries, bytes, updated_ms FROM sessions WHERE session >= ?"
            " ORDER BY session"),
      idle_(database.handle(),
            "SELECT session, entries, bytes, updated_ms FROM sessions WHERE updated_ms < ?"
            " ORDER BY updated_ms, session LIMIT ?") {}

namespace {
oc_session_row session_row(const Rows& row) {
  return {sizeof(oc_session_row),
          0,
          str(row.text(0)),
          static_cast<std::uint64_t>(row.integer(1)),
          static_cast<std::uint64_t>(row.integer(2)),
          row.integer(3)};
}
}  // namespace

void Sessions::list(oc_str prefix, oc_str after, std::uint32_t limit, oc_visit_session visit,
                    void* ctx) {
  const auto wanted = view(prefix), last = view(after);
  Rows row(from_, std::max(wanted, last));
  for (std::uint32_t seen = 0; seen < limit && row.next();) {
    const auto session = row.text(0);
    if (!session.starts_with(wanted)) return;
    if (session <= last) continue;
    const oc_session_row out = session_row(row);
    if (visit(ctx, &out) == 0) return;
    ++seen;
  }
}

void Sessions::list_idle(std::int64_t before_ms, std::uint32_t limit, oc_visit_session visit,
                         void* ctx) {
  Rows row(idle_, before_ms, std::int64_t{limit});
  while (row.next()) {
    const oc_session_row out = session_row(row);
    if (visit(ctx, &out) == 0) return;
  }
}

}  // namespace openclaw::sqlite
