// The list of sessions.
#pragma once

#include <cstdint>

#include "database.hpp"
#include "openclaw/storage.h"

namespace openclaw::sqlite {

class Sessions {
 public:
  explicit Sessions(Database& database);
  void list(oc_str prefix, oc_str after, std::uint32_t limit, oc_visit_session visit, void* ctx);

  /// Those updated before then, the longest idle first. Looks at each: there is no index, which
  /// every turn would have to keep.
  void list_idle(std::int64_t before_ms, std::uint32_t limit, oc_visit_session visit, void* ctx);

 private:
  Statement from_, idle_;
};

}  // namespace openclaw::sqlite
