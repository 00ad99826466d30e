// A VFS that passes everything on, except what is to fail.
#include "faulty_disk.hpp"

namespace openclaw::sqlite {

struct FaultyDisk::File {
  sqlite3_file base;
  FaultyDisk* disk;
  bool is_log, is_database;
  // The real file follows in the same allocation.
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct FaultyDisk::Calls {
  static File& of(sqlite3_file* f) { return *reinterpret_cast<File*>(f); }
  static sqlite3_file* real(sqlite3_file* f) { return of(f).real(); }
  static bool fails(int& left) {
    if (left > 0) --left;
    return left == 0;
  }

  static bool any_fails(sqlite3_file* f) {
    return (of(f).is_log || of(f).is_database) && fails(of(f).disk->faults.calls_left);
  }

  static int close(sqlite3_file* f) {
    const auto& at_close = of(f).disk->faults.at_close;
    if (of(f).is_database && at_close) at_close();
    return real(f)->pMethods->xClose(real(f));
  }
  static int read(sqlite3_file* f, void* p, int n, sqlite3_int64 at) {
    if (any_fails(f)) return SQLITE_IOERR_READ;
    return real(f)->pMethods->xRead(real(f), p, n, at);
  }
  static int write(sqlite3_file* f, const void* p, int n, sqlite3_int64 at) {
    auto& faults = of(f).disk->faults;
    if (any_fails(f)) return SQLITE_IOERR_WRITE;
    if (of(f).is_log && fails(faults.log_writes_left)) return faults.write_error;
    return real(f)->pMethods->xWrite(real(f), p, n, at);
  }
  static int truncate(sqlite3_file* f, sqlite3_int64 size) {
    if (any_fails(f)) return SQLITE_IOERR_TRUNCATE;
    return real(f)->pMethods->xTruncate(real(f), size);
  }
  static int sync(sqlite3_file* f, int flags) {
    auto& faults = of(f).disk->faults;
    // The bytes are there, but nobody can say that they stay.
    const bool fail = any_fails(f) || (of(f).is_log && fails(faults.log_syncs_left)) ||
                      (of(f).is_database && fails(faults.file_syncs_left));
    return fail ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
  }
  static int size(sqlite3_file* f, sqlite3_int64* size) {
    return real(f)->pMethods->xFileSize(real(f), size);
  }
  static int lock(sqlite3_file* f, int l) { return real(f)->pMethods->xLock(real(f), l); }
  static int unlock(sqlite3_file* f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
  static int reserved(sqlite3_file* f, int* out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
  }
  static int control(sqlite3_file* f, int op, void* arg) {
    return real(f)->pMethods->xFileControl(real(f), op, arg);
  }
  static int sector(sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); }
  static int device(sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
  static int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
  }
  static void shm_barrier(sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); }
  static int shm_unmap(sqlite3_file* f, int remove) {
    return real(f)->pMethods->xShmUnmap(real(f), remove);
  }

  static constexpr sqlite3_io_methods kMethods = {
      2,         &close,       &read,      &write,   &truncate, &sync,   &size,
      &lock,     &unlock,      &reserved,  &control, &sector,   &device, &shm_map,
      &shm_lock, &shm_barrier, &shm_unmap, nullptr,  nullptr};

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* f, int flags, int* out) {
    auto& disk = *static_cast<FaultyDisk*>(vfs->pAppData);
    File& file = of(f);
    file.disk = &disk;
    file.is_log = (flags & SQLITE_OPEN_WAL) != 0;
    file.is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    const int rc = disk.real_->xOpen(disk.real_, name, file.real(), flags, out);
    file.base.pMethods = file.real()->pMethods != nullptr ? &kMethods : nullptr;
    return rc;
  }
};

FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find(nullptr)) {
  vfs_ = *real_;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.szOsFile = real_->szOsFile + static_cast<int>(sizeof(File));
  vfs_.xOpen = &Calls::open;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace openclaw::sqlite
