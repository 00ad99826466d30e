// "oc.cluster/1" of a gateway that is alone: it has everything, and is asked again no more.
#include "openclaw/host/cluster.h"

#include <gtest/gtest.h>

#include "core/host/instance_fixture.hpp"

namespace openclaw::host {

using sdk::str;

namespace {

struct LeaseWish {
  std::promise<void> came;
  std::atomic<int> times{0};
  std::uint32_t held = 0;
  static void changed(oc_inst*, void* user, std::uint32_t held) noexcept {
    auto& self = *static_cast<LeaseWish*>(user);
    self.held = held;
    if (++self.times == 1) self.came.set_value();
  }
  [[nodiscard]] bool arrives() {
    return came.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready;
  }
};

class ClusterService : public InstanceTest {
 protected:
  const oc_cluster& service() { return *script.service<oc_cluster>("oc.cluster/1"); }
  /// Whatever was on its way between the loops has arrived.
  void settle() {
    for (int i = 0; i < 3; ++i) {
      std::promise<void> passed;
      home.post([&] { loop.post([&] { passed.set_value(); }); });
      passed.get_future().wait();
    }
  }
};

TEST_F(ClusterService, WhatIsWantedIsHeldAtOnce) {
  make();
  LeaseWish wish;
  on_loop([&] {
    EXPECT_EQ(service().held(script.host, str("poll")), 0U);
    EXPECT_EQ(service().want(script.host, str("poll"), &LeaseWish::changed, &wish), OC_OK);
    EXPECT_EQ(wish.times, 0) << "never inside";
  });
  ASSERT_TRUE(wish.arrives());
  EXPECT_EQ(wish.held, 1U);
  EXPECT_EQ(service().held(script.host, str("poll")), 1U);
  EXPECT_EQ(service().held(script.host, str("other")), 0U);
  EXPECT_EQ(service().others(script.host), 0U);
}

TEST_F(ClusterService, WhoReleasedIsCalledNoMore) {
  make();
  LeaseWish wish;
  on_loop([&] {
    service().want(script.host, str("poll"), &LeaseWish::changed, &wish);
    service().release(script.host, str("poll"));
  });
  settle();
  EXPECT_EQ(wish.times, 0) << "although it was granted on the way";
  EXPECT_EQ(service().held(script.host, str("poll")), 0U);
}

TEST_F(ClusterService, AnotherWishOfThatNameTakesThePlaceOfTheFirst) {
  make();
  LeaseWish first, second;
  on_loop([&] {
    service().want(script.host, str("poll"), &LeaseWish::changed, &first);
    service().want(script.host, str("poll"), &LeaseWish::changed, &second);
  });
  ASSERT_TRUE(second.arrives());
  settle();
  EXPECT_EQ(first.times, 0);
}

TEST_F(ClusterService, NonsenseIsRefused) {
  make();
  on_loop([&] {
    const auto want = [&](std::string_view name, oc_lease_changed changed) {
      return service().want(script.host, str(name), changed, nullptr);
    };
    EXPECT_EQ(want("", &LeaseWish::changed), OC_E_INVAL);
    EXPECT_EQ(want("poll", nullptr), OC_E_INVAL);
    EXPECT_EQ(want(std::string(300, 'x'), &LeaseWish::changed), OC_E_INVAL);
    const std::string too_long((1U << 20U) + 1, 'x');
    EXPECT_EQ(service().tell(script.host, str("t"), str(too_long)), OC_E_INVAL);
    EXPECT_EQ(service().tell(script.host, str("t"), str("to nobody")), OC_OK);
  });
  EXPECT_EQ(service().want(script.host, str("poll"), &LeaseWish::changed, nullptr), OC_E_INVAL)
      << "not on the strand";
}

}  // namespace
}  // namespace openclaw::host
