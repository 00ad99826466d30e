#include "core/host/storage/batch_pace.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {
namespace {

using std::chrono::microseconds;

TEST(BatchPace, WaitsForAllUntilItKnowsBetter) {
  BatchPace pace;
  EXPECT_EQ(pace.enough(), BatchPace::kAll);
}

TEST(BatchPace, TwoHalvesKeepAQuickDiskAndABusyLoopAtWork) {
  BatchPace pace;
  pace.committed(80, microseconds{1100}, 0);
  pace.heard(80, microseconds{800});
  EXPECT_EQ(pace.enough(), 40U);
  // It stays so: the other half has come while the first was committed.
  pace.committed(40, microseconds{600}, 40);
  pace.heard(40, microseconds{400});
  EXPECT_EQ(pace.enough(), 40U);
}

TEST(BatchPace, OnASlowDiskACommitTakesAllThatAreUnderWay) {
  BatchPace pace;
  pace.committed(80, microseconds{4000}, 0);
  pace.heard(80, microseconds{800});
  EXPECT_EQ(pace.enough(), BatchPace::kAll);
  pace.committed(40, microseconds{3700}, 40);
  pace.heard(40, microseconds{400});
  EXPECT_EQ(pace.enough(), BatchPace::kAll) << "halves are the worse there";
}

TEST(BatchPace, AFewAreNotDivided) {
  BatchPace pace;
  pace.committed(20, microseconds{200}, 0);
  pace.heard(20, microseconds{200});
  EXPECT_EQ(pace.enough(), BatchPace::kAll);
}

}  // namespace
}  // namespace openclaw::host
