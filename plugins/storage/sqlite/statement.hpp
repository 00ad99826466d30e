// One prepared statement, prepared at first use and kept for the connection's life.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace openclaw::sqlite {

/// SQLite refused; `code` is its extended result code, `what()` its own words.
struct SqlError : std::runtime_error {
  SqlError(int extended_code, const std::string& what)
      : std::runtime_error(what), code(extended_code) {}
  int code;
};
/// Throws what `db` last reported for the result `code`.
[[noreturn]] void throw_sql_error(sqlite3* db, int code);

class Statement {
 public:
  /// `sql` is a literal: it is kept, not copied.
  Statement(sqlite3* db, const char* sql) : db_(db), sql_(sql) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Runs to the end with these parameters, which are borrowed; the number of rows changed.
  template <class... Args>
  std::int64_t run(const Args&... args) {
    bind_all(args...);
    return finish();
  }

  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  bool step();  ///< true: a row is there
  void reset() noexcept;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  ///< valid until the next step

  template <class... Args>
  void bind_all(const Args&... args) {
    prepare();
    int index = 0;
    (bind(++index, args), ...);
  }

 private:
  void prepare();
  std::int64_t finish();

  sqlite3* db_;
  const char* sql_;
  sqlite3_stmt* statement_ = nullptr;
};

/// A statement in use for reading; resetting it at the end closes the read transaction.
class Rows {
 public:
  template <class... Args>
  explicit Rows(Statement& statement, const Args&... args) : statement_(statement) {
    statement_.bind_all(args...);
  }
  ~Rows() { statement_.reset(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next() { return statement_.step(); }
  [[nodiscard]] std::int64_t integer(int column) const { return statement_.integer(column); }
  [[nodiscard]] std::string_view text(int column) const { return statement_.text(column); }

 private:
  Statement& statement_;
};

}  // namespace openclaw::sqlite
