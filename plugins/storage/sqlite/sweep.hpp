// Removes what is older than its retention, a bounded number of rows at a time.
#pragma once

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class Sweep {
 public:
  explicit Sweep(Database& database);
  void run(const oc_write_sweep& write, Totals& totals, oc_write_result& result);

 private:
  Statement dedupe_, dead_, held_;
};

}  // namespace openclaw::sqlite
