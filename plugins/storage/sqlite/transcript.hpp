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
  void history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
               oc_visit_entry visit, void* ctx);

 private:
  Statement grow_, add_session_, insert_, reset_, remove_entries_, remove_session_, newest_;
};

/// The `index`-th entry of a finish, whose array may be of a newer, longer struct.
const oc_transcript_entry& entry_at(const oc_write_finish& write, std::uint32_t index);

}  // namespace openclaw::sqlite
