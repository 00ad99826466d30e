// Reads the whole store as records, part by part.
#pragma once

#include <functional>
#include <string_view>

#include "args.hpp"
#include "openclaw/cpp/store_dump.hpp"
#include "reply.hpp"
#include "script.hpp"

namespace openclaw::redis {

class Dump {
 public:
  /// Runs a script, with its arguments after the store's identity.
  using Ask = std::function<Reply(const Script& script, const Args& args)>;
  explicit Dump(Ask ask) : ask_(std::move(ask)) {}

  /// As oc_storage.dump.
  void run(std::string_view after, std::uint64_t max_bytes, oc_visit_record visit,
           oc_put_text put_next, void* ctx);

 private:
  // Each goes on behind `at` and moves it; false: the page is full.
  bool part(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool counters(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool sessions(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool entries(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool values(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool values_of(sdk::DumpCursor& at, bool from_the_first, sdk::DumpPage& page);
  bool events(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool messages(const char* list, std::uint32_t kind, sdk::DumpCursor& at, sdk::DumpPage& page);
  bool replies(const char* list, sdk::DumpCursor& at, sdk::DumpPage& page);
  template <class Row>
  bool list(const char* name, sdk::DumpCursor& at, Row row);

  Ask ask_;
};

}  // namespace openclaw::redis
