#include "core/host/storage/failure_tally.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {
namespace {

using runtime::Millis;
using Said = std::optional<std::uint64_t>;

class FailureTallyTest : public ::testing::Test {
 protected:
  runtime::TimePoint at(int ms) const { return start + Millis{ms}; }
  runtime::TimePoint start = runtime::SteadyClock::now();
  FailureTally tally;
};

TEST_F(FailureTallyTest, TheFirstIsSaidAndThenOneAMinuteWithTheirNumber) {
  EXPECT_EQ(tally.failed("away", at(0)), Said{1});
  for (int ms = 250; ms < 60'000; ms += 250) EXPECT_EQ(tally.failed("away", at(ms)), Said{});
  EXPECT_EQ(tally.failed("away", at(60'000)), Said{240});
  EXPECT_EQ(tally.failed("away", at(60'250)), Said{});
}

TEST_F(FailureTallyTest, AnotherReasonIsSaidUnlessTheyTakeTurns) {
  EXPECT_EQ(tally.failed("away", at(0)), Said{1});
  EXPECT_EQ(tally.failed("the password is wrong", at(100)), Said{});
  EXPECT_EQ(tally.failed("the password is wrong", at(2'000)), Said{2});
  EXPECT_EQ(tally.failed("the password is wrong", at(3'500)), Said{});
}

TEST_F(FailureTallyTest, ReasonsThatTakeTurnsForHoursAreEachSaidOnceAMinute) {
  std::size_t lines = 0;
  for (int ms = 0; ms < 3'600'000; ms += 1'500) {
    lines += tally.failed(ms % 1'000 == 0 ? "away" : "refused", at(ms)).has_value() ? 1 : 0;
  }
  EXPECT_LE(lines, 120U);
  EXPECT_GE(lines, 110U);
}

TEST_F(FailureTallyTest, ReasonsWithAChangingNumberFloodNoLog) {
  std::size_t lines = 0;
  for (int ms = 0; ms < 600'000; ms += 100) {
    lines += tally.failed("try " + std::to_string(ms), at(ms)).has_value() ? 1 : 0;
  }
  EXPECT_EQ(lines, 10 * FailureTally::kReasons);
}

TEST_F(FailureTallyTest, ItsEndIsSaidOnceWithHowLongItTook) {
  EXPECT_EQ(tally.worked(at(0)), std::nullopt);
  tally.failed("away", at(0));
  tally.failed("away", at(100));
  EXPECT_EQ(tally.worked(at(7'000)), Millis{7'000});
  EXPECT_EQ(tally.worked(at(7'001)), std::nullopt);
  EXPECT_EQ(tally.failed("away", at(7'100)), Said{1}) << "a new one";
}

}  // namespace
}  // namespace openclaw::host
