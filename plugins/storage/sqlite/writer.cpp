// Applies batches, each in one transaction.
#include <sqlite3.h>

#include <new>

#include "connection.hpp"
#include "explain.hpp"
#include "number.hpp"
#include "openclaw/cpp/store_writes.hpp"

namespace openclaw::sqlite {

Writer::Writer(std::string path, std::unique_ptr<OwnerLock> lock,
               std::unique_ptr<Database> database, Warn warn)
    : Reader(std::move(path), std::move(database), std::move(lock)),
      warn_(std::move(warn)),
      sweep_(*database_),
      load_(*database_),
      begin_(database_->handle(), "BEGIN IMMEDIATE"),
      commit_(database_->handle(), "COMMIT"),
      rollback_(database_->handle(), "ROLLBACK"),
      totals_(totals_table_.load()) {}

Writer::~Writer() {
  if (!refused_.empty()) return;
  try {
    stop_when_moved();
  } catch (const sdk::StoreError& error) {
    warn_("sqlite.file_moved", error.what());
  }
}

void Writer::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  // Nothing of this batch happens, but only a restart helps: the host ends the gateway for it.
  if (!refused_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, refused_);
  if (writes.size() == 0) return;
  stop_when_moved();
  Totals totals = totals_;
  try {
    database_->set_deadline(deadline_ms);
    begin_.run();
    for (std::uint64_t i = 0; i < writes.size(); ++i) {
      oc_write_result& result = writes.result(i);
      result.status = OC_OK;
      result.id = 0;
      result.flags = result.reserved = 0;
      result.reason = {};
      write(writes.write(i), totals, result);
      if (database_->deadline_passed()) throw SqlError(SQLITE_INTERRUPT, "deadline");
    }
    if (totals != totals_) totals_table_.save(totals);
  } catch (const SqlError& error) {
    roll_back();
    throw sdk::StoreError(OC_E_IO, explain(error, path_, "write to").what());
  } catch (const std::bad_alloc&) {
    roll_back();
    throw sdk::StoreError(OC_E_IO,
                          explain(SqlError(SQLITE_NOMEM, "bad_alloc"), path_, "write to").what());
  } catch (...) {
    roll_back();  // else the next batch would find this one's transaction open
    throw;
  }
  commit();
  totals_ = totals;
  try {
    database_->checkpoint_when_due();
  } catch (const SqlError& error) {
    // This batch is safe in the log. After a failed sync the kernel may have dropped pages that
    // SQLite believes written, so nothing more is built upon them.
    if ((error.code & 0xff) == SQLITE_IOERR) refuse_from_now_on(error);
  }
}

void Writer::commit() {
  try {
    database_->set_deadline(0);
    commit_.run();
  } catch (const SqlError& error) {
    const auto explained = explain(error, path_, "commit to");
    if (outcome_unclear(error)) {
      refuse_from_now_on(error);
      throw sdk::StoreError(OC_E_UNKNOWN, explained.what());
    }
    roll_back();
    throw sdk::StoreError(OC_E_IO, explained.what());
  }
}

void Writer::roll_back() {
  // SQLite has already rolled back after some errors.
  if (!database_->in_transaction()) return;
  try {
    database_->set_deadline(0);
    rollback_.run();
  } catch (const SqlError& error) {
    refuse_from_now_on(error);
  }
}

void Writer::refuse_from_now_on(const SqlError& error) {
  refused_ = "the database " + path_ +
             " takes no more writes after a disk error; restart the gateway (" + error.what() +
             ", SQLite code " + std::to_string(error.code) + ")";
  database_->keep_log();
}

/// SQLite would take the log that lies beside another file for that one's, and damage it.
void Writer::stop_when_moved() {
  try {
    if (!database_->has_moved()) return;
  } catch (const SqlError& error) {
    throw sdk::StoreError(OC_E_IO, explain(error, path_, "look for").what());
  }
  const std::string log =
      database_->empty_log()
          ? ""
          : "; its log " + path_ + "-wal is not that of a file that is there now";
  database_->keep_log();
  refused_ = "the database " + path_ +
             " was moved, removed or replaced while the gateway ran; put it back, or restore a "
             "backup, while the gateway is stopped" +
             log;
  throw sdk::StoreError(OC_E_UNKNOWN, refused_);
}

void Writer::write(const oc_write& w, Totals& totals, oc_write_result& result) {
  using sdk::body_of;
  if (const auto* refusal = sdk::nonsense(w)) return sdk::refuse(result, *refusal);
  switch (w.kind) {
    case OC_WRITE_INGEST:
      return inbox_.ingest(body_of<oc_write_ingest>(w), totals, result);
    case OC_WRITE_ATTEMPT:
      return inbox_.attempt(body_of<oc_write_attempt>(w), totals, result);
    case OC_WRITE_FINISH:
      return finish(body_of<oc_write_finish>(w), totals, result);
    case OC_WRITE_OUTBOX:
      return outbox_.move(body_of<oc_write_outbox>(w), totals, result);
    case OC_WRITE_KV:
      return kv_.write(body_of<oc_write_kv>(w), totals, result);
    case OC_WRITE_SESSION:
      return transcript_.change(body_of<oc_write_session>(w), totals, result);
    case OC_WRITE_TRIM:
      return transcript_.trim(body_of<oc_write_trim>(w), totals, result);
    case OC_WRITE_SWEEP:
      return sweep_.run(body_of<oc_write_sweep>(w), totals, result);
    case OC_WRITE_LOAD:
      return load_.run(*body_of<oc_write_load>(w).record, totals, result);
    case OC_WRITE_NOTICE:
    case OC_WRITE_LEASE:
      return sdk::refuse(result, sdk::kOnlyMembers);
    default:
      return resolve(body_of<oc_write_resolve>(w), totals, result);
  }
}

void Writer::resolve(const oc_write_resolve& w, Totals& totals, oc_write_result& result) {
  if (w.queue == OC_QUEUE_INBOX) return inbox_.resolve(w, totals, result);
  outbox_.resolve(w, totals, result);
}

void Writer::finish(const oc_write_finish& w, Totals& totals, oc_write_result& result) {
  // What can be refused comes first; after the outbox nothing is.
  if (!inbox_.claimed(w)) return sdk::refuse(result, sdk::kFenced);
  if (!outbox_.store(w, totals, result)) return sdk::refuse(result, sdk::kKeyTaken);
  inbox_.finish(w, totals);
  transcript_.append(w, totals);
  totals.saw_epoch(number(w.epoch));
}

}  // namespace openclaw::sqlite
