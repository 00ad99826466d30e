// Reads the whole store as records, part by part.
#pragma once

#include <functional>

#include "link.hpp"
#include "openclaw/cpp/store_dump.hpp"

namespace openclaw::postgres {

/// The greatest ids that were ever given. Sequences know no snapshots, so who keeps one moment
/// reads them once.
struct Given {
  std::int64_t inbox = 0, outbox = 0;
};

class Dump {
 public:
  /// Runs a statement, in which @SCHEMA@ stands for the schema.
  using Ask = std::function<Rows(std::string_view sql, const Parameters& parameters)>;
  explicit Dump(Ask ask) : ask_(std::move(ask)) {}

  [[nodiscard]] Given given() const;
  /// As oc_storage.dump.
  void run(const Given& given, std::string_view after, std::uint64_t max_bytes,
           oc_visit_record visit, oc_put_text put_next, void* ctx);

 private:
  [[nodiscard]] std::uint64_t max_epoch() const;
  // Each goes on behind `at` and moves it; false: the page is full.
  bool sessions(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool entries(std::int64_t session, sdk::DumpCursor& at, sdk::DumpPage& page);
  bool values(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool events(sdk::DumpCursor& at, sdk::DumpPage& page);
  bool messages(bool dead, sdk::DumpCursor& at, sdk::DumpPage& page);
  bool replies(bool held, sdk::DumpCursor& at, sdk::DumpPage& page);

  Ask ask_;
};

}  // namespace openclaw::postgres
