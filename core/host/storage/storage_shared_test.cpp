// A gateway of several at its store: what the plugin must offer, what comes of a round.
#include "core/host/storage/scripted_engine.hpp"

namespace openclaw::host {
namespace {

using pipeline::Collected;
using ::testing::HasSubstr;

class StorageSharedTest : public StoragePortTest {
 protected:
  static StoragePort::Options member(std::uint32_t lease_ms = 60'000) {
    StoragePort::Options options;
    options.member = StoragePort::MemberOptions{"a", R"({"pid":7})", lease_ms};
    return options;
  }
  Result<void> opened(StoragePort::Options options) {
    make_engine();
    if (created.has_error()) return created.error();
    port = std::make_unique<StoragePort>(log, std::move(options),
                                         [this](const std::string&) { ++fatals; });
    return port->open(*instance);
  }
  Result<Collected> collect(pipeline::Wanted wanted = {}) {
    auto said = begin_collect(std::move(wanted));
    return get(said);
  }
  std::future<Result<Collected>> begin_collect(pipeline::Wanted wanted = {}) {
    auto said = std::make_shared<std::promise<Result<Collected>>>();
    loop.post([this, said, w = std::move(wanted)]() mutable {
      port->collect(std::move(w),
                    [said](Result<Collected> got) { said->set_value(std::move(got)); });
    });
    return said->get_future();
  }
  std::future<Result<void>> begin_wait() {
    auto said = std::make_shared<std::promise<Result<void>>>();
    loop.post([this, said] {
      port->wait(runtime::Millis{1000}, [said](Result<void> r) { said->set_value(std::move(r)); });
    });
    return said->get_future();
  }
};

class StorageSharedSlots : public StorageSharedTest,
                           public ::testing::WithParamInterface<void (*)(oc_storage&)> {};

TEST_P(StorageSharedSlots, AnEngineForSeveralMustHaveThem) {
  GetParam()(engine.slots);
  make_engine();
  ASSERT_TRUE(created.has_error());
  EXPECT_EQ(
      created.error().message,
      "engine.so: the plugin has no complete set of the slots that OC_STORAGE_SHARED promises");
}

INSTANTIATE_TEST_SUITE_P(All, StorageSharedSlots,
                         ::testing::Values([](oc_storage& s) { s.open_member = nullptr; },
                                           [](oc_storage& s) { s.collect = nullptr; },
                                           [](oc_storage& s) { s.wait = nullptr; },
                                           [](oc_storage& s) { s.members = nullptr; },
                                           [](oc_storage& s) {
                                             s.size = offsetof(oc_storage, members);
                                           }));

TEST_F(StorageSharedTest, AnEngineForOneNeedsNone) {
  engine.slots.caps = 0;
  engine.slots.size = offsetof(oc_storage, open_member);
  EXPECT_FALSE(opened({}).has_error());
}

TEST_F(StorageSharedTest, AnEngineForOneSaysWhichKeysToChange) {
  engine.slots.caps = 0;
  const auto result = opened(member());
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code, Errc::invalid);
  EXPECT_THAT(result.error().message, HasSubstr("remove gateway.instance, or set storage.type"));
  EXPECT_EQ(engine.open, 0);
}

TEST_F(StorageSharedTest, ItJoinsByItsNameAndARefusalSaysWhy) {
  std::string name, info;
  std::uint32_t lease_ms = 0;
  engine.join = [&](const oc_member& self, oc_store_conn**) -> oc_status {
    name = sdk::copy(self.instance);
    info = sdk::copy(self.info_json);
    lease_ms = self.lease_ms;
    return OC_E_AGAIN;
  };
  const auto result = opened(member(7000));
  EXPECT_EQ(name, "a");
  EXPECT_EQ(info, R"({"pid":7})");
  EXPECT_EQ(lease_ms, 7000U);
  ASSERT_TRUE(result.has_error());
  EXPECT_THAT(result.error().message, HasSubstr("another gateway has that name"));
}

TEST_F(StorageSharedTest, ARoundBringsWhatTheEngineGave) {
  std::vector<std::string> outlets;
  engine.collect = [&](const oc_collect& asked, std::uint32_t& more) -> oc_status {
    EXPECT_EQ(asked.max_messages, 5U);
    EXPECT_EQ(asked.max_lanes, 2U);
    for (std::uint32_t i = 0; i < asked.n_outlets; ++i)
      outlets.push_back(sdk::copy(asked.outlets[i]));
    oc_inbox_row message{};
    message.size = sizeof message;
    message.id = 11;
    message.session = sdk::str("s");
    EXPECT_EQ(asked.message(asked.ctx, &message), 1U);
    oc_notice notice{};
    notice.size = sizeof notice;
    notice.from = sdk::str("b");
    notice.topic = sdk::str("cut");
    EXPECT_EQ(asked.notice(asked.ctx, &notice), 1U);
    more = 1;
    return OC_OK;
  };
  ASSERT_FALSE(opened(member()).has_error());
  const auto got = collect({5, 6, 2, {"telegram", "irc"}});
  ASSERT_FALSE(got.has_error()) << got.error().message;
  EXPECT_EQ(outlets, (std::vector<std::string>{"telegram", "irc"}));
  EXPECT_EQ(engine.collect_deadline_ms, StoragePort::Options{}.deadline_ms)
      << "it may be a write, of which the outcome is to be found out";
  ASSERT_EQ(got->messages.size(), 1U);
  EXPECT_EQ(got->messages[0].id, 11U);
  ASSERT_EQ(got->notices.size(), 1U);
  EXPECT_EQ(got->notices[0].from, "b");
  EXPECT_TRUE(got->more);
}

TEST_F(StorageSharedTest, ARowThatCannotBeReadEndsTheGatewayAsItsMessageIsItsOwnByNow) {
  engine.collect = [](const oc_collect& asked, std::uint32_t&) -> oc_status {
    oc_inbox_row message{};
    message.size = sizeof message - 8;
    asked.message(asked.ctx, &message);
    return OC_OK;
  };
  ASSERT_FALSE(opened(member()).has_error());
  EXPECT_TRUE(collect().has_error());
  EXPECT_EQ(fatals, 1);
  auto late = write();
  EXPECT_NE(get(late), Errc{});
}

TEST_F(StorageSharedTest, ARoundThatSurelyDidNothingIsNoEnd) {
  int rounds = 0;
  engine.collect = [&](const oc_collect&, std::uint32_t&) -> oc_status {
    return ++rounds == 1 ? OC_E_AGAIN : OC_OK;
  };
  ASSERT_FALSE(opened(member()).has_error());
  EXPECT_TRUE(collect().has_error());
  EXPECT_FALSE(collect().has_error());
  EXPECT_EQ(fatals, 0);
}

TEST_F(StorageSharedTest, OneRoundAndOneWaitAtATime) {
  std::promise<void> collecting, waiting, release;
  auto gate = release.get_future().share();
  engine.collect = [&](const oc_collect&, std::uint32_t&) -> oc_status {
    collecting.set_value();
    gate.wait();
    return OC_OK;
  };
  engine.wait = [&](std::uint32_t) -> oc_status {
    waiting.set_value();
    gate.wait();
    return OC_OK;
  };
  ASSERT_FALSE(opened(member()).has_error());
  auto collected = begin_collect();
  auto waited = begin_wait();
  collecting.get_future().wait();
  waiting.get_future().wait();
  auto next_round = begin_collect();
  auto next_wait = begin_wait();
  // Those that wait behind are taken; a second one behind is not.
  auto third_round = begin_collect();
  auto third_wait = begin_wait();
  EXPECT_EQ(get(third_round).error().code, Errc::again);
  EXPECT_EQ(get(third_wait).error().code, Errc::again);
  engine.collect = [](const oc_collect&, std::uint32_t&) -> oc_status { return OC_OK; };
  engine.wait = [](std::uint32_t) -> oc_status { return OC_E_IO; };
  release.set_value();
  EXPECT_FALSE(get(collected).has_error());
  EXPECT_FALSE(get(waited).has_error());
  EXPECT_FALSE(get(next_round).has_error());
  EXPECT_TRUE(get(next_wait).has_error());
  EXPECT_EQ(fatals, 0) << "a wait that failed is a hint less";
}

TEST_F(StorageSharedTest, CollectingDoesNotMakeALeaseLonger) {
  ASSERT_FALSE(opened(member()).has_error());
  ASSERT_FALSE(collect().has_error()) << "behind the first renewal";
  const auto until = port->leased_until();
  std::promise<void> later;
  loop.post([&] { loop.after(runtime::Millis{50}, [&] { later.set_value(); }); });
  later.get_future().wait();
  ASSERT_FALSE(collect().has_error());
  // Read by two clocks, one of whole milliseconds.
  EXPECT_LT(port->leased_until(), until + runtime::Millis{25})
      << "the store keeps it no longer for that";
}

}  // namespace
}  // namespace openclaw::host
