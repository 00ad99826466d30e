// What was said in each session: appending, reading the newest part, reset and deletion.
#pragma once

#include <cstdint>

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class Transcript {
 public:
  explicit Transcript(Database& database);

  void append(const oc_write_finish& write, Totals& totals);
  void change(const oc_write_session& write, Totals& totals, oc_write_result& result);
  /// Removes a session's oldest entries, and with the last of them the session.
  void trim(const oc_write_trim& write, Totals& totals, oc_write_result& result);
  void history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
               oc_visit_entry visit, void* ctx);

 private:
  Statement grow_, add_session_, insert_, reset_, remove_entries_, remove_session_, newest_;
  Statement all_bytes_, state_, oldest_, remove_up_to_, any_left_, shrink_;
};

}  // namespace openclaw::sqlite
