// Finds the sentence for a result code.
#include "explain.hpp"

#include <sqlite3.h>

namespace openclaw::sqlite {

namespace {

struct Remedy {
  oc_status status;
  const char* sentence;
};

Remedy remedy_for(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {OC_E_IO, "the disk is full; free some space, it goes on by itself then"};
    case SQLITE_READONLY:
      return {OC_E_IO, "it is read-only; let this user write to the file and its folder"};
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {OC_E_IO, "access is denied; let this user read and write the file and its folder"};
    case SQLITE_CORRUPT:
      return {OC_E_IO,
              "it is damaged and was left as it is; restore a backup, or save what is readable "
              "with sqlite3 FILE .recover"};
    case SQLITE_NOTADB:
      return {OC_E_IO,
              "it is not an SQLite database, or its header is damaged, and it was left as it is; "
              "restore a backup, or change storage.path"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {OC_E_AGAIN, "another process keeps it locked; end that one's transaction"};
    case SQLITE_CANTOPEN:
      return {OC_E_IO,
              "it cannot be opened; see that the file and its folder exist and that this user may "
              "read and write them"};
    case SQLITE_IOERR:
      return {OC_E_IO, "the disk reports an error; see the kernel's log, and restart the gateway"};
    case SQLITE_NOMEM:
      return {OC_E_IO, "there is not enough memory"};
    case SQLITE_INTERRUPT:
      return {OC_E_DEADLINE, "it took longer than allowed; the disk may be overloaded"};
    case SQLITE_TOOBIG:
      return {OC_E_TOOBIG, "a value is too long"};
    default:
      return {OC_E_IO, "see the message; if it comes again, please report it"};
  }
}

}  // namespace

sdk::StoreError explain(const SqlError& error, const std::string& path, const char* doing) {
  const Remedy remedy = remedy_for(error.code);
  return {remedy.status, std::string("cannot ") + doing + " the database " + path + ": " +
                             remedy.sentence + " (" + error.what() + ", SQLite code " +
                             std::to_string(error.code) + ")"};
}

bool outcome_unclear(const SqlError& error) {
  // SQLITE_FULL means that the log's last frame, the one that commits, was not written whole.
  // Memory may run out after the frames were synced, when they are entered into the log's index.
  const int code = error.code & 0xff;
  return code == SQLITE_IOERR || code == SQLITE_NOMEM;
}

}  // namespace openclaw::sqlite
