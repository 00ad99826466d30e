// The row of counts and next numbers, which the writer keeps in memory between batches.
#pragma once

#include <cstdint>
#include <string>

#include "database.hpp"

namespace openclaw::sqlite {

struct Totals {
  std::int64_t next_inbox = 1, next_outbox = 1, next_session = 1;
  std::int64_t max_epoch = 0;
  std::int64_t inbox = 0, inbox_dead = 0, outbox = 0, outbox_held = 0, sessions = 0;
  std::int64_t text_bytes = 0;    ///< of all transcripts, archived parts too
  std::int64_t last_version = 0;  ///< of any value, also of one that is deleted
  bool operator==(const Totals&) const = default;

  void saw_epoch(std::int64_t epoch) { max_epoch = epoch > max_epoch ? epoch : max_epoch; }
};

class TotalsTable {
 public:
  explicit TotalsTable(Database& database);
  Totals load();
  void save(const Totals& totals);
  /// The JSON of oc_storage.stats().
  std::string stats_json();

 private:
  Statement load_, save_, bytes_, unknown_;
};

}  // namespace openclaw::sqlite
