// One SQLite handle: its settings, transactions, checkpoints and the deadline of the call under
// way.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "statement.hpp"

namespace openclaw::sqlite {

enum class Mode { kWriter, kReader };

class Database {
 public:
  /// Opens an existing file and changes nothing in it. Throws SqlError.
  Database(const std::string& path, Mode mode);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* sql);
  [[nodiscard]] std::int64_t integer(const char* sql);  ///< the first column of the first row
  [[nodiscard]] std::string text(const char* sql);

  /// Durable settings of the writer; the first change that an opened file may see.
  void begin_writing();
  /// Copies the log into the file when it has grown long. Throws SqlError.
  void checkpoint_when_due();
  /// The path leads to another file by now, or to none. Throws SqlError when that cannot be told.
  [[nodiscard]] bool has_moved();
  /// Copies the whole log into the file that was opened, wherever that is, and leaves none. Waits
  /// for readers, for seconds. False: it could not.
  bool empty_log() noexcept;
  /// Leaves the log as it is from now on, at close as well.
  void keep_log() noexcept;

  /// Statements that run longer than this end with SQLITE_INTERRUPT; 0 = no limit.
  void set_deadline(std::uint32_t ms) noexcept;
  [[nodiscard]] bool deadline_passed() const noexcept;
  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

 private:
  static constexpr int kCheckpointFrames = 2000;  // about 8 MiB of log
  static int on_progress(void* self) noexcept;
  void keep_pages(int kibibytes) noexcept;

  sqlite3* handle_ = nullptr;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  int log_frames_ = 0;
  int checkpoint_at_ = kCheckpointFrames;
};

/// Rolls back at the end of the scope unless it was committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { database_.execute("COMMIT"); }

 private:
  Database& database_;
};

}  // namespace openclaw::sqlite
