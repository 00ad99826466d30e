#include "core/daemon/newest_word.hpp"

#include <gtest/gtest.h>

namespace openclaw::daemon {
namespace {

using host::InstanceState;
using host::InstanceStatus;

InstanceStatus answered(std::int64_t at) {
  InstanceStatus status;
  status.state = InstanceState::connected;
  status.received_unix_ms = at;
  return status;
}

InstanceStatus troubled(std::int64_t told, const char* reason = "no key") {
  InstanceStatus status;
  status.state = InstanceState::degraded;
  status.reason = reason;
  status.told_unix_ms = told;
  return status;
}

TEST(NewestWord, AnAnswerOnOneLoopEndsTheTroubleOfAnother) {
  const auto word = newest_word({troubled(10), answered(11), answered(5)});
  EXPECT_EQ(word.state, InstanceState::connected);
  EXPECT_EQ(word.reason, "");
  EXPECT_EQ(word.received_unix_ms, 11);
}

TEST(NewestWord, TroubleThatIsNewerHolds) {
  const auto word = newest_word({answered(9), troubled(10, "old"), troubled(11, "new")});
  EXPECT_EQ(word.state, InstanceState::degraded);
  EXPECT_EQ(word.reason, "new");
}

TEST(NewestWord, AtTheSameMomentTroubleHolds) {
  EXPECT_EQ(newest_word({answered(10), troubled(10)}).state, InstanceState::degraded);
}

TEST(NewestWord, WithoutAnyAnswerTroubleHolds) {
  EXPECT_EQ(newest_word({troubled(0), InstanceStatus{}}).state, InstanceState::degraded);
}

TEST(NewestWord, OneThatWasShutOutSpeaksForAll) {
  InstanceStatus shut_out;
  shut_out.state = InstanceState::failed;
  EXPECT_EQ(newest_word({answered(9), shut_out, troubled(10)}).state, InstanceState::failed);
}

TEST(NewestWord, WhoHasSaidNothingIsWell) {
  EXPECT_EQ(newest_word({}).state, InstanceState::connected);
}

}  // namespace
}  // namespace openclaw::daemon
