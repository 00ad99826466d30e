// The two kinds of connections that the storage slots talk to.
#pragma once

#include <memory>
#include <string>

#include "database.hpp"
#include "dump.hpp"
#include "files.hpp"
#include "inbox.hpp"
#include "kv.hpp"
#include "load.hpp"
#include "openclaw/cpp/storage.hpp"
#include "outbox.hpp"
#include "sessions.hpp"
#include "sweep.hpp"
#include "totals.hpp"
#include "transcript.hpp"
#include "warn.hpp"

namespace openclaw::sqlite {

/// Reads; each call sees one committed state.
class Reader : public sdk::StoreConnection {
 public:
  /// `lock` is the owner's, of the connection that writes.
  Reader(std::string path, std::unique_ptr<Database> database,
         std::unique_ptr<OwnerLock> lock = nullptr);

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  void history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
               std::uint32_t deadline_ms, oc_visit_entry visit, void* ctx) override;
  void inbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
             std::uint32_t deadline_ms, oc_visit_inbox visit, void* ctx) override;
  void outbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
              std::uint32_t deadline_ms, oc_visit_outbox visit, void* ctx) override;
  void kv(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
          std::uint32_t deadline_ms, oc_visit_kv visit, void* ctx) override;
  void kv_get(oc_str ns, oc_str key, std::uint32_t deadline_ms, oc_visit_kv visit,
              void* ctx) override;
  void idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                     oc_visit_session visit, void* ctx) override;
  void sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                oc_visit_session visit, void* ctx) override;
  void stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) override;
  std::uint64_t max_epoch(std::uint32_t deadline_ms) override;
  void dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms, oc_visit_record visit,
            oc_put_text put_next, void* ctx) override;
  /// From now on every read sees this moment, until the connection is closed.
  void hold_moment();

 private:
  // First, so that it goes last: closing the database writes to it.
  const std::unique_ptr<OwnerLock> lock_;

 protected:
  const std::string path_;
  const std::unique_ptr<Database> database_;
  Inbox inbox_;
  Outbox outbox_;
  Transcript transcript_;
  Sessions sessions_;
  KeyValues kv_;
  TotalsTable totals_table_;

 private:
  Dump dump_;
  template <class Fn>
  void read(std::uint32_t deadline_ms, Fn fn);
};

/// The one connection that writes, by the owner's lock.
class Writer final : public Reader {
 public:
  Writer(std::string path, std::unique_ptr<OwnerLock> lock, std::unique_ptr<Database> database,
         Warn warn);
  ~Writer() override;

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;

 private:
  void write(const oc_write& write, Totals& totals, oc_write_result& result);
  void finish(const oc_write_finish& write, Totals& totals, oc_write_result& result);
  void resolve(const oc_write_resolve& write, Totals& totals, oc_write_result& result);
  void commit();
  void roll_back();
  void refuse_from_now_on(const SqlError& error);
  void stop_when_moved();

  const Warn warn_;
  Sweep sweep_;
  Load load_;
  Statement begin_, commit_, rollback_;
  Totals totals_;        // as committed
  std::string refused_;  // why nothing is written any more; empty while all is well
};

}  // namespace openclaw::sqlite
