#include "core/host/storage/store_stats.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {
namespace {

TEST(StoreStats, AreReadAndTheStoresClockWhenItHasOne) {
  auto stats = stats_of(R"({"sessions":3,"usedBytes":700,"inbox":1})");
  ASSERT_FALSE(stats.has_error());
  EXPECT_EQ(stats->sessions, 3U);
  EXPECT_EQ(stats->used_bytes, 700U);
  EXPECT_FALSE(stats->now_ms);
  stats = stats_of(R"({"sessions":3,"usedBytes":700,"nowMs":1700000000000})");
  EXPECT_EQ(stats->now_ms, 1'700'000'000'000);
}

TEST(StoreStats, ALackIsAnErrorAndNotNothingStored) {
  for (const char* json : {"", "[]", "{}", R"({"sessions":3})", R"({"sessions":3,"usedBytes":-1})",
                           R"({"sessions":"3","usedBytes":1})", R"({"sessions":1,"usedBytes":1)"}) {
    const auto stats = stats_of(json);
    ASSERT_TRUE(stats.has_error()) << json;
    EXPECT_EQ(stats.error().code, Errc::plugin);
  }
}

}  // namespace
}  // namespace openclaw::host
