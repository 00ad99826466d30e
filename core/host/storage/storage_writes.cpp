// Group commit on the one writer thread.
#include <algorithm>
#include <map>
#include <utility>

#include "core/host/call_error.hpp"
#include "core/host/instance.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/host/storage/store_batch.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Done;
using sdk::copy;

namespace {

std::size_t queued_size(const pipeline::Write& write) {
  if (const auto* ingest = std::get_if<pipeline::Ingest>(&write))
    return ingest->payload_json.size();
  if (const auto* finish = std::get_if<pipeline::Finish>(&write)) {
    std::size_t n = 0;
    for (const auto& t : finish->transcript) n += t.text.size();
    for (const auto& o : finish->outbox) n += o.payload_json.size();
    return n;
  }
  if (const auto* value = std::get_if<pipeline::PutValue>(&write)) return value->value.size();
  if (const auto* notice = std::get_if<pipeline::SendNotice>(&write)) {
    return notice->topic.size() + notice->text.size();
  }
  return 64;
}

Result<pipeline::Written> to_written(const oc_write_result& r) {
  if (r.status == OC_OK) {
    return pipeline::Written{r.id, (r.flags & OC_RESULT_DUPLICATE) != 0,
                             (r.flags & OC_RESULT_GONE) != 0, (r.flags & OC_RESULT_ELSEWHERE) != 0,
                             (r.flags & OC_RESULT_STARTED) != 0};
  }
  const auto because = [&r](Errc code, const char* otherwise) {
    return Error{code, r.reason.len == 0 ? std::string(otherwise) : copy(r.reason)};
  };
  switch (r.status) {
    case OC_E_CONFLICT:
      return because(Errc::conflict, "another epoch or version owns this");
    case OC_E_NOTFOUND:
      return because(Errc::not_found, "no such row");
    case OC_E_INVAL:
      return because(Errc::invalid, "it is malformed or over a limit");
    default:
      return because(Errc::storage, "the store refused the write");
  }
}

constexpr std::uint32_t kRenewMs = 5000;

}  // namespace

void StoragePort::write(pipeline::Write write, Done<pipeline::Written> done) {
  Pending pending{std::move(write), std::move(done), runtime::Loop::current(), 0};
  pending.bytes = queued_size(pending.write);
  const char* refused = nullptr;
  bool first = false, enough = false;
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_.load()) {
      refused = "the store is closed";
    } else if (writes_.size() >= options_.max_queued ||
               queued_bytes_ + pending.bytes > options_.max_queued_bytes) {
      refused = "the store is behind: too many writes wait";
    } else {
      queued_bytes_ += pending.bytes;
      first = std::find(gathering_.begin(), gathering_.end(), pending.loop) == gathering_.end();
      if (first) gathering_.push_back(pending.loop);
      writes_.push_back(std::move(pending));
      enough = !write_due_ && writes_.size() >= pace_.enough();
      write_due_ = write_due_ || enough;
    }
  }
  if (refused == nullptr) {
    if (enough) write_ready_.notify_one();
    if (first) gather(*runtime::Loop::current());
    return;
  }
  pending.loop->post([d = std::move(pending.done), refused]() mutable {
    d(Error{Errc::again, refused, 1000, true});
  });
}

/// Wakes the writer behind what is queued on the loop by now, which often writes as well: woken by
/// the first write it would commit that one alone, and have all others wait for the next sync. Each
/// loop speaks for its own writes, so that a loop that is stuck holds up nobody else's.
void StoragePort::gather(runtime::Loop& loop) {
  loop.post([this, &loop] {
    {
      const std::lock_guard lock(mutex_);
      std::erase(gathering_, &loop);
      write_due_ = true;
    }
    write_ready_.notify_one();
  });
}

void StoragePort::write_loop() {
  std::deque<Pending> batch;
  renew_at_ = runtime::SteadyClock::now();
  while (true) {
    if (renew_at_ && runtime::SteadyClock::now() >= *renew_at_) renew();
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] {
        return closing_ || collect_.has_value() || (write_due_ && !writes_.empty());
      };
      if (!renew_at_) {
        write_ready_.wait(lock, ready);
      } else if (!write_ready_.wait_until(lock, *renew_at_, ready)) {
        continue;
      }
      if (collect_ && !closing_) {
        PendingCollect pending = std::move(*collect_);
        collect_.reset();
        lock.unlock();
        run_collect(std::move(pending));
        continue;
      }
      if (writes_.empty()) return;
      while (!writes_.empty() && batch.size() < options_.max_batch) {
        queued_bytes_ -= writes_.front().bytes;
        batch.push_back(std::move(writes_.front()));
        writes_.pop_front();
      }
      write_due_ = !writes_.empty();
    }
    commit(batch);
    batch.clear();
  }
}

void StoragePort::renew() {
  renew_at_.reset();
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_.load() || slots_->renew == nullptr) return;
  }
  oc_error error = blank_error();
  std::uint32_t next_ms = 0;
  const auto began_boot_ms = runtime::boot_ms();
  calls_.front().began(runtime::SteadyClock::now());
  const oc_status status =
      slots_->renew(writer_, std::min(options_.deadline_ms, kRenewMs), &next_ms, &error);
  calls_.front().ended();
  const auto now = runtime::SteadyClock::now();
  if (status == OC_OK) {
    extend_lease(began_boot_ms);
    // A commit that failed is healed by a commit only: a full disk lets a lease be renewed.
    if (std::exchange(renew_failed_, false)) note_success();
    if (next_ms != 0) renew_at_ = now + runtime::Millis(next_ms);
    return;
  }
  const Error failure = explain(instance_->name(), status, error);
  renew_failed_ = renew_failed_ || healthy_.load();
  note_failure(failure.message);
  if (status == OC_E_UNKNOWN) return give_up(failure.message);
  renew_at_ = now + renew_again();
}

void StoragePort::commit(std::deque<Pending>& batch) {
  if (failed_.load()) {
    // Queued before the commit that failed: these were never given to the plugin.
    const Error closed{Errc::storage,
                       "the store is closed: an earlier commit's outcome is unknown"};
    for (auto& pending : batch) {
      pending.loop->post([d = std::move(pending.done), closed]() mutable { d(closed); });
    }
    return;
  }
  StoreBatch laid_out;
  for (const auto& pending : batch) laid_out.add(pending.write);
  oc_error error = blank_error();
  const auto before_boot_ms = runtime::boot_ms();
  const auto before = runtime::SteadyClock::now();
  calls_.front().began(before);
  const oc_status status = slots_->apply(writer_, laid_out.writes(), laid_out.results(),
                                         laid_out.size(), StoreBatch::kWriteStride,
                                         StoreBatch::kResultStride, options_.deadline_ms, &error);
  calls_.front().ended();
  const std::chrono::nanoseconds took = runtime::SteadyClock::now() - before;
  counters_.commit_ns.fetch_add(static_cast<std::uint64_t>(took.count()));
  {
    const std::lock_guard lock(mutex_);
    pace_.heard(1, std::chrono::nanoseconds(heard_ns_->load()));
    pace_.committed(batch.size(), took, writes_.size());
  }
  counters_.batches.fetch_add(1);
  counters_.writes.fetch_add(batch.size());

  Error failure;
  if (status == OC_OK) {
    extend_lease(before_boot_ms);
    note_success();
  } else {
    failure = explain(instance_->name(), status, error);
    const bool not_done = OC_APPLY_NOT_DONE(status);
    renew_failed_ = status == OC_E_AGAIN;  // the server is away: a renewal shows that it is back
    failure.code = not_done ? Errc::storage : Errc::unknown;
    note_failure(failure.message);
    if (!not_done) give_up(failure.message);
  }

  bool held_changed = false;
  for (std::size_t i = 0; status == OC_OK && i < batch.size(); ++i) {
    held_changed = held_changed || (laid_out.results()[i].status == OC_OK &&
                                    HeldCounts::changed_by(batch[i].write));
  }
  if (held_changed) count_held_soon();

  // One post a loop, however many of its writes were in the batch.
  struct Outcome {
    Done<pipeline::Written> done;
    Result<pipeline::Written> written;
  };
  std::map<runtime::Loop*, std::vector<Outcome>> by_loop;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Result<pipeline::Written> written =
        status == OC_OK ? to_written(laid_out.results()[i]) : Result<pipeline::Written>(failure);
    by_loop[batch[i].loop].push_back({std::move(batch[i].done), std::move(written)});
  }
  for (auto& [loop, outcomes] : by_loop) {
    loop->post([o = std::move(outcomes), heard_ns = heard_ns_]() mutable {
      const auto began = runtime::SteadyClock::now();
      for (auto& outcome : o) outcome.done(std::move(outcome.written));
      const std::chrono::nanoseconds spent = runtime::SteadyClock::now() - began;
      heard_ns->store(spent.count() / static_cast<std::int64_t>(o.size()));
    });
  }
}

}  // namespace openclaw::host
