// One connection to a PostgreSQL server, whose every wait has a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "error.hpp"
#include "parameters.hpp"
#include "statement_names.hpp"

struct pg_conn;
struct pg_result;

namespace openclaw::postgres {

using TimePoint = std::chrono::steady_clock::time_point;
TimePoint deadline_in(std::uint32_t ms);

/// What a statement answered: rows of binary values.
class Rows {
 public:
  explicit Rows(pg_result* result) : result_(result) {}
  [[nodiscard]] int size() const;
  [[nodiscard]] std::string_view bytes(int row, int column) const;
  [[nodiscard]] std::int64_t number(int row, int column) const;
  [[nodiscard]] bool flag(int row, int column) const;
  /// How many rows a statement without rows changed.
  [[nodiscard]] std::int64_t changed() const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

/// A statement's name is of use where it is known, and no harm where it is not; nothing is set for
/// the session (but LISTEN, where nothing stands in between) and no lock outlives a transaction, so
/// that pgbouncer may stand in between in transaction mode. So no search_path is set either: what
/// is not exactly a function of the server's or of the gateway's schema is written with its schema,
/// as the schema public may hold another's that fits better. Used by one thread at a time.
class Link {
 public:
  explicit Link(std::string url) : url_(std::move(url)) {}
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] bool is_open() const { return connection_ != nullptr; }
  /// Throws PgError (unreachable, refused). Host names are resolved before the deadline counts.
  void open(TimePoint deadline);
  void close();

  /// How often open() went well: a session's state is gone with each.
  [[nodiscard]] std::uint64_t openings() const { return openings_; }
  /// The server process at the other end, as the server that was connected to calls it.
  [[nodiscard]] int backend() const;

  /// As 150018 for 15.18.
  [[nodiscard]] int server_version() const;

  /// One statement with its parameters. Throws PgError; after `lost` and `deadline` it is closed.
  Rows run(const std::string& sql, const Parameters& parameters, TimePoint deadline);
  /// Several statements without parameters, as one transaction.
  void run_script(const std::string& sql, TimePoint deadline);
  /// The next notification's payload, or none until then. Throws PgError (lost) and is closed then.
  std::optional<std::string> notification(TimePoint until);

 private:
  void check_alive();
  void wait(bool to_write, TimePoint deadline);
  void flush(TimePoint deadline);
  pg_result* next_result(TimePoint deadline);
  [[nodiscard]] std::string last_words() const;
  class Answer;
  Rows gather(TimePoint deadline);
  Rows gather_pipeline(TimePoint deadline);

  std::string url_;
  pg_conn* connection_ = nullptr;
  StatementNames names_;
  std::uint64_t openings_ = 0;
  bool going_down_ = false;  ///< the server said so while nothing was asked
};

}  // namespace openclaw::postgres
