#include "core/daemon/loader.hpp"

#include <gtest/gtest.h>

#include <future>

namespace openclaw::daemon {
namespace {

using runtime::Millis;

TEST(Loader, RunsWorkInOrderOnOneThread) {
  Loader loader;
  std::thread::id first;
  std::thread::id second;
  EXPECT_TRUE(loader.run([&] { first = std::this_thread::get_id(); }));
  EXPECT_TRUE(loader.run([&] { second = std::this_thread::get_id(); }));
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
  EXPECT_FALSE(loader.stuck());
}

TEST(Loader, GivesUpWorkThatNeverReturnsAndGoesOn) {
  auto release = std::make_shared<std::promise<void>>();  // shared with work that outlives the wait
  auto ended = std::make_shared<std::promise<void>>();
  auto future = ended->get_future();
  {
    Loader loader(Millis{5});
    EXPECT_FALSE(loader.run([release, ended] {
      release->get_future().wait();
      ended->set_value();
    }));
    EXPECT_TRUE(loader.stuck());
  }
  Loader patient;
  bool ran = false;
  EXPECT_TRUE(patient.run([&] { ran = true; }));
  EXPECT_TRUE(ran);
  release->set_value();
  future.wait();
}

}  // namespace
}  // namespace openclaw::daemon
