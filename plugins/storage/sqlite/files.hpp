// The files around the database: its folder, its permissions and the lock of the daemon that owns
// it.
#pragma once

#include <string>

namespace openclaw::sqlite {

/// The path with symbolic links resolved, so that two names of one file share one lock.
std::string resolved(const std::string& path);

/// Makes the folder (0700) and an empty file (0600) where they are missing. Throws StoreError.
/// True: a file was there, and there was nothing in it.
bool create_file(const std::string& path);

/// Holds PATH.lock, which names the process that holds it. The kernel lets go when that one dies.
class OwnerLock {
 public:
  /// Throws StoreError that names the other process when there is one.
  explicit OwnerLock(const std::string& database_path);
  ~OwnerLock();
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;

 private:
  int fd_ = -1;
};

}  // namespace openclaw::sqlite
