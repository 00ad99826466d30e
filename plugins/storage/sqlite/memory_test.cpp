// Memory that runs out in the middle of a batch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scarce_memory.hpp"
#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

using testing::AnyWrite;
using testing::Attempt;
using testing::Ids;
using testing::Ingest;

TEST(Memory, ABatchThatFindsNoneIsRolledBackAndTheNextOneWorks) {
  const TestPlace place;
  testing::StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  auto writer = instance.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  // The second write's ids are sorted in a copy that cannot be had.
  const std::vector<AnyWrite> batch = {
      Ingest{.event_id = "lost"},
      Attempt{.ids = Ids(ScarceMemory::kLarge / sizeof(std::uint64_t), 1)}};
  {
    const ScarceMemory scarce;
    writer.try_apply(batch);
  }
  EXPECT_EQ(writer.last.status, OC_E_IO) << writer.last.message;
  EXPECT_THAT(writer.last.message, ::testing::HasSubstr("there is not enough memory"));
  writer.one(Ingest{.event_id = "kept"});
  const auto rows = writer.inbox();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].event_id, "kept");
}

}  // namespace
}  // namespace openclaw::sqlite
