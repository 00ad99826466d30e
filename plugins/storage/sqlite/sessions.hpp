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

 private:
  Statement from_;
};

}  // namespace openclaw::sqlite
