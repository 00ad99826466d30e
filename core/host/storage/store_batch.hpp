// Lays a batch of the pipeline's writes out as the storage ABI's structs.
#pragma once

#include <deque>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "openclaw/storage.h"

namespace openclaw::host {

/// Borrows the writes' strings: they must outlive it, unmoved.
class StoreBatch {
 public:
  void add(const pipeline::Write& write);
  [[nodiscard]] const oc_write* writes() const { return writes_.data(); }
  [[nodiscard]] oc_write_result* results() { return results_.data(); }
  static constexpr std::uint32_t kWriteStride = sizeof(oc_write);
  static constexpr std::uint32_t kResultStride = sizeof(oc_write_result);
  [[nodiscard]] std::size_t size() const { return writes_.size(); }

 private:
  void put(std::uint32_t kind, const void* body);
  void add_one(const pipeline::Ingest& w);
  void add_one(const pipeline::Attempt& w);
  void add_one(const pipeline::Finish& w);
  void add_one(const pipeline::MarkOutbox& w);
  void add_one(const pipeline::PutValue& w);
  void add_one(const pipeline::ChangeSession& w);
  void add_one(const pipeline::Sweep& w);
  void add_one(const pipeline::Resolve& w);
  void add_one(const pipeline::Trim& w);
  void add_one(const pipeline::SendNotice& w);
  void add_one(const pipeline::ChangeLease& w);

  std::vector<oc_write> writes_;
  std::vector<oc_write_result> results_;
  // Deques: what they hold does not move when they grow.
  std::deque<oc_write_ingest> ingests_;
  std::deque<oc_write_attempt> attempts_;
  std::deque<oc_write_finish> finishes_;
  std::deque<std::vector<oc_transcript_entry>> transcripts_;
  std::deque<std::vector<oc_outbox_entry>> outboxes_;
  std::deque<oc_write_outbox> marks_;
  std::deque<oc_write_kv> values_;
  std::deque<oc_write_session> sessions_;
  std::deque<oc_write_sweep> sweeps_;
  std::deque<oc_write_resolve> resolves_;
  std::deque<oc_write_trim> trims_;
  std::deque<oc_write_notice> notices_;
  std::deque<oc_write_lease> leases_;
};

}  // namespace openclaw::host
