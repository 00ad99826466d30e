#include "core/pipeline/lanes/cut_turns.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(CutTurns, TakesOffWhatWasCutAndNeverMore) {
  CutTurns cuts;
  cuts.cut(7);
  cuts.cut(7);
  EXPECT_EQ(cuts.without_cuts(7, 3), 1U);
  EXPECT_EQ(cuts.without_cuts(7, 1), 0U);
  EXPECT_EQ(cuts.without_cuts(8, 2), 2U);
}

TEST(CutTurns, SurvivesARestartForAsLongAsItsMessageWaits) {
  CutTurns before;
  before.cut(7);
  before.cut(8);
  CutTurns after;
  ASSERT_TRUE(after.restore(before.serialise()).has_value());
  EXPECT_EQ(after.without_cuts(7, 1), 0U);
  after.forget_others();
  after.cut(7);
  EXPECT_EQ(after.without_cuts(7, 2), 0U);
  EXPECT_EQ(after.without_cuts(8, 2), 2U) << "it had ended";
}

TEST(CutTurns, WhatCannotBeReadChangesNothing) {
  CutTurns cuts;
  cuts.cut(7);
  for (const char* broken : {"", "{}", R"({"version":2,"cut":[]})", R"({"version":1,"cut":[[1]]})",
                             R"({"version":1,"cut":7})"}) {
    EXPECT_TRUE(cuts.restore(broken).has_error()) << broken;
  }
  EXPECT_EQ(cuts.without_cuts(7, 1), 0U);
}

}  // namespace
}  // namespace openclaw::pipeline
