// A connection that reads; it finds its way back to a server that was away.
#pragma once

#include <optional>

#include "dump.hpp"
#include "link.hpp"
#include "listener.hpp"
#include "openclaw/cpp/storage.hpp"
#include "settings.hpp"

namespace openclaw::postgres {

class Reader : public sdk::StoreConnection {
 public:
  /// Connects and checks the schema. Throws StoreError.
  explicit Reader(Settings settings);
  /// From now on every read sees this moment, until the connection is closed. Throws StoreError.
  void hold_moment();

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
  void idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                     oc_visit_session visit, void* ctx) override;
  void dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms, oc_visit_record visit,
            oc_put_text put_next, void* ctx) override;
  void wait(oc_str instance, std::uint32_t max_ms) override;
  void members(std::uint32_t deadline_ms, oc_visit_member visit, void* ctx) override;

 protected:
  struct Unchecked {};  ///< connects to nothing yet
  Reader(Settings settings, Unchecked) : settings_(std::move(settings)), link_(settings_.url) {}

  /// At most one attempt every so often, so that a server that is away is not hammered; throws
  /// PgError.
  void connect(TimePoint deadline);
  [[nodiscard]] std::string sql(std::string_view text) const {
    return for_schema(text, settings_.schema);
  }

  /// Between two attempts to connect, at most.
  std::chrono::milliseconds longest_wait_{5'000};
  Settings settings_;
  Link link_;

 private:
  Rows ask(std::string_view text, const Parameters& parameters, std::uint32_t deadline_ms);

  TimePoint retry_at_{};
  std::chrono::milliseconds wait_{0};
  PgError last_failure_{PgError::Kind::unreachable, ""};
  Listener listener_;
  std::optional<Given> held_;  ///< set: the connection keeps one moment
};

}  // namespace openclaw::postgres
