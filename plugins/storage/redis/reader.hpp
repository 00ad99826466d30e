// A connection that reads; it finds its way back to a server that was away.
#pragma once

#include <functional>
#include <optional>

#include "link.hpp"
#include "listener.hpp"
#include "openclaw/cpp/storage.hpp"
#include "settings.hpp"

namespace openclaw::redis {

class Reader : public sdk::StoreConnection {
 public:
  /// Connects and looks at the store. Throws StoreError.
  explicit Reader(Settings settings);

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
  void sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                oc_visit_session visit, void* ctx) override;
  void stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) override;
  std::uint64_t max_epoch(std::uint32_t deadline_ms) override;
  void dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms, oc_visit_record visit,
            oc_put_text put_next, void* ctx) override;
  void idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                     oc_visit_session visit, void* ctx) override;
  void wait(oc_str instance, std::uint32_t max_ms) override;
  void members(std::uint32_t deadline_ms, oc_visit_member visit, void* ctx) override;

 protected:
  struct Unchecked {};  ///< connects to nothing yet
  Reader(Settings settings, Unchecked)
      : settings_(std::move(settings)), key_(store_key(settings_)), link_(settings_.address) {}

  /// At most one attempt every so often, so that a server that is away is not hammered; throws
  /// RedisError.
  void connect(TimePoint deadline);

  /// Between two attempts to connect, at most.
  std::chrono::milliseconds longest_wait_{5'000};
  Settings settings_;
  std::string key_;
  std::string identity_;  ///< of the store that was found at the start
  Link link_;

 private:
  Reply ask(const Script& script, const Args& args, TimePoint deadline);
  /// `run`: what is asked of an open connection; a second time where the first found it cut.
  Reply asked(TimePoint deadline, const std::function<Reply()>& run);
  class Pieces;
  void visit_waiting(Pieces pieces, std::uint32_t limit, oc_visit_inbox visit, void* ctx);
  void waiting(std::uint64_t after_id, std::uint32_t limit, std::uint32_t deadline_ms,
               oc_visit_inbox visit, void* ctx);
  std::int64_t used_memory(TimePoint deadline);
  template <class Row>
  void list(std::string_view which, std::uint64_t after_id, std::uint32_t limit,
            std::uint32_t deadline_ms, Row row);

  std::uint32_t piece_ =
      16;  ///< how many messages that wait are asked for at once, by what was read
  TimePoint retry_at_{};
  std::chrono::milliseconds wait_{0};
  RedisError last_failure_{RedisError::Kind::unreachable, ""};
  std::optional<Listener> listener_;  ///< made when it is first asked for
};

}  // namespace openclaw::redis
