// What a gateway among several asks of the store: collecting on the writer's thread, waiting on one
// of its own.
#include <pthread.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/host/call_error.hpp"
#include "core/host/instance.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/host/storage/store_rows.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Done;
using runtime::SteadyClock;
using sdk::str;

pipeline::Member store_rows::taken(const oc_member_row& r) {
  pipeline::Member out{copy(r.instance), copy(r.info_json), copy(r.process), {},
                       r.since_ms,       r.lease_left_ms,   r.messages,      r.replies};
  const auto names = nlohmann::json::parse(sdk::view(r.leases_json), nullptr, false);
  if (!names.is_array()) return out;
  for (const auto& name : names) {
    if (name.is_string()) out.leases.push_back(name.get<std::string>());
  }
  return out;
}

namespace {

constexpr runtime::Millis kRenewAgain{1000};

struct Gathering {
  store_rows::Gathered<std::vector<pipeline::InboxRow>> messages;
  store_rows::Gathered<std::vector<pipeline::OutboxRow>> replies;
  store_rows::Gathered<std::vector<pipeline::Notice>> notices;
};

std::uint32_t take_message(void* ctx, const oc_inbox_row* row) noexcept {
  return store_rows::take_row<std::vector<pipeline::InboxRow>>(
      &static_cast<Gathering*>(ctx)->messages, row);
}
std::uint32_t take_reply(void* ctx, const oc_outbox_row* row) noexcept {
  return store_rows::take_row<std::vector<pipeline::OutboxRow>>(
      &static_cast<Gathering*>(ctx)->replies, row);
}
std::uint32_t take_notice(void* ctx, const oc_notice* row) noexcept {
  return store_rows::take_row<std::vector<pipeline::Notice>>(&static_cast<Gathering*>(ctx)->notices,
                                                             row);
}

template <class T>
void refuse(runtime::Loop& loop, Done<T> done, const char* why) {
  loop.post([d = std::move(done), why]() mutable { d(Error{Errc::again, why, 1000, true}); });
}

}  // namespace

Result<oc_store_conn*> StoragePort::open_writer() {
  if (!options_.member) return open_connection(OC_STORE_WRITER);
  if ((slots_->caps & OC_STORAGE_SHARED) == 0) {
    return Error{Errc::invalid,
                 "the storage " + instance_->name() +
                     " serves one gateway at a time: remove gateway.instance, or set storage.type "
                     "to one that several share (postgres, redis)"};
  }
  const oc_member self{sizeof(oc_member), options_.member->lease_ms, str(options_.member->instance),
                       str(options_.member->info_json)};
  oc_store_conn* connection = nullptr;
  oc_error error = blank_error();
  const oc_status status =
      slots_->open_member(instance_->storage_inst(), &self, &connection, &error);
  if (status == OC_OK && connection != nullptr) return connection;
  return explain(instance_->name(), status == OC_OK ? OC_E_PLUGIN : status, error);
}

const std::string& StoragePort::instance() const {
  return options_.member->instance;
}

runtime::TimePoint StoragePort::leased_until() const {
  return SteadyClock::now() + runtime::Millis(leased_until_.load() - runtime::boot_ms());
}

/// A renew() or apply() that began then, and went well, has extended the lease from some later
/// moment on; collect() does not. By the boot clock, which goes on while the machine is suspended.
/// A tenth is kept for clocks that run differently.
void StoragePort::extend_lease(std::int64_t began_boot_ms) {
  if (!options_.member) return;
  const std::int64_t lease_ms = options_.member->lease_ms;
  leased_until_.store(began_boot_ms + lease_ms - lease_ms / 10);
}

/// After a renewal that failed. The others give one that was away no longer than its lease.
runtime::Millis StoragePort::renew_again() const {
  if (!options_.member) return kRenewAgain;
  return std::min(kRenewAgain, runtime::Millis(options_.member->lease_ms / 4));
}

void StoragePort::collect(pipeline::Wanted wanted, Done<pipeline::Collected> done) {
  runtime::Loop& loop = *runtime::Loop::current();
  {
    const std::lock_guard lock(mutex_);
    if (!closing_ && !failed_.load() && !collect_) {
      collect_.emplace(PendingCollect{std::move(wanted), std::move(done), &loop});
      write_ready_.notify_one();
      return;
    }
  }
  refuse(loop, std::move(done), "the store is closed, or collects already");
}

/// On the writer's thread.
void StoragePort::run_collect(PendingCollect pending) {
  if (failed_.load()) return refuse(*pending.loop, std::move(pending.done), "the store is closed");
  std::vector<oc_str> outlets;
  for (const auto& outlet : pending.wanted.outlets) outlets.push_back(str(outlet));
  Gathering got;
  const oc_collect asked{sizeof(oc_collect),
                         pending.wanted.messages,
                         pending.wanted.replies,
                         static_cast<std::uint32_t>(outlets.size()),
                         outlets.data(),
                         &got,
                         &take_message,
                         &take_reply,
                         &take_notice,
                         pending.wanted.lanes,
                         0};
  oc_error error = blank_error();
  std::uint32_t more = 0;
  calls_.front().began(SteadyClock::now());
  // As long as a write: where it is one, finding out what became of it may take as long.
  oc_status status = slots_->collect(writer_, &asked, options_.deadline_ms, &more, &error);
  calls_.front().ended();
  // Rows that cannot be read are this gateway's by now: only its end gives them to another.
  if (store_rows::end(status,
                      got.messages.malformed || got.replies.malformed || got.notices.malformed,
                      &error) != status) {
    status = OC_E_UNKNOWN;
  }
  Result<pipeline::Collected> result =
      pipeline::Collected{std::move(got.messages.rows), std::move(got.replies.rows),
                          std::move(got.notices.rows), more != 0};
  if (status == OC_OK) {
    // The store is back, and the lease may be about to end: collecting does not make it longer.
    if (renew_failed_) renew_at_ = SteadyClock::now();
  } else {
    const Error failure = explain(instance_->name(), status, error);
    renew_failed_ = renew_failed_ || healthy_.load();
    note_failure(failure.message);
    if (status == OC_E_UNKNOWN) give_up(failure.message);
    result = failure;
  }
  pending.loop->post(
      [d = std::move(pending.done), r = std::move(result)]() mutable { d(std::move(r)); });
}

void StoragePort::wait(runtime::Millis longest, Done<void> done) {
  runtime::Loop& loop = *runtime::Loop::current();
  {
    const std::lock_guard lock(mutex_);
    if (!closing_ && !wait_) {
      wait_.emplace(PendingWait{longest, std::move(done), &loop});
      wait_ready_.notify_one();
      return;
    }
  }
  refuse(loop, std::move(done), "the store is closed, or waits already");
}

void StoragePort::wait_loop() {
  StoreCall& call = calls_.back();
  while (true) {
    std::optional<PendingWait> pending;
    {
      std::unique_lock lock(mutex_);
      wait_ready_.wait(lock, [this] { return closing_ || wait_; });
      if (closing_) return;
      pending = std::exchange(wait_, std::nullopt);
    }
    oc_error error = blank_error();
    const auto ms = static_cast<std::uint32_t>(pending->longest.count());
    call.began(SteadyClock::now());
    const oc_status status = slots_->wait(waiter_, str(options_.member->instance), ms, &error);
    call.ended();
    Result<void> result;
    if (status != OC_OK) result = explain(instance_->name(), status, error);
    pending->loop->post(
        [d = std::move(pending->done), r = std::move(result)]() mutable { d(std::move(r)); });
  }
}

}  // namespace openclaw::host
