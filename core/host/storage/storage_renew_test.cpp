// Leases that the writer thread renews, and the reads of cleaning up.
#include "core/host/storage/scripted_engine.hpp"

namespace openclaw::host {

TEST_F(StoragePortTest, ALeaseIsRenewedAsOftenAsTheEngineSays) {
  std::promise<void> third;
  int calls = 0;
  engine.renew = [&](std::uint32_t& next_ms) {
    if (++calls == 3) third.set_value();
    next_ms = calls < 3 ? 1 : 0;
    return OC_OK;
  };
  open();
  third.get_future().wait();
  auto written = write();
  EXPECT_EQ(get(written), Errc{});
  EXPECT_TRUE(port->close(soon()));
  EXPECT_EQ(calls, 3) << "0 means that there is nothing to renew";
}

TEST_F(StoragePortTest, ALeaseThatCannotBeRenewedShowsAndIsTriedAgain) {
  std::promise<void> failed, healed;
  int calls = 0;
  engine.renew = [&](std::uint32_t& next_ms) -> oc_status {
    if (++calls == 1) {
      failed.set_value();
      return OC_E_AGAIN;
    }
    if (calls == 3) healed.set_value();
    next_ms = 1;
    return OC_OK;
  };
  open();
  failed.get_future().wait();
  healed.get_future().wait();
  EXPECT_TRUE(port->healthy()) << "the second call went well";
  EXPECT_EQ(port->last_error(), "another gateway has taken over") << "what the first one said";
  EXPECT_EQ(port->counters().failures.load(), 1U);
  EXPECT_EQ(fatals, 0);
  EXPECT_TRUE(port->close(soon()));
}

TEST_F(StoragePortTest, ALostLeaseIsFatalAndNothingIsWrittenAfterIt) {
  std::promise<void> asked;
  engine.renew = [&](std::uint32_t&) -> oc_status {
    asked.set_value();
    return OC_E_UNKNOWN;
  };
  open();
  asked.get_future().wait();
  // The writer thread takes one after the other, so that this write comes behind.
  auto late = write();
  const Errc outcome = get(late);
  EXPECT_TRUE(outcome == Errc::storage || outcome == Errc::again);
  EXPECT_TRUE(engine.batches.empty());
  EXPECT_EQ(fatals, 1);
  EXPECT_FALSE(port->healthy());
}

TEST_F(StoragePortTest, IdleSessionsAreAskedForAsGiven) {
  open();
  const std::string name = "agent:main:main";
  engine.sessions = {{sizeof(oc_session_row), 0, sdk::str(name), 3, 40, 1000}};
  auto said = std::make_shared<std::promise<Result<std::vector<pipeline::SessionRow>>>>();
  loop.post([this, said] {
    port->idle_sessions(5000, 7, [said](Result<std::vector<pipeline::SessionRow>> rows) {
      said->set_value(std::move(rows));
    });
  });
  auto future = said->get_future();
  const auto rows = get(future);
  ASSERT_FALSE(rows.has_error());
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->at(0).session, name);
  EXPECT_EQ(rows->at(0).entries, 3U);
  EXPECT_EQ(rows->at(0).bytes, 40U);
  EXPECT_EQ(rows->at(0).updated_ms, 1000);
  EXPECT_EQ(engine.asked_idle, (std::pair<std::int64_t, std::uint32_t>{5000, 7}));
}

TEST_F(StoragePortTest, AShortSessionRowIsThePluginsFault) {
  open();
  engine.sessions = {{sizeof(oc_session_row) - 8, 0, {}, 0, 0, 0}};
  auto said = std::make_shared<std::promise<Errc>>();
  loop.post([this, said] {
    port->idle_sessions(5000, 7, [said](const Result<std::vector<pipeline::SessionRow>>& rows) {
      said->set_value(rows.has_error() ? rows.error().code : Errc{});
    });
  });
  auto future = said->get_future();
  EXPECT_NE(get(future), Errc{});
}

TEST_F(StoragePortTest, StatsAreReadAndALackOfOneIsThePluginsFault) {
  open();
  const auto stats = [this] {
    auto said = std::make_shared<std::promise<Result<pipeline::StoreStats>>>();
    loop.post([this, said] {
      port->stats([said](const Result<pipeline::StoreStats>& read) { said->set_value(read); });
    });
    auto future = said->get_future();
    return get(future);
  };
  EXPECT_EQ(stats().error().code, Errc::plugin);
  engine.more_stats = R"("sessions":3,"usedBytes":70,"nowMs":99,)";
  const auto read = stats();
  ASSERT_FALSE(read.has_error()) << read.error().message;
  EXPECT_EQ(read->sessions, 3U);
  EXPECT_EQ(read->used_bytes, 70U);
  EXPECT_EQ(read->now_ms, 99);
}

}  // namespace openclaw::host
