// Replies that wait: for their channel, for memory, for the end of their time.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "core/pipeline/delivery/delivery.hpp"
#include "core/pipeline/testing/scripted_ports.hpp"
#include "core/runtime/testing/test_loop.hpp"

namespace openclaw::pipeline {
namespace {

using runtime::Millis;
using Texts = std::vector<std::string>;

class DeliveryWaiting : public ::testing::Test, protected runtime::TestLoop {
 protected:
  DeliveryWaiting() {
    loop.start();
    channel.up = false;
  }
  ~DeliveryWaiting() override {
    on([this] { delivery.reset(); });
    loop.stop();
    loop.join();
  }
  DeliveryWaiting(const DeliveryWaiting&) = delete;
  DeliveryWaiting& operator=(const DeliveryWaiting&) = delete;

  void start(std::size_t most_held = 1000) {
    on([&] {
      DeliveryObserver observer;
      observer.ended = [this](const std::string&, const char* outcome) {
        ended.emplace_back(outcome);
      };
      DeliveryOptions options;
      options.first = options.minimum = Millis{1};
      Delivery::Environment environment{loop,
                                        store,
                                        log,
                                        [] { return 0.5; },
                                        [this] { return unix_ms; },
                                        [this] { return boot_ms; },
                                        observer,
                                        options,
                                        Millis{5},
                                        Millis{5},
                                        most_held};
      delivery = std::make_unique<Delivery>(std::move(environment));
      delivery->add_channel(channel);
      delivery->add_channel(other);
    });
  }
  /// As a turn that has ended leaves it, in the store and to the delivery.
  void reply(const std::string& text, const std::string& chat = "c",
             const std::string& instance = "chat") {
    std::promise<void> stored;
    on([&] {
      Outbound m;
      m.chat_id = chat;
      m.idem_key = text;
      m.text = text;
      OutboxEntry entry{"s", instance, "default", text, to_json(m), unix_ms, unix_ms + 3'600'000};
      Finish write;
      write.outbox.push_back(entry);
      write.ts_ms = unix_ms;
      store.write(write, [&, entry](const Result<Written>& written) {
        delivery->stored(written->id, entry);
        stored.set_value();
      });
    });
    stored.get_future().get();
  }
  void recover() {
    std::promise<void> read;
    on([&] {
      store.outbox(false, 0, 500, [&](const Result<std::vector<OutboxRow>>& rows) {
        for (const auto& row : *rows) delivery->recovered(row);
        read.set_value();
      });
    });
    read.get_future().get();
  }
  void connect() {
    on([this] {
      channel.up = true;
      delivery->can_deliver("chat");
    });
  }
  [[nodiscard]] bool empty() {
    return until([this] {
      return store.outbox_in(OutboxState::stored) + store.outbox_in(OutboxState::started) == 0;
    });
  }

  log::Log log{static_cast<log::Level>(5), false};  // quiet
  scripted::MemoryStore store{loop};
  scripted::RecordingChannel channel{loop, "chat", true}, other{loop, "other", true};
  std::unique_ptr<Delivery> delivery;
  std::int64_t unix_ms = 1'700'000'000'000, boot_ms = 5'000'000;
  void pass(std::int64_t ms) { unix_ms += ms, boot_ms += ms; }
  Texts ended;
};

TEST_F(DeliveryWaiting, RepliesExpireWhileTheirChannelIsDown) {
  start();
  for (const char* text : {"1", "2", "3"}) reply(text);
  reply("4", "another chat");
  on([&] { pass(3'600'000); });
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return ended; }), Texts(4, "dead"));
  EXPECT_EQ(on([&] { return delivery->waiting(); }), 0U);
}

TEST_F(DeliveryWaiting, ACalendarThatIsSetAnewMakesNoReplyOlder) {
  start();
  reply("1");
  on([&] { unix_ms += std::int64_t{3} * 86'400'000; });
  reply("2", "another chat");
  std::promise<void> looked_at;  // both of them, some times
  on([&] { loop.after(Millis{20}, [&] { looked_at.set_value(); }); });
  looked_at.get_future().get();
  connect();
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return ended; }), Texts(2, "sent"));
}

TEST_F(DeliveryWaiting, WhatExpiresWhileItsMarkCannotBeStoredIsNotSent) {
  on([&] { channel.up = true; });
  start();
  int refused = 0;
  on([&] {
    store.fault = [&](const Write& write) -> std::optional<Error> {
      const auto* mark = std::get_if<MarkOutbox>(&write);
      if (mark == nullptr || mark->state != OutboxState::started) return std::nullopt;
      ++refused;
      return Error{Errc::storage, "away", 0, true};
    };
  });
  reply("1");
  ASSERT_TRUE(until([&] { return refused > 1; }));
  on([&] {
    pass(3'600'000);
    store.fault = nullptr;
  });
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return ended; }), Texts{"dead"});
  EXPECT_TRUE(on([&] { return channel.sent.empty(); }));
}

TEST_F(DeliveryWaiting, RepliesOfAChannelThatIsNotConfiguredExpireToo) {
  start();
  reply("1", "c", "gone");
  EXPECT_EQ(on([&] { return delivery->waiting(); }), 1U);
  on([&] { pass(3'600'000); });
  ASSERT_TRUE(empty());
  EXPECT_TRUE(until([&] { return delivery->waiting() == 0; }));
}

TEST_F(DeliveryWaiting, MemoryHoldsTheOldestAndTheRestComesFromTheStoreInOrder) {
  start(4);
  Texts all;
  for (int i = 0; i < 40; ++i) {
    all.push_back(std::to_string(i));
    reply(all.back());
    if (i % 3 == 0) reply("o" + std::to_string(i), "c", "other");
  }
  ASSERT_TRUE(until([&] { return other.shown.size() == 14; })) << "which is not down";
  EXPECT_TRUE(until([&] { return delivery->waiting() == 4; }));
  connect();
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return channel.shown; }), all);
  EXPECT_EQ(on([&] { return channel.sent.size(); }), 40U) << "none twice";
}

TEST_F(DeliveryWaiting, WhatIsStoredWhileTheRestIsReadComesBehindIt) {
  start(2);
  Texts all;
  for (int i = 0; i < 6; ++i) {
    all.push_back(std::to_string(i));
    reply(all.back());
  }
  connect();
  for (int i = 6; i < 30; ++i) {
    all.push_back(std::to_string(i));
    reply(all.back());
  }
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return channel.sent.size(); }), 30U);
  EXPECT_EQ(on([&] { return channel.shown; }), all);
}

TEST_F(DeliveryWaiting, WhatMemoryHasNoRoomForExpiresInItsTurn) {
  start(2);
  for (int i = 0; i < 9; ++i) reply(std::to_string(i));
  on([&] { pass(3'600'000); });
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return ended; }), Texts(9, "dead"));
}

TEST_F(DeliveryWaiting, ARestartHoldsNoMoreOfThem) {
  start();
  for (int i = 0; i < 9; ++i) reply(std::to_string(i));
  start(2);
  recover();
  EXPECT_EQ(on([&] { return delivery->waiting(); }), 2U);
  connect();
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return channel.shown.size(); }), 9U);
  EXPECT_EQ(on([&] { return channel.sent.size(); }), 9U);
}

TEST_F(DeliveryWaiting, WhatMayHaveArrivedIsSentAgainWhileItsKeyIsKnown) {
  for (const bool late : {false, true}) {
    on([&] {
      channel.knows_keys_for(60'000);
      channel.up = true;
      channel.hold = [](const Outbound&) { return true; };
    });
    start();
    reply(late ? "late" : "soon");
    ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::started) == 1; }));
    on([&] {
      delivery.reset();  // killed
      channel.hold = nullptr;
      channel.sent.clear();
      ended.clear();
      pass(late ? 60'000 : 59'000);
    });
    start();
    recover();
    ASSERT_TRUE(empty());
    EXPECT_EQ(on([&] { return channel.sent.size(); }), late ? 0U : 1U);
    EXPECT_EQ(on([&] { return ended; }), Texts{late ? "unknown" : "sent"});
  }
}

TEST_F(DeliveryWaiting, WhatMayHaveArrivedGoesBeforeWhatWaits) {
  on([&] {
    channel.knows_keys_for(60'000);
    channel.up = true;
    channel.hold = [](const Outbound&) { return true; };
  });
  start();
  // By their names the chats of the last come first.
  for (int i = 0; i < 30; ++i) reply("r" + std::to_string(i), "c" + std::to_string(99 - i));
  ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::started) >= 2; }));
  Texts in_doubt;
  on([&] {
    for (const Outbound& m : channel.sent) in_doubt.push_back(m.text);
    delivery.reset();  // killed
    channel.sent.clear();
    channel.up = false;
    channel.hold = nullptr;
  });
  start();
  // They come in behind others, as they do from a gateway that died.
  std::promise<void> read;
  on([&] {
    store.outbox(false, 0, 500, [&](Result<std::vector<OutboxRow>> rows) {
      std::reverse(rows->begin(), rows->end());
      for (const auto& row : *rows) delivery->recovered(row);
      read.set_value();
    });
  });
  read.get_future().get();
  connect();
  ASSERT_TRUE(empty());
  Texts first;
  on([&] {
    for (std::size_t i = 0; i < in_doubt.size(); ++i) first.push_back(channel.sent[i].text);
  });
  std::sort(first.begin(), first.end());
  std::sort(in_doubt.begin(), in_doubt.end());
  EXPECT_EQ(first, in_doubt);
}

TEST_F(DeliveryWaiting, ItsKeyIsForgottenWhileItsChannelIsDown) {
  on([&] {
    channel.knows_keys_for(60'000);
    channel.up = true;
    channel.answer = [&](const Outbound&) -> Result<std::string> {
      channel.up = false;
      return Error{Errc::network, "cut", 0, true, true};
    };
  });
  start();
  reply("hi");
  ASSERT_TRUE(until([&] { return !channel.up && delivery->sending() == 0; }));
  on([&] { pass(60'000); });
  ASSERT_TRUE(empty());
  EXPECT_EQ(on([&] { return ended; }), Texts{"unknown"});
  EXPECT_EQ(on([&] { return channel.sent.size(); }), 1U);
}

}  // namespace
}  // namespace openclaw::pipeline
