// What the storage barrier makes of an exception.
#include "openclaw/cpp/storage.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

namespace openclaw::sdk {
namespace {

class Throwing final : public StoreConnection {
 public:
  explicit Throwing(std::function<void()> thrower) : throw_(std::move(thrower)) {}
  void apply(const StoreWrites&, std::uint32_t) override { throw_(); }
  void history(oc_str, std::uint32_t, std::uint64_t, std::uint32_t, oc_visit_entry,
               void*) override {}
  void inbox(std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, oc_visit_inbox,
             void*) override {}
  void outbox(std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, oc_visit_outbox,
              void*) override {}
  void kv(oc_str, oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_kv, void*) override {}
  void kv_get(oc_str, oc_str, std::uint32_t, oc_visit_kv, void*) override {}
  void sessions(oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_session, void*) override {}
  void stats(std::uint32_t, oc_put_text, void*) override { throw_(); }
  std::uint64_t max_epoch(std::uint32_t) override { return 0; }
  void idle_sessions(std::int64_t, std::uint32_t, std::uint32_t, oc_visit_session, void*) override {
  }

 private:
  std::function<void()> throw_;
};

class StorageBarrier : public ::testing::Test {
 protected:
  oc_status apply(std::function<void()> thrower) {
    store.connection = std::make_unique<Throwing>(std::move(thrower));
    const oc_write write{};
    oc_write_result result{};
    return slots.apply(connection(), &write, &result, 1, sizeof write, sizeof result, 1000, &error);
  }
  oc_store_conn* connection() { return reinterpret_cast<oc_store_conn*>(&store); }

  const oc_storage& slots = StorageSlots<Storage>::table;
  GuardedConnection store;
  oc_error error = [] {
    oc_error lent{};
    lent.size = sizeof lent;
    return lent;
  }();
};

TEST_F(StorageBarrier, AnExceptionInAWriteNeverMeansThatNothingHappened) {
  EXPECT_EQ(apply([] { throw std::runtime_error("the connection was lost during COMMIT"); }),
            OC_E_UNKNOWN);
  EXPECT_EQ(view(error.msg), "the connection was lost during COMMIT");
  EXPECT_EQ(error.code, OC_E_UNKNOWN);
  EXPECT_EQ(apply([] { throw 7; }), OC_E_UNKNOWN);
}

TEST_F(StorageBarrier, AStoreErrorSaysItself) {
  EXPECT_EQ(apply([] { throw StoreError(OC_E_IO, "the disk is full"); }), OC_E_IO);
  EXPECT_EQ(view(error.msg), "the disk is full");
}

TEST_F(StorageBarrier, AnExceptionInAReadIsThePluginsFault) {
  apply([] { throw std::runtime_error("broken"); });
  const auto put = [](void*, oc_str) noexcept {};
  EXPECT_EQ(slots.stats(connection(), 1000, put, nullptr, &error), OC_E_PLUGIN);
}

}  // namespace
}  // namespace openclaw::sdk
