// What the host's wrapper adds to the ABI, in a channel that does what a test says.
#include <gtest/gtest.h>

#include <memory>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

class Wrapped final : public Channel {
 public:
  Wrapped(Host& h, std::string_view /*name*/, std::string_view /*config_json*/) : Channel(h) {
    self = &h;
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }

  static inline Host* self = nullptr;
};

class HostWrapper : public ::testing::Test {
 protected:
  HostWrapper() {
    EXPECT_EQ(fake.create(PluginApi<Wrapped, ChannelSlots<Wrapped>>::table, "wrapped", "{}"), "");
  }
  Host& host() { return *Wrapped::self; }

  testing::FakeHost fake;
};

TEST_F(HostWrapper, ATimerThatIsCancelledDoesNotRunThoughItWasDue) {
  int runs = 0;
  oc_op second = 0;
  host().after(10, [&] {
    ++runs;
    host().cancel(second);
  });
  second = host().after(10, [&] { runs += 100; });
  fake.advance(10);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(fake.timers(), 0U);
}

TEST_F(HostWrapper, WhatACancelledTimerHeldIsLetGoAtOnce) {
  const auto held = std::make_shared<int>(0);
  const oc_op timer = host().after(10, [held] {});
  EXPECT_EQ(held.use_count(), 2);
  host().cancel(timer);
  EXPECT_EQ(held.use_count(), 1);
  host().cancel(timer);
  fake.advance(20);
}

TEST_F(HostWrapper, ATimerMayCancelItselfAndBeSetAnew) {
  int runs = 0;
  oc_op timer = 0;
  timer = host().after(10, [&] {
    host().cancel(timer);
    timer = host().after(10, [&] { ++runs; });
  });
  fake.advance(20);
  EXPECT_EQ(runs, 1);
}

TEST_F(HostWrapper, WhatWasPostedAndNeverRunsIsLetGo) {
  const auto held = std::make_shared<int>(0);
  host().post([held] { ++*held; });
  EXPECT_EQ(held.use_count(), 2);
  fake.run();
  EXPECT_EQ(*held, 1);
  EXPECT_EQ(held.use_count(), 1);
  host().post([held] { ++*held; });
  fake.destroy();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 1);
}

TEST_F(HostWrapper, LinesBelowTheLevelAreNotWrittenAndTheLevelMayChange) {
  fake.log_level = OC_LOG_WARN;
  EXPECT_FALSE(host().logs(OC_LOG_INFO));
  host().log(OC_LOG_INFO, "info");
  EXPECT_TRUE(host().logs(OC_LOG_WARN));
  EXPECT_TRUE(fake.logs.empty());
  fake.log_level = OC_LOG_DEBUG;
  EXPECT_TRUE(host().logs(OC_LOG_INFO));
  host().log(OC_LOG_INFO, "info");
  EXPECT_EQ(fake.logs.size(), 1U);
}

TEST(Shortened, NeverCutsInsideACharacter) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc\xE2\x80\xA6");
  EXPECT_EQ(shortened("ab\xC3\xA4", 3), "ab\xE2\x80\xA6");
  EXPECT_EQ(shortened("\xC3\xA4", 1), "\xE2\x80\xA6");
}

}  // namespace
}  // namespace openclaw::sdk
