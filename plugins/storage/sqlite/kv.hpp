// Versioned values by namespace and key.
#pragma once

#include <cstdint>

#include "database.hpp"
#include "openclaw/storage.h"
#include "totals.hpp"

namespace openclaw::sqlite {

class KeyValues {
 public:
  explicit KeyValues(Database& database);
  void write(const oc_write_kv& write, Totals& totals, oc_write_result& result);
  /// False when there is no such key.
  bool get(oc_str ns, oc_str key, oc_visit_kv visit, void* ctx);
  void list(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit, oc_visit_kv visit,
            void* ctx);

 private:
  Statement version_, put_, remove_, get_, from_;
};

}  // namespace openclaw::sqlite
