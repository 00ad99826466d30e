#include "core/host/storage/scripted_engine.hpp"

namespace openclaw::host {

TEST_F(StoragePortTest, WhatArrivesDuringACommitIsCommittedTogether) {
  open();
  auto release = hold_first_batch();
  auto first = write();
  inside.get_future().wait();
  std::vector<std::future<Errc>> rest;
  for (int i = 0; i < 10; ++i) rest.push_back(write());
  on_loop([] {});
  release.set_value();
  EXPECT_EQ(get(first), Errc{});
  for (auto& r : rest) EXPECT_EQ(get(r), Errc{});
  EXPECT_EQ(engine.batches, (std::vector<std::uint64_t>{1, 10}));
}

TEST_F(StoragePortTest, AFullQueueIsRefusedAndCloseWritesWhatWaits) {
  StoragePort::Options options;
  options.max_queued = 2;
  open(options);
  auto release = hold_first_batch();
  auto first = write();
  inside.get_future().wait();
  auto second = write();
  auto third = write();
  auto refused = write();
  EXPECT_EQ(get(refused), Errc::again);
  release.set_value();
  EXPECT_TRUE(port->close(soon()));
  EXPECT_EQ(engine.open, 0);
  EXPECT_EQ(get(first), Errc{});
  EXPECT_EQ(get(second), Errc{});
  EXPECT_EQ(get(third), Errc{});
  auto late = write();
  EXPECT_EQ(get(late), Errc::again);
}

TEST_F(StoragePortTest, AFailedCommitIsReportedAndTheNextOneHeals) {
  open();
  engine.apply = [this](std::uint64_t) -> oc_status {
    return engine.batches.size() == 1 ? OC_E_IO : OC_OK;
  };
  auto failed = write();
  EXPECT_EQ(get(failed), Errc::storage);
  EXPECT_FALSE(port->healthy());
  EXPECT_EQ(port->last_error(), "the disk is full");
  auto well = write();
  EXPECT_EQ(get(well), Errc{});
  EXPECT_TRUE(port->healthy());
  EXPECT_EQ(fatals, 0);
}

TEST_F(StoragePortTest, AnUnknownCommitIsFatalOnceAndNothingIsWrittenAfterIt) {
  open();
  std::promise<void> release;
  engine.apply = [this, gate = release.get_future().share()](std::uint64_t) -> oc_status {
    inside.set_value();
    gate.wait();
    return OC_E_UNKNOWN;
  };
  auto unknown = write();
  inside.get_future().wait();
  auto queued = write();
  on_loop([] {});
  release.set_value();
  EXPECT_EQ(get(unknown), Errc::unknown);
  EXPECT_EQ(get(queued), Errc::storage) << "it was never given to the engine";
  EXPECT_EQ(engine.batches.size(), 1U);
  EXPECT_EQ(fatals, 1);
  EXPECT_EQ(port->last_error(), "the disk is full");
}

TEST_F(StoragePortTest, OnlyAStatusThatSaysSoMeansThatNothingHappened) {
  struct Case {
    oc_status status;
    Errc outcome;
  };
  open();
  for (const auto& [status, outcome] :
       {Case{OC_E_IO, Errc::storage}, Case{OC_E_AGAIN, Errc::storage},
        Case{OC_E_INVAL, Errc::storage}, Case{OC_E_PLUGIN, Errc::unknown},
        Case{OC_E_NET, Errc::unknown}, Case{OC_E_DEADLINE, Errc::unknown},
        Case{OC_E_CONFLICT, Errc::unknown}, Case{-99, Errc::unknown}}) {
    EXPECT_TRUE(port->close(soon()));
    port = std::make_unique<StoragePort>(log, StoragePort::Options{},
                                         [this](const std::string&) { ++fatals; });
    ASSERT_FALSE(port->open(*instance).has_error());
    engine.apply = [status = status](std::uint64_t) { return status; };
    auto said = write();
    EXPECT_EQ(get(said), outcome) << status;
    EXPECT_EQ(fatals.exchange(0), outcome == Errc::unknown ? 1 : 0) << status;
  }
}

TEST_F(StoragePortTest, ACallThatDoesNotReturnIsSeenAndHoldsUpNoEnd) {
  open();
  for (const auto& call : port->calls()) EXPECT_FALSE(call.since());
  const auto before = runtime::SteadyClock::now();
  auto release = hold_first_batch();
  auto first = write();
  inside.get_future().wait();
  const auto since = port->calls().front().since();
  ASSERT_TRUE(since);
  EXPECT_GE(*since, before);
  EXPECT_FALSE(port->close(runtime::SteadyClock::now()));
  EXPECT_EQ(fatals, 1);
  EXPECT_GT(engine.open, 0) << "nothing is closed under a call";
  release.set_value();
  EXPECT_TRUE(port->close(soon()));
  EXPECT_EQ(get(first), Errc{}) << "it came back after all";
  EXPECT_FALSE(port->calls().front().since());
  EXPECT_EQ(engine.open, 0);
  EXPECT_EQ(fatals, 1);
}

TEST_F(StoragePortTest, ACloseThatDoesNotReturnIsNotWaitedForEither) {
  open();
  std::promise<void> release;
  engine.close = [gate = release.get_future().share()] { gate.wait(); };
  EXPECT_FALSE(port->close(runtime::SteadyClock::now()));
  EXPECT_EQ(fatals, 1);
  release.set_value();
  EXPECT_TRUE(port->close(soon()));
}

TEST_F(StoragePortTest, AReadThatDoesNotReturnIsSeen) {
  StoragePort::Options options;
  options.readers = 1;
  open(options);
  std::promise<void> release;
  engine.read = [this, gate = release.get_future().share()] {
    inside.set_value();
    gate.wait();
  };
  loop.post(
      [this] { port->inbox(false, 0, 1, [](const Result<std::vector<pipeline::InboxRow>>&) {}); });
  inside.get_future().wait();
  EXPECT_TRUE(port->calls().at(1).since());
  EXPECT_FALSE(port->calls().at(0).since());
  release.set_value();
  EXPECT_TRUE(port->close(soon()));
  EXPECT_FALSE(port->calls().at(1).since());
}

TEST_F(StoragePortTest, WhileACallHangsItIsUnwellAndWithoutAnEndItIsFatal) {
  open();
  port->judge(StoreAnswers::in_time);
  EXPECT_TRUE(port->healthy());
  port->judge(StoreAnswers::late);
  EXPECT_FALSE(port->healthy());
  EXPECT_THAT(port->last_error(), ::testing::HasSubstr("storage.path"));
  EXPECT_EQ(fatals, 0);
  port->judge(StoreAnswers::in_time);
  EXPECT_TRUE(port->healthy());
  auto well = write();
  EXPECT_EQ(get(well), Errc{});
  port->judge(StoreAnswers::never);
  port->judge(StoreAnswers::never);
  EXPECT_EQ(fatals, 1);
  auto refused = write();
  EXPECT_EQ(get(refused), Errc::again);
}

TEST_F(StoragePortTest, ReadsFailWithTheReasonAndAreAnsweredAfterCloseToo) {
  open();
  const auto read = [this] {
    auto said = std::make_shared<std::promise<Error>>();
    loop.post([this, said] {
      port->value("n", "k",
                  [said](const Result<pipeline::StoredValue>& r) { said->set_value(r.error()); });
    });
    auto future = said->get_future();
    return get(future);
  };
  const Error failed = read();
  EXPECT_EQ(failed.code, Errc::storage);
  EXPECT_EQ(failed.message, "no reads here");
  EXPECT_TRUE(port->close(soon()));
  EXPECT_EQ(read().code, Errc::again);
}

TEST_F(StoragePortTest, ARefusalSaysWhatTheEngineSaysOrWhatItMeans) {
  open();
  Error error;
  engine.result = [](oc_write_result& r) {
    r.status = OC_E_INVAL;
    r.reason = sdk::str("the key is longer than 8 KiB");
  };
  auto explained = write(&error);
  EXPECT_EQ(get(explained), Errc::invalid);
  EXPECT_EQ(error.message, "the key is longer than 8 KiB");
  engine.result = [](oc_write_result& r) { r.status = OC_E_CONFLICT; };
  auto bare = write(&error);
  EXPECT_EQ(get(bare), Errc::conflict);
  EXPECT_EQ(error.message, "another epoch or version owns this");
}

TEST_F(StoragePortTest, HeldRowsAreCountedAtTheStartAndAfterACommitThatChangesThem) {
  engine.dead = 3;
  open();
  EXPECT_EQ(port->held().messages, 3U);
  EXPECT_EQ(port->held().unknown_replies, 2U);
  EXPECT_EQ(port->held().dead_replies, 3U);
  engine.dead = 4;
  const auto commit = [this](pipeline::Write w) {
    auto said = std::make_shared<std::promise<int>>();
    loop.post([this, said, w = std::move(w)]() mutable {
      port->write(std::move(w), [said](const Result<pipeline::Written>&) { said->set_value(0); });
    });
    auto future = said->get_future();
    get(future);
    // Reads begin in order, on one reader: behind this one it has counted.
    EXPECT_FALSE(list(&StoragePort::inbox).has_error());
  };
  EXPECT_TRUE(port->close(soon()));
  StoragePort::Options one_reader;
  one_reader.readers = 1;
  engine.dead = 3;
  port = std::make_unique<StoragePort>(log, one_reader, [](const std::string&) {});
  ASSERT_FALSE(port->open(*instance).has_error());
  engine.dead = 4;
  commit(pipeline::PutValue{"n", "k", "v"});
  EXPECT_EQ(port->held().messages, 3U) << "nothing has changed by this";
  commit(pipeline::Resolve{});
  EXPECT_EQ(port->held().messages, 4U);
}

TEST_F(StoragePortTest, TheGreatestEpochIsTheEngines) {
  engine.epoch = 41;
  EXPECT_EQ(*open().max_epoch_now(), 41U);
}

TEST_F(StoragePortTest, ARowThatIsShorterThanTheFirstFailsItsReadAndALongerOneDoesNot) {
  open();
  oc_outbox_entry entry{};
  entry.size = sizeof entry;
  entry.channel = sdk::str("chat");
  oc_outbox_row reply{};
  reply.size = sizeof reply + 64;
  reply.id = 5;
  reply.updated_ms = 77;
  reply.entry = &entry;
  engine.outbox = {reply};
  auto replies = list(&StoragePort::outbox);
  ASSERT_FALSE(replies.has_error());
  EXPECT_EQ(replies->at(0).entry.channel, "chat");
  EXPECT_EQ(replies->at(0).updated_ms, 77);

  entry.size -= 8;
  EXPECT_EQ(list(&StoragePort::outbox).error().code, Errc::plugin);
  engine.outbox[0].entry = nullptr;
  EXPECT_EQ(list(&StoragePort::outbox).error().code, Errc::plugin);

  oc_inbox_row message{};
  message.size = sizeof message;
  message.epoch = 3;
  engine.inbox = {message, message};
  auto messages = list(&StoragePort::inbox);
  ASSERT_FALSE(messages.has_error());
  EXPECT_EQ(messages->at(1).epoch, 3U);
  engine.inbox[1].size = sizeof message - 8;
  EXPECT_EQ(list(&StoragePort::inbox).error().code, Errc::plugin);
}

TEST_F(StoragePortTest, AValueIsReadAtOnceUnlessItsRowIsShorterThanTheFirst) {
  engine.slots.kv_get = [](oc_store_conn*, oc_str, oc_str key, std::uint32_t, oc_visit_kv visit,
                           void* ctx, oc_error*) noexcept -> oc_status {
    if (sdk::view(key) == "none") return OC_E_NOTFOUND;
    oc_kv_row row{sizeof row, 0, key, sdk::str("value"), 3};
    if (sdk::view(key) == "short") row.size -= 8;
    visit(ctx, &row);
    return OC_OK;
  };
  StoragePort& opened = open();
  EXPECT_EQ(*opened.value_now("ns", "whole"), "value");
  EXPECT_EQ(*opened.value_now("ns", "none"), std::nullopt);
  const auto refused = opened.value_now("ns", "short");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::plugin);
}

}  // namespace openclaw::host
