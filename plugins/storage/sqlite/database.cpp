// Opens handles and keeps to the rule that only the writer writes or checkpoints.
#include "database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace openclaw::sqlite {

namespace {
constexpr int kWriterCache = 1024, kReaderCache = 256;  // KiB
constexpr int kBusyMs = 1000;
constexpr int kProgressSteps = 4000;     // virtual machine steps between looks at the clock
constexpr int kLongestValue = 64 << 20;  // bytes of one value or row

/// Before the library's first use in this process; where another plugin was first, its choice
/// stays.
void set_up_library() {
  static const bool once = [] {
    // A connection is one thread's, so what all would wait for is only the count of bytes in use.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    // A reader drops all its pages at each commit, so they lie in one block, each for itself.
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, -kReaderCache);
    return true;
  }();
  static_cast<void>(once);
}
}  // namespace

Database::Database(const std::string& path, Mode mode) {
  set_up_library();
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::kWriter ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
  const int rc = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
  if (rc != SQLITE_OK) {
    const SqlError error(rc, handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(rc));
    sqlite3_close(handle_);
    throw error;
  }
  sqlite3_busy_timeout(handle_, kBusyMs);
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_progress_handler(handle_, kProgressSteps, &Database::on_progress, this);
  // Until the file has been found sound, closing must not copy a log into it; and SQLite before
  // 3.51.3 can lose a log when two connections checkpoint, so readers never do.
  keep_log();
  sqlite3_wal_autocheckpoint(handle_, 0);
  if (mode == Mode::kReader) {
    // What it has read is worth nothing once the writer has committed.
    keep_pages(kReaderCache);
    sqlite3_exec(handle_, "PRAGMA query_only=1", nullptr, nullptr, nullptr);
  }
}

Database::~Database() {
  sqlite3_close(handle_);
}

void Database::execute(const char* sql) {
  const int rc = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (rc != SQLITE_OK) throw_sql_error(handle_, rc);
}

std::int64_t Database::integer(const char* sql) {
  Statement statement(handle_, sql);
  Rows rows(statement);
  return rows.next() ? rows.integer(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(handle_, sql);
  Rows rows(statement);
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

void Database::begin_writing() {
  // SQLite opens what it may not write to all the same, and says so with the first write.
  if (sqlite3_db_readonly(handle_, "main") == 1) throw SqlError(SQLITE_READONLY, "it is read-only");
  if (text("PRAGMA journal_mode=WAL") != "wal") {
    throw SqlError(SQLITE_CANTOPEN, "the file system does not support write-ahead logging");
  }
  execute("PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=33554432");
  keep_pages(kWriterCache);
  sqlite3_wal_hook(
      handle_,
      [](void* self, sqlite3*, const char*, int frames) {
        auto& database = *static_cast<Database*>(self);
        if (frames < database.log_frames_) database.checkpoint_at_ = kCheckpointFrames;
        database.log_frames_ = frames;
        return SQLITE_OK;
      },
      this);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void Database::keep_pages(int kibibytes) noexcept {
  // It looks into the file; what is wrong there is told by the next statement.
  const std::string sql = "PRAGMA cache_size=-" + std::to_string(kibibytes);
  sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
}

void Database::checkpoint_when_due() {
  if (log_frames_ < checkpoint_at_) return;
  // When readers keep the log from starting over, each commit would be over the mark.
  checkpoint_at_ = log_frames_ + kCheckpointFrames;
  const int rc =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (rc != SQLITE_OK && rc != SQLITE_BUSY) throw_sql_error(handle_, rc);
}

bool Database::has_moved() {
  int moved = 0;
  const int rc = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (rc != SQLITE_OK || moved == 0) return false;
  // It says so as well when it could not look, as on a network's file system that is away.
  struct stat status {};
  if (::stat(sqlite3_db_filename(handle_, "main"), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return true;
  throw SqlError(SQLITE_IOERR_FSTAT, std::strerror(errno));
}

bool Database::empty_log() noexcept {
  for (int tries = 5; tries > 0; --tries) {
    const int rc =
        sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (rc == SQLITE_OK) return true;
    if (rc != SQLITE_BUSY) return false;
  }
  return false;
}

void Database::keep_log() noexcept {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void Database::set_deadline(std::uint32_t ms) noexcept {
  using Clock = std::chrono::steady_clock;
  deadline_ = ms == 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(ms);
}

bool Database::deadline_passed() const noexcept {
  return std::chrono::steady_clock::now() > deadline_;
}

bool Database::in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

int Database::on_progress(void* self) noexcept {
  return static_cast<Database*>(self)->deadline_passed() ? 1 : 0;
}

Transaction::~Transaction() {
  // SQLite has already rolled back after some errors.
  if (database_.in_transaction()) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

}  // namespace openclaw::sqlite
