#include "openclaw/cpp/channel/lease.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Holder final : public Channel {
 public:
  Holder(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h),
        lease(
            h, "poll",
            {[this] { said.emplace_back("granted"); }, [this] { said.emplace_back("elsewhere"); }}),
        value(h, "list") {
    self = this;
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }
  static inline Holder* self = nullptr;
  std::vector<std::string> said;
  Lease lease;
  SharedValue value;
};

class Leasing : public ::testing::Test {
 protected:
  Leasing() {
    EXPECT_EQ(host.create(PluginApi<Holder, ChannelSlots<Holder>>::table, "holder", "{}"), "");
  }
  Lease& lease() { return Holder::self->lease; }
  std::vector<std::string> said() { return std::exchange(Holder::self->said, {}); }

  testing::FakeHost host;
};

TEST_F(Leasing, WhoIsAloneGetsItAtOnceAndHearsOfNobodyElse) {
  lease().want();
  EXPECT_FALSE(lease().check()) << "not inside want()";
  host.run();
  EXPECT_TRUE(lease().check());
  host.advance(10'000);
  EXPECT_THAT(said(), ElementsAre("granted"));
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Leasing, ThatAnotherHasItIsSaidOnceAndAfterAMoment) {
  host.leases_granted = false;
  lease().want();
  host.advance(Lease::kPatienceMs - 1);
  EXPECT_THAT(said(), IsEmpty());
  host.advance(60'000);
  EXPECT_THAT(said(), ElementsAre("elsewhere"));
  host.grant("poll");
  host.run();
  host.take_away("poll");
  host.run();
  EXPECT_THAT(said(), ElementsAre("granted", "elsewhere"));
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Leasing, OverByTheClockItIsLostBeforeTheHostSaysSo) {
  lease().want();
  host.run();
  host.lapse("poll");
  EXPECT_FALSE(lease().check());
  EXPECT_THAT(said(), ElementsAre("granted", "elsewhere"));
  host.take_away("poll");
  host.run();
  EXPECT_THAT(said(), IsEmpty());
  host.grant("poll");
  host.run();
  EXPECT_THAT(said(), ElementsAre("granted"));
}

TEST_F(Leasing, RenewedAfterAllItIsGrantedAgainWithoutAWordOfTheHost) {
  lease().want();
  host.run();
  host.lapse("poll");
  EXPECT_FALSE(lease().check());
  host.advance(Lease::kLookMs);
  EXPECT_THAT(said(), ElementsAre("granted", "elsewhere"));
  host.renew("poll");
  host.advance(Lease::kLookMs);
  EXPECT_THAT(said(), ElementsAre("granted"));
  EXPECT_TRUE(lease().check());
}

TEST_F(Leasing, PutOffItIsLeftToTheOthersForAWhile) {
  lease().want();
  host.run();
  lease().put_off(5'000);
  EXPECT_FALSE(host.holds("poll"));
  EXPECT_THAT(host.wanted, IsEmpty());
  host.advance(4'999);
  EXPECT_THAT(host.wanted, IsEmpty());
  host.advance(1);
  EXPECT_THAT(said(), ElementsAre("granted", "granted"));
}

TEST_F(Leasing, StoppedItSaysNothingAndIsTheHostsToTakeBack) {
  lease().want();
  host.run();
  lease().stop();
  EXPECT_TRUE(host.holds("poll"));
  host.take_away("poll");
  host.advance(10'000);
  EXPECT_THAT(said(), ElementsAre("granted"));
}

TEST_F(Leasing, AValueThatAnotherWroteIsReadBeforeItIsWritten) {
  SharedValue& value = Holder::self->value;
  std::vector<std::string> read;
  std::vector<oc_status> written;
  const auto put = [&](std::string_view text) {
    EXPECT_TRUE(value.put(
        text, [&](const auto& failure) { written.push_back(failure ? failure->code : OC_OK); }));
    host.run();
  };
  const auto get = [&] {
    EXPECT_TRUE(value.get([&](const auto& failure, const std::string& text) {
      EXPECT_FALSE(failure);
      read.push_back(text);
    }));
    host.run();
  };
  get();
  put("[1]");
  put("[1,2]");
  host.state["list"] = {"[3]", 9};
  put("[1,2,4]");
  get();
  put("[1,2,3,4]");
  EXPECT_THAT(read, ElementsAre("", "[3]"));
  EXPECT_THAT(written, ElementsAre(OC_OK, OC_OK, OC_E_CONFLICT, OC_OK));
  EXPECT_EQ(host.state["list"].bytes, "[1,2,3,4]");
}

}  // namespace
}  // namespace openclaw::sdk
