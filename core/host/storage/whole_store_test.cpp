// A store that is read as a whole: what a plugin may give.
#include "core/host/storage/whole_store.hpp"

#include "core/host/storage/scripted_engine.hpp"

namespace openclaw::host {
namespace {

using ::testing::HasSubstr;

class WholeStoreTest : public StoragePortTest {
 protected:
  Result<std::vector<archive::Record>> dump() {
    make_engine();
    auto whole = WholeStore::open(*instance, OC_STORE_SNAPSHOT);
    if (whole.has_error()) return whole.error();
    std::vector<archive::Record> records;
    auto next = whole->dump({}, 1U << 20U, records);
    if (next.has_error()) return next.error();
    return records;
  }
  static oc_record record(std::uint32_t kind) {
    oc_record r{};
    r.size = sizeof r;
    r.kind = kind;
    r.ns = sdk::str("n");
    r.key = sdk::str("k");
    return r;
  }
};

TEST_F(WholeStoreTest, RecordsOfThisVersionAndLongerOnesAreRead) {
  oc_record longer = record(OC_RECORD_VALUE);
  longer.size += 64;
  engine.records = {record(OC_RECORD_VALUE), longer};
  const auto records = dump();
  ASSERT_FALSE(records.has_error()) << records.error().message;
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(records->at(0).key, "k");
  EXPECT_EQ(engine.open, 0) << "closed at the end";
}

TEST_F(WholeStoreTest, AShorterOneIsThePluginsFault) {
  engine.records = {record(OC_RECORD_VALUE)};
  engine.records[0].size -= 8;
  const auto records = dump();
  ASSERT_TRUE(records.has_error());
  EXPECT_EQ(records.error().code, Errc::plugin);
}

TEST_F(WholeStoreTest, AKindOfALaterVersionIsNotLeftOut) {
  engine.records = {record(archive::kKinds)};
  const auto records = dump();
  ASSERT_TRUE(records.has_error());
  EXPECT_EQ(records.error().code, Errc::unsupported);
}

TEST_F(WholeStoreTest, AnEngineForOneGatewayIsRead) {
  engine.slots.caps = 0;
  engine.slots.size = offsetof(oc_storage, open_member);
  EXPECT_FALSE(dump().has_error());
}

TEST_F(WholeStoreTest, AnEngineWithoutADumpIsTooOld) {
  engine.slots.caps = 0;
  engine.slots.size = offsetof(oc_storage, dump);
  const auto records = dump();
  ASSERT_TRUE(records.has_error());
  EXPECT_THAT(records.error().message, HasSubstr("too old"));
}

}  // namespace
}  // namespace openclaw::host
