// A storage engine that is empty and never returns from a write, as on a disk that has died.
#include <condition_variable>
#include <mutex>

#include "openclaw/cpp/storage.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Connection final : public sdk::StoreConnection {
 public:
  void apply(const sdk::StoreWrites&, std::uint32_t) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable().wait(lock, [] { return false; });
  }
  void history(oc_str, std::uint32_t, std::uint64_t, std::uint32_t, oc_visit_entry,
               void*) override {}
  void inbox(std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, oc_visit_inbox,
             void*) override {}
  void outbox(std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, oc_visit_outbox,
              void*) override {}
  void kv(oc_str, oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_kv, void*) override {}
  void kv_get(oc_str, oc_str, std::uint32_t, oc_visit_kv, void*) override {
    throw sdk::StoreError(OC_E_NOTFOUND, "no such key");
  }
  void sessions(oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_session, void*) override {}
  void stats(std::uint32_t, oc_put_text put, void* ctx) override {
    put(ctx, sdk::str(R"({"inbox":0,"outbox":0,"deadInbox":0,"deadOutbox":0,"unknownOutbox":0,)"
                      R"("maxEpoch":0,"bytes":0})"));
  }
  std::uint64_t max_epoch(std::uint32_t) override { return 0; }
  void idle_sessions(std::int64_t, std::uint32_t, std::uint32_t, oc_visit_session, void*) override {
  }
};

class Bad final : public sdk::Storage {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Storage(host) {}
  std::unique_ptr<sdk::StoreConnection> open(std::uint32_t) override {
    return std::make_unique<Connection>();
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::StorageSlots<Bad>, 0)
