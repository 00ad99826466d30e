// Replies on their way out, and those held for the operator.
#pragma once

#include <cstdint>

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class Outbox {
 public:
  explicit Outbox(Database& database);

  /// Stores a turn's replies, all or none; false when an idempotency key is taken. In `result`: the
  /// first one's id, and whether it stands as started.
  bool store(const oc_write_finish& write, Totals& totals, oc_write_result& result);
  void move(const oc_write_outbox& write, Totals& totals, oc_write_result& result);
  /// Puts a held reply back under a new id, or drops it.
  void resolve(const oc_write_resolve& write, Totals& totals, oc_write_result& result);
  void list(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit, oc_visit_outbox visit,
            void* ctx);

 private:
  bool key_is_held(std::string_view idem_key, const Totals& totals);
  void mark(const oc_write_outbox& write, Totals& totals, oc_write_result& result);
  void hold(const oc_write_outbox& write, Totals& totals, oc_write_result& result);
  void drop(const oc_write_outbox& write, Totals& totals, oc_write_result& result);

  Statement insert_, undo_, held_key_;
  Statement mark_, bring_back_, hold_, mark_held_, send_again_, remove_, remove_held_;
  Statement live_, held_;
};

}  // namespace openclaw::sqlite
