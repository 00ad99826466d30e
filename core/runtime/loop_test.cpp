#include "core/runtime/loop.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace openclaw::runtime {
namespace {

TEST(Loop, RunsTimersInOrderOfTheirDeadline) {
  Loop loop("test");
  std::vector<int> order;
  std::promise<void> done;
  loop.post([&] {
    loop.after(Millis(20), [&] {
      order.push_back(2);
      done.set_value();
    });
    loop.after(Millis(5), [&] { order.push_back(1); });
  });
  loop.start();
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(Loop, ACancelledTimerNeverRuns) {
  Loop loop("test");
  bool ran = false;
  std::promise<bool> cancelled;
  loop.post([&] {
    TimerId id = loop.after(Millis(1), [&] { ran = true; });
    const bool first = loop.cancel(id);
    loop.after(Millis(10), [&, first] { cancelled.set_value(first && !loop.cancel(id)); });
  });
  loop.start();
  EXPECT_TRUE(cancelled.get_future().get());
  EXPECT_FALSE(ran);
}

TEST(Loop, KnowsItsOwnThread) {
  Loop loop("test");
  std::promise<bool> on;
  loop.post([&] { on.set_value(loop.on_loop() && Loop::current() == &loop); });
  loop.start();
  EXPECT_TRUE(on.get_future().get());
  EXPECT_FALSE(loop.on_loop());
}

TEST(Loop, SaysWhenATaskWillNotLetItEnd) {
  Loop loop("test");
  std::promise<void> inside;
  std::promise<void> release;
  loop.post([&] {
    inside.set_value();
    release.get_future().wait();
  });
  loop.start();
  inside.get_future().wait();
  loop.stop();
  EXPECT_FALSE(loop.join_until(SteadyClock::now() + Millis(1)));
  release.set_value();
  EXPECT_TRUE(loop.join_until(SteadyClock::now() + Millis(20'000)));
}

}  // namespace
}  // namespace openclaw::runtime
