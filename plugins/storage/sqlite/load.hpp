// Puts records of a dump, of this engine or another, into the store.
#pragma once

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class Load {
 public:
  explicit Load(Database& database);

  void run(const oc_record& record, Totals& totals, oc_write_result& result);

 private:
  static void counter(const oc_record& record, Totals& totals);
  void session(const oc_record& record, Totals& totals);
  void entry(const oc_record& record, Totals& totals, oc_write_result& result);
  void message(const oc_record& record, Totals& totals);
  void reply(const oc_record& record, Totals& totals);

  Statement find_, texts_, clear_, replace_session_, add_session_, length_, put_entry_, drop_entry_,
      grow_, put_value_, put_event_, drop_live_, drop_dead_, put_live_, put_dead_, drop_reply_,
      drop_held_, put_reply_, put_held_;
};

}  // namespace openclaw::sqlite
