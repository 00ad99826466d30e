// The sweep's statements.
#include "sweep.hpp"

namespace openclaw::sqlite {

Sweep::Sweep(Database& database)
    // The key of a message that still waits stays, or a redelivery would be a second message.
    : dedupe_(database.handle(),
              "DELETE FROM dedupe WHERE (channel, account, event_id) IN"
              " (SELECT channel, account, event_id FROM dedupe INDEXED BY dedupe_by_time"
              " WHERE received_ms < ? AND NOT EXISTS (SELECT 1 FROM inbox WHERE id = inbox_id)"
              " ORDER BY received_ms LIMIT ?)"),
      dead_(database.handle(),
            "DELETE FROM inbox_dead WHERE id IN (SELECT id FROM inbox_dead WHERE dead_ms < ?"
            " ORDER BY dead_ms LIMIT ?)"),
      held_(database.handle(),
            "DELETE FROM outbox_held WHERE id IN (SELECT id FROM outbox_held WHERE updated_ms < ?"
            " ORDER BY updated_ms LIMIT ?)") {}

void Sweep::run(const oc_write_sweep& w, Totals& totals, oc_write_result& result) {
  std::int64_t left = w.limit;
  const auto step = [&](Statement& statement) {
    if (left == 0) return std::int64_t{0};
    const std::int64_t removed = statement.run(w.before_ms, left);
    left -= removed;
    return removed;
  };
  step(dedupe_);
  totals.inbox_dead -= step(dead_);
  totals.outbox_held -= step(held_);
  result.id = static_cast<std::uint64_t>(w.limit - left);
}

}  // namespace openclaw::sqlite
