// Accepted messages: ingest with dedupe, claims, and their end as done or dead letters.
#pragma once

#include <cstdint>

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class Inbox {
 public:
  explicit Inbox(Database& database);

  void ingest(const oc_write_ingest& write, Totals& totals, oc_write_result& result);
  void attempt(const oc_write_attempt& write, Totals& totals, oc_write_result& result);

  /// True when every row is the session's and claimed by `epoch`.
  bool claimed(const oc_write_finish& write);
  /// Ends rows that were found claimed().
  void finish(const oc_write_finish& write, Totals& totals);

  /// Brings a dead letter back under a new id, or drops it.
  void resolve(const oc_write_resolve& write, Totals& totals, oc_write_result& result);

  void list(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit, oc_visit_inbox visit,
            void* ctx);

 private:
  Statement remember_, known_, insert_, claim_, session_and_epoch_, bury_;
  Statement bring_back_, remember_again_, remove_dead_, remove_, live_, dead_;
};

}  // namespace openclaw::sqlite
