// Reads the whole store as records, part by part.
#pragma once

#include "database.hpp"
#include "openclaw/cpp/store_dump.hpp"
#include "totals.hpp"

namespace openclaw::sqlite {

class Dump {
 public:
  explicit Dump(Database& database);

  /// As oc_storage.dump. `totals` are those of the same moment.
  void run(const Totals& totals, std::string_view after, std::uint64_t max_bytes,
           oc_visit_record visit, oc_put_text put_next, void* ctx);

 private:
  // Each goes on behind `at` and moves it; false: the page is full.
  bool sessions(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool entries(std::string_view session, std::int64_t number, sdk::DumpCursor& at,
               sdk::DumpPage& page);
  bool values(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool events(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool messages(Statement& rows, std::uint32_t kind, sdk::DumpCursor& at, sdk::DumpPage& page);
  bool replies(Statement& rows, sdk::DumpCursor& at, sdk::DumpPage& page);

  Statement number_, sessions_, entries_, values_, events_, live_, dead_, replies_, held_;
};

}  // namespace openclaw::sqlite
