#include "openclaw/cpp/channel/channel_status.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/plugin.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class Reporter final : public Channel {
 public:
  Reporter(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h), status(h) {
    self = this;
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }
  static inline Reporter* self = nullptr;
  ChannelStatus status;
};

class Reporting : public ::testing::Test {
 protected:
  Reporting() {
    EXPECT_EQ(host.create(PluginApi<Reporter, ChannelSlots<Reporter>>::table, "reporter", "{}"),
              "");
  }
  ChannelStatus& status() { return Reporter::self->status; }
  [[nodiscard]] std::uint32_t state() const { return host.statuses.back().first; }

  testing::FakeHost host;
};

TEST_F(Reporting, EachChangeIsToldOnce) {
  status().set(OC_STATE_CONNECTED);
  status().set(OC_STATE_CONNECTED);
  status().set(OC_STATE_DEGRADED, "slow");
  status().set(OC_STATE_DEGRADED, "slow");
  EXPECT_THAT(host.statuses,
              ElementsAre(Pair(OC_STATE_CONNECTED, ""), Pair(OC_STATE_DEGRADED, "slow")));
}

TEST_F(Reporting, ARefusalDegradesWhatIsConnectedAndHidesNothingWorse) {
  status().refused("a", "no permission");
  EXPECT_THAT(host.statuses, IsEmpty()) << "nothing is known of the connection";
  status().set(OC_STATE_CONNECTED);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_THAT(host.statuses.back().second, HasSubstr("no permission"));
  status().set(OC_STATE_CONNECTING, "away");
  EXPECT_THAT(host.statuses.back(), Pair(OC_STATE_CONNECTING, "away"));
  status().set(OC_STATE_CONNECTED);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  status().sent("a");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Reporting, ItPassesByItselfOneChatAfterTheOther) {
  status().set(OC_STATE_CONNECTED);
  status().refused("a", "why");
  host.advance(60'000);
  status().refused("b", "why");
  host.advance(ClosedChats::kRememberedMs - 60'000);
  EXPECT_THAT(host.statuses.back().second, HasSubstr("one chat"));
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(60'000);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Reporting, ARefusedTokenFailsTheChannelUntilItWorks) {
  status().set(OC_STATE_CONNECTED);
  status().token_refused("set another token");
  EXPECT_THAT(host.statuses.back(), Pair(OC_STATE_FAILED, "set another token"));
  status().set(OC_STATE_DEGRADED, "slow");
  EXPECT_EQ(state(), OC_STATE_FAILED);
  status().token_works();
  EXPECT_THAT(host.statuses.back(), Pair(OC_STATE_DEGRADED, "slow"));
}

TEST_F(Reporting, AfterTheStopNothingIsSaid) {
  status().set(OC_STATE_CONNECTED);
  status().refused("a", "why");
  status().stop();
  host.run();
  EXPECT_EQ(host.timers(), 0U);
  const auto told = host.statuses.size();
  status().set(OC_STATE_CONNECTING);
  status().sent("a");
  status().token_refused("x");
  EXPECT_EQ(host.statuses.size(), told);
}

}  // namespace
}  // namespace openclaw::sdk
