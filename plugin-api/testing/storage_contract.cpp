// Registers the checks of the storage contract as gtest tests.
#include "openclaw/testing/storage_contract.hpp"

#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {

StoreUnderTest::StoreUnderTest(const oc_plugin_api& api, const MakeStorePlace& make_place)
    : api_(api), make_place_(make_place), place_(make_place()) {
  reopen();
}

StoreUnderTest::StoreUnderTest(const StoreUnderTest& like, const std::string& version)
    : api_(like.api_), make_place_(like.make_place_), place_(like.make_place_()) {
  place_->make(version);
  start();
}

void StoreUnderTest::start() {
  writer.close();
  instance_.reset();
  instance_.emplace(api_, place_->section_json());
}

void StoreUnderTest::reopen() {
  start();
  writer = instance_->writer();
  if (!writer.is_open()) throw std::runtime_error("cannot open the store: " + writer.last.message);
}

StoreClient StoreUnderTest::member(std::string_view name, std::uint32_t lease_ms) {
  writer.close();
  auto member = instance_->member(name, lease_ms);
  if (!member.is_open()) throw std::runtime_error("no member: " + member.last.message);
  return member;
}

StoreClient StoreUnderTest::snapshot_alone() {
  writer.close();
  return instance_->snapshot();
}

std::unique_ptr<StoreUnderTest> StoreUnderTest::another() const {
  return std::make_unique<StoreUnderTest>(api_, make_place_);
}

std::unique_ptr<StoreUnderTest> StoreUnderTest::of_version(const std::string& version) const {
  return std::unique_ptr<StoreUnderTest>(new StoreUnderTest(*this, version));
}

std::uint64_t StoreUnderTest::ingest(std::string event_id, std::string session) {
  return writer.one(Ingest{.session = std::move(session), .event_id = std::move(event_id)}).id;
}

std::uint64_t StoreUnderTest::turn(const std::string& idem_key, std::uint64_t epoch,
                                   const std::string& session) {
  const auto id = ingest({}, session);
  writer.one(Attempt{session, epoch, {id}});
  return writer
      .one(Finish{.session = session,
                  .epoch = epoch,
                  .ids = {id},
                  .transcript = {{OC_ROLE_USER, "hi"}, {OC_ROLE_ASSISTANT, "hello"}},
                  .outbox = {{.idem_key = idem_key, .session = session}}})
      .id;
}

namespace {
class ContractTest : public ::testing::Test {
 public:
  ContractTest(const oc_plugin_api& api, MakeStorePlace make_place, StorageCheck check)
      : api_(api), make_place_(std::move(make_place)), check_(check) {}
  void TestBody() override {
    StoreUnderTest store(api_, make_place_);
    check_(store);
  }

 private:
  const oc_plugin_api& api_;
  MakeStorePlace make_place_;
  StorageCheck check_;
};
}  // namespace

namespace {

int add(const std::string& suite, const oc_plugin_api& api, const MakeStorePlace& make_place,
        const std::vector<Checks>& lists) {
  int added = 0;
  for (const auto& list : lists) {
    for (const auto& [claim, check] : list) {
      ::testing::RegisterTest(suite.c_str(), claim, nullptr, nullptr, __FILE__, __LINE__,
                              [&api, make_place, check = check]() -> ::testing::Test* {
                                return new ContractTest(api, make_place, check);
                              });
      ++added;
    }
  }
  return added;
}

}  // namespace

int add_storage_contract(const std::string& name, const oc_plugin_api& api,
                         MakeStorePlace make_place) {
  return add(name + "Contract", api, make_place,
             {inbox_checks(), turn_checks(), outbox_checks(), resolve_checks(), transcript_checks(),
              kv_checks(), batch_checks(), sweep_checks(), trim_checks(), dump_checks(),
              concurrency_checks(), version_checks()});
}

int add_shared_storage_contract(const std::string& name, const oc_plugin_api& api,
                                MakeStorePlace make_place) {
  return add(name + "SharedContract", api, make_place,
             {member_checks(), lane_checks(), takeover_checks(), between_members_checks(),
              shared_version_checks()});
}

}  // namespace openclaw::testing
