// Which statements a connection knows by a name.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "error.hpp"

namespace openclaw::postgres {

/// A statement that comes again gets a name, as the server takes longer to parse and plan the call
/// of `apply` than many a batch to run.
///
/// Where pgbouncer gives each transaction another session, a name may be unknown, or have been
/// given there before, also by another gateway. So a name says what its statement is, and when one
/// was of no use, none is used on that connection any more.
class StatementNames {
 public:
  static constexpr std::size_t kMost = 64;  ///< statements; the others run without a name

  /// The name to run it by; empty: it comes for the first time, or names are of no use.
  std::string name_for(const std::string& sql);
  [[nodiscard]] bool is_prepared(const std::string& sql) const;
  void prepared(const std::string& sql);
  /// After `error` of a statement with a name: whether it has surely not run, and is to be sent
  /// without one.
  bool refused(const PgError& error);

 private:
  struct Statement {
    std::string name;
    bool prepared = false;
  };
  std::unordered_map<std::string, Statement> statements_;
  bool useless_ = false;
};

}  // namespace openclaw::postgres
