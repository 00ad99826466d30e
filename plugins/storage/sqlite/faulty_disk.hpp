// SQLite's view of the disk with faults on command, for tests: full, write errors, sync errors.
#pragma once

#include <sqlite3.h>

#include <functional>

namespace openclaw::sqlite {

/// What to break. Counts go down at each call; the one that reaches zero and all later ones fail.
struct DiskFaults {
  static constexpr int kNever = -1;
  int log_writes_left = kNever;
  int log_syncs_left = kNever;
  int file_syncs_left = kNever;  ///< of the database itself: checkpoints
  int calls_left = kNever;       ///< of reads, writes, truncations and syncs of the file or its log
  int write_error = SQLITE_FULL;
  std::function<void()> at_close;  ///< before the database itself is closed
};

/// Stands between SQLite and the disk as the default VFS while it lives.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  DiskFaults faults;

 private:
  struct File;
  struct Calls;
  sqlite3_vfs vfs_{};
  sqlite3_vfs* real_ = nullptr;
};

}  // namespace openclaw::sqlite
