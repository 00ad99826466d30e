// Applies batches, each in one transaction.
#include <sqlite3.h>

#include <new>

#include "connection.hpp"
#include "explain.hpp"
#include "limits.hpp"
#include "refusal.hpp"

namespace openclaw::sqlite {

namespace {

/// The write's body when it is whole, else null.
template <class Body>
const Body* body_of(const oc_write& write) {
  const auto* body = static_cast<const Body*>(write.body);
  return body != nullptr && body->size >= sizeof(Body) ? body : nullptr;
}

/// Why a finish can never be applied; null when it can.
const char* nonsense(const oc_write_finish& w) {
  if (w.disposition < OC_DONE_ANSWERED || w.disposition > OC_DONE_DEAD) {
    return "this plugin does not know that disposition";
  }
  if ((w.n_transcript > 0 && w.transcript_stride < sizeof(oc_transcript_entry)) ||
      (w.n_outbox > 0 && w.outbox_stride < sizeof(oc_outbox_entry))) {
    return "a stride is shorter than ABI 1.0's struct";
  }
  if (w.epoch > kLargestNumber) return kBadEpoch;
  if (!keys_fit(w.session)) return kKeyTooLong;
  if (!texts_fit(w.reason)) return kTextTooLong;
  for (std::uint32_t i = 0; i < w.n_transcript; ++i) {
    const auto& e = entry_at(w, i);
    if (e.role < OC_ROLE_USER || e.role > OC_ROLE_SYSTEM) {
      return "this plugin does not know that role";
    }
    if (!texts_fit(e.text, e.meta_json)) return kTextTooLong;
  }
  for (std::uint32_t i = 0; i < w.n_outbox; ++i) {
    const auto& e = reply_at(w, i);
    if (!keys_fit(e.session, e.channel, e.account, e.idem_key)) return kKeyTooLong;
    if (!texts_fit(e.payload_json)) return kTextTooLong;
  }
  return nullptr;
}

}  // namespace

Writer::Writer(std::string path, std::unique_ptr<OwnerLock> lock,
               std::unique_ptr<Database> database)
    : Reader(std::move(path), std::move(database), std::move(lock)),
      sweep_(*database_),
      begin_(database_->handle(), "BEGIN IMMEDIATE"),
      commit_(database_->handle(), "COMMIT"),
      rollback_(database_->handle(), "ROLLBACK"),
      totals_(totals_table_.load()) {}

Writer::~Writer() = default;

void Writer::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  // Nothing of this batch happens, but only a restart helps: the host ends the gateway for it.
  if (!refused_.empty()) throw sdk::StoreError(OC_E_UNKNOWN, refused_);
  if (writes.size() == 0) return;
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

void Writer::write(const oc_write& w, Totals& totals, oc_write_result& result) {
  switch (w.kind) {
    case OC_WRITE_INGEST:
      if (const auto* body = body_of<oc_write_ingest>(w))
        return inbox_.ingest(*body, totals, result);
      break;
    case OC_WRITE_ATTEMPT:
      if (const auto* body = body_of<oc_write_attempt>(w)) {
        return inbox_.attempt(*body, totals, result);
      }
      break;
    case OC_WRITE_FINISH:
      if (const auto* body = body_of<oc_write_finish>(w)) return finish(*body, totals, result);
      break;
    case OC_WRITE_OUTBOX:
      if (const auto* body = body_of<oc_write_outbox>(w))
        return outbox_.move(*body, totals, result);
      break;
    case OC_WRITE_KV:
      if (const auto* body = body_of<oc_write_kv>(w)) return kv_.write(*body, result);
      break;
    case OC_WRITE_SESSION:
      if (const auto* body = body_of<oc_write_session>(w)) {
        return transcript_.change(*body, totals, result);
      }
      break;
    case OC_WRITE_SWEEP:
      if (const auto* body = body_of<oc_write_sweep>(w)) return sweep_.run(*body, totals, result);
      break;
    case OC_WRITE_RESOLVE:
      if (const auto* body = body_of<oc_write_resolve>(w)) return resolve(*body, totals, result);
      break;
    default:
      return refuse(result, OC_E_INVAL, "this plugin does not know that kind of write");
  }
  refuse(result, OC_E_INVAL, "a write without a whole body");
}

void Writer::resolve(const oc_write_resolve& w, Totals& totals, oc_write_result& result) {
  const bool known = w.action == OC_RESOLVE_RETRY || w.action == OC_RESOLVE_DROP;
  if (known && w.queue == OC_QUEUE_INBOX) return inbox_.resolve(w, totals, result);
  if (known && w.queue == OC_QUEUE_OUTBOX) return outbox_.resolve(w, totals, result);
  refuse(result, OC_E_INVAL, "this plugin does not know that queue or action");
}

void Writer::finish(const oc_write_finish& w, Totals& totals, oc_write_result& result) {
  if (const char* why = nonsense(w)) return refuse(result, OC_E_INVAL, why);
  if (!ids_make_sense(w.ids, w.n_ids)) return refuse(result, OC_E_INVAL, kBadIds);
  // What can be refused comes first; after the outbox nothing is.
  if (!inbox_.claimed(w)) return refuse(result, OC_E_CONFLICT, kFenced);
  if (!outbox_.store(w, totals, result.id)) {
    return refuse(result, OC_E_CONFLICT, "a reply with that idempotency key is there already");
  }
  inbox_.finish(w, totals);
  transcript_.append(w, totals);
  totals.saw_epoch(number(w.epoch));
}

}  // namespace openclaw::sqlite
