// What every channel plugin promises, as a suite that its tests instantiate.
//
//   struct MyContract {                       // says how to bring this plugin to life
//     static constexpr const char* kName = "telegram";
//     static std::string config();            // a section that works
//     static void answer(FakeHost& host, HttpCall& call);  // what the platform says when all is
//     well static std::string chat();              // a chat id that can be sent to
//     // Where the platform is reached by connections, also what it says over one, and how it
//     fails: static void answer(FakeHost& host, Connection& connection); static void fail(FakeHost&
//     host, Connection& connection, const Failure& failure);
//     // Where it fetches attachments, also one that the platform has:
//     static OwnedAttachment attachment();
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Telegram, ChannelContract, MyContract);
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {

template <class Contract>
concept SpeaksOverConnections = requires(FakeHost& host, Connection& connection,
                                         const Failure& failure) {
  Contract::answer(host, connection);
  Contract::fail(host, connection, failure);
};

template <class Contract>
concept HasAttachments = requires {
  Contract::attachment();
};

template <class Contract>
class ChannelContract : public ::testing::Test {
 protected:
  void create() {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, Contract::kName, Contract::config()), "");
  }
  /// Answers what is open, as the platform does, a bounded number of times.
  void answer_all(int rounds = 4) {
    for (int i = 0; i < rounds; ++i) {
      for (std::size_t n = 0; n < host.http.size(); ++n) {
        if (host.http_open(host.http[n].op)) Contract::answer(host, host.http[n]);
      }
      if constexpr (SpeaksOverConnections<Contract>) {
        for (std::size_t n = 0; n < host.connections.size(); ++n) {
          if (host.http_open(host.connections[n].op)) Contract::answer(host, host.connections[n]);
        }
      }
    }
  }
  void come_up() {
    create();
    start_op = host.start();
    answer_all();
    ASSERT_NE(host.completion(start_op), nullptr) << "start never completed";
    ASSERT_FALSE(host.completion(start_op)->failure) << host.completion(start_op)->failure->message;
  }
  static OwnedMessage message() {
    OwnedMessage m;
    m.chat_id = Contract::chat();
    m.text = "hello";
    m.idem_key = "contract-1";
    return m;
  }
  static OwnedAttachment attachment() {
    if constexpr (HasAttachments<Contract>) {
      return Contract::attachment();
    } else {
      return {"image/png", "a.png", "1", 0};
    }
  }
  /// Fails every open request, as a dead network does.
  void fail_all(const Failure& failure) {
    for (std::size_t n = 0; n < host.http.size(); ++n) {
      if (host.http_open(host.http[n].op)) host.fail(host.http[n].op, failure);
    }
    if constexpr (SpeaksOverConnections<Contract>) {
      for (std::size_t n = 0; n < host.connections.size(); ++n) {
        if (host.http_open(host.connections[n].op)) {
          Contract::fail(host, host.connections[n], failure);
        }
      }
    }
  }
  /// Before the next life of an instance in the same host.
  void forget() {
    host.destroy();
    host.http.clear();
    host.connections.clear();
  }
  [[nodiscard]] std::size_t open_requests() const {
    std::size_t n = 0;
    for (const HttpCall& call : host.http) n += host.http_open(call.op) ? 1 : 0;
    for (const Connection& c : host.connections) n += host.http_open(c.op) ? 1 : 0;
    return n;
  }

  FakeHost host;
  oc_op start_op = 0;
};

TYPED_TEST_SUITE_P(ChannelContract);

TYPED_TEST_P(ChannelContract, RefusesAConfigThatIsNotAMapping) {
  for (const char* config : {"[]", "1", "{", "\xff"}) {
    FakeHost other;
    EXPECT_NE(other.create(*oc_plugin_entry_1(0)->api, TypeParam::kName, config), "") << config;
  }
}

TYPED_TEST_P(ChannelContract, CreateDoesNoIo) {
  this->create();
  EXPECT_TRUE(this->host.http.empty());
  EXPECT_TRUE(this->host.connections.empty());
  EXPECT_EQ(this->host.timers(), 0U);
}

TYPED_TEST_P(ChannelContract, OffersTheChannelSlotsAndNothingElse) {
  this->create();
  const auto* channel = static_cast<const oc_channel*>(this->host.ext("oc.channel/1"));
  ASSERT_NE(channel, nullptr);
  EXPECT_GE(channel->size, sizeof(oc_channel));
  EXPECT_EQ(this->host.ext("oc.channel/1"), channel) << "the same pointer for life";
  EXPECT_EQ(this->host.ext("oc.nonsense/1"), nullptr);
}

TYPED_TEST_P(ChannelContract, StartsAndStopsCompletingEachOnce) {
  this->come_up();
  const oc_op stop = this->host.stop();
  this->host.advance(60'000);
  ASSERT_NE(this->host.completion(stop), nullptr);
  EXPECT_FALSE(this->host.completion(stop)->failure);
  EXPECT_EQ(this->open_requests(), 0U) << "stop lets go of everything";
  EXPECT_EQ(this->host.timers(), 0U) << "stop lets go of everything";
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

TYPED_TEST_P(ChannelContract, StopWhileStartingCompletesBoth) {
  this->create();
  const oc_op start = this->host.start();
  const oc_op stop = this->host.stop();
  this->host.advance(60'000);
  EXPECT_NE(this->host.completion(start), nullptr);
  EXPECT_NE(this->host.completion(stop), nullptr);
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

TYPED_TEST_P(ChannelContract, ASendCompletesOnceWithTheMessageId) {
  this->come_up();
  const oc_op op = this->host.send(this->message());
  this->answer_all();
  const Completion* done = this->host.completion(op);
  ASSERT_NE(done, nullptr);
  ASSERT_FALSE(done->failure) << done->failure->message;
  EXPECT_NE(done->json.find("\"message_id\""), std::string::npos) << done->json;
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

TYPED_TEST_P(ChannelContract, AFailedSendSaysWhetherItHappened) {
  for (const std::uint32_t flag : {OC_EF_NOT_DONE, OC_EF_MAYBE_DONE}) {
    this->come_up();
    const oc_op op = this->host.send(this->message());
    this->fail_all({OC_E_NET, "the connection broke", flag});
    const Completion* done = this->host.completion(op);
    ASSERT_NE(done, nullptr);
    ASSERT_TRUE(done->failure);
    EXPECT_EQ(done->failure->flags & (OC_EF_NOT_DONE | OC_EF_MAYBE_DONE), flag);
    EXPECT_FALSE(done->failure->message.empty());
    this->forget();
  }
}

TYPED_TEST_P(ChannelContract, ACancelledSendCompletesOnce) {
  this->come_up();
  const oc_op op = this->host.send(this->message());
  this->host.cancel(op);
  this->host.cancel(op);
  this->answer_all();
  EXPECT_NE(this->host.completion(op), nullptr);
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

TYPED_TEST_P(ChannelContract, StopCompletesTheSendsUnderWay) {
  this->come_up();
  std::vector<oc_op> sends;
  for (int i = 0; i < 10; ++i) sends.push_back(this->host.send(this->message()));
  this->host.stop();
  this->host.advance(60'000);
  for (const oc_op op : sends) EXPECT_NE(this->host.completion(op), nullptr);
  EXPECT_EQ(this->host.wrong_completions(), 0);
  EXPECT_EQ(this->host.open_ops(), 0U);
}

TYPED_TEST_P(ChannelContract, FetchesWhenItsCapsSaySo) {
  this->create();
  const auto* channel = static_cast<const oc_channel*>(this->host.ext("oc.channel/1"));
  EXPECT_EQ((channel->caps & OC_CHANNEL_MEDIA) != 0, HasAttachments<TypeParam>);
}

TYPED_TEST_P(ChannelContract, AFetchCompletesOnceWithTheBytes) {
  this->come_up();
  const oc_op op = this->host.fetch(this->attachment(), 1U << 20U);
  this->answer_all();
  const Completion* done = this->host.completion(op);
  ASSERT_NE(done, nullptr);
  if constexpr (HasAttachments<TypeParam>) {
    ASSERT_FALSE(done->failure) << done->failure->message;
    EXPECT_FALSE(done->body.empty());
  }
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

TYPED_TEST_P(ChannelContract, AFetchReadsNoMoreThanItMay) {
  this->come_up();
  const oc_op op = this->host.fetch(this->attachment(), 1);
  this->answer_all();
  const Completion* done = this->host.completion(op);
  ASSERT_NE(done, nullptr);
  ASSERT_TRUE(done->failure);
  const oc_status code = done->failure->code;
  EXPECT_EQ(code, HasAttachments<TypeParam> ? OC_E_TOOBIG : code);
}

TYPED_TEST_P(ChannelContract, AFailedFetchHasHadNoEffect) {
  this->come_up();
  const oc_op op = this->host.fetch(this->attachment(), 1U << 20U);
  this->fail_all({OC_E_NET, "the connection broke", OC_EF_MAYBE_DONE});
  ASSERT_NE(this->host.completion(op), nullptr);
  ASSERT_TRUE(this->host.completion(op)->failure);
  EXPECT_EQ(this->host.completion(op)->failure->flags & (OC_EF_NOT_DONE | OC_EF_MAYBE_DONE),
            OC_EF_NOT_DONE);
}

TYPED_TEST_P(ChannelContract, StopAndCancelCompleteTheFetchesUnderWay) {
  this->come_up();
  std::vector<oc_op> fetches;
  for (int i = 0; i < 40; ++i) {
    fetches.push_back(this->host.fetch(this->attachment(), 1U << 20U));
  }
  this->host.cancel(fetches.front());
  this->host.cancel(fetches.front());
  EXPECT_NE(this->host.completion(fetches.front()), nullptr);
  this->host.stop();
  this->host.advance(60'000);
  for (const oc_op op : fetches) EXPECT_NE(this->host.completion(op), nullptr);
  EXPECT_EQ(this->open_requests(), 0U) << "stop lets go of everything";
  EXPECT_EQ(this->host.wrong_completions(), 0);
  EXPECT_EQ(this->host.open_ops(), 0U);
}

TYPED_TEST_P(ChannelContract, ReactionsArePiledUpNowhere) {
  this->come_up();
  const std::size_t before = this->open_requests();
  for (int i = 0; i < 500; ++i) {
    this->host.react(TypeParam::chat(), std::to_string(i + 1000), "\U0001F440", i % 2 == 0);
  }
  EXPECT_LE(this->open_requests(), before + 64);
  this->host.stop();
  this->host.advance(60'000);
  EXPECT_EQ(this->open_requests(), 0U) << "stop lets go of everything";
  EXPECT_EQ(this->host.timers(), 0U) << "stop lets go of everything";
}

TYPED_TEST_P(ChannelContract, QuiesceTakesNothingNewButStillSends) {
  this->come_up();
  const oc_op quiesce = this->host.quiesce();
  ASSERT_NE(this->host.completion(quiesce), nullptr);
  const std::size_t before = this->host.submitted.size();
  const oc_op op = this->host.send(this->message());
  this->answer_all();
  ASSERT_NE(this->host.completion(op), nullptr);
  EXPECT_FALSE(this->host.completion(op)->failure);
  EXPECT_EQ(this->host.submitted.size(), before);
}

TYPED_TEST_P(ChannelContract, SurvivesGarbageFromThePlatform) {
  for (const char* body : {"", "null", "[]", "{\"ok\":true}", "{\"ok\":true,\"result\":[[],1,{}]}",
                           "\xff\xfe", "[[[[[[[[[["}) {
    this->create();
    this->host.start();
    for (int round = 0; round < 5; ++round) {
      for (std::size_t n = 0; n < this->host.http.size() && n < 100; ++n) {
        const oc_op op = this->host.http[n].op;
        if (this->host.http_open(op)) this->host.respond(op, round % 2 == 0 ? 200 : 500, body);
      }
      for (std::size_t n = 0; n < this->host.connections.size() && n < 100; ++n) {
        const oc_op op = this->host.connections[n].op;
        if (!this->host.http_open(op)) continue;
        if (!this->host.connections[n].open) this->host.connection_open(op);
        this->host.connection_data(op, std::string(body) + "\r\n", true);
      }
      this->host.advance(400'000);
    }
    EXPECT_EQ(this->host.wrong_completions(), 0);
    this->forget();
  }
}

TYPED_TEST_P(ChannelContract, ManyFailuresDoNotPileUpRequestsOrTimers) {
  this->come_up();
  for (int i = 0; i < 200; ++i) {
    this->fail_all({OC_E_NET, "the network is down", OC_EF_NOT_DONE});
    this->host.advance(400'000);
    ASSERT_LE(this->open_requests(), 4U);
    ASSERT_LE(this->host.timers(), 8U);
  }
}

TYPED_TEST_P(ChannelContract, SurvivesOddMessages) {
  this->come_up();
  OwnedMessage odd;
  for (const char* id : {"", "x", "-", "99999999999999999999999999", "@", "\xff"}) {
    odd.chat_id = odd.message_id = odd.reply_to = odd.thread_id = odd.turn_id = id;
    odd.text = std::string("a\0\xff", 3);
    const oc_op send = this->host.send(odd);
    this->host.typing(id, true, id);
    this->host.partial(OC_PARTIAL_TEXT, id, id, odd.text, id);
    this->host.partial(77, id, id, odd.text, id);
    this->host.partial(OC_PARTIAL_END, id, id, "", id);
    this->host.typing(id, false, id);
    this->host.react(id, id, id, true, id);
    this->host.react(id, id, id, false, id);
    const oc_op fetch = this->host.fetch({id, id, id, 0}, 1000);
    this->answer_all();
    this->host.advance(10'000);
    this->answer_all();
    EXPECT_NE(this->host.completion(send), nullptr);
    EXPECT_NE(this->host.completion(fetch), nullptr);
  }
  EXPECT_EQ(this->host.wrong_completions(), 0);
}

REGISTER_TYPED_TEST_SUITE_P(ChannelContract, RefusesAConfigThatIsNotAMapping, CreateDoesNoIo,
                            OffersTheChannelSlotsAndNothingElse, StartsAndStopsCompletingEachOnce,
                            StopWhileStartingCompletesBoth, ASendCompletesOnceWithTheMessageId,
                            AFailedSendSaysWhetherItHappened, ACancelledSendCompletesOnce,
                            StopCompletesTheSendsUnderWay, FetchesWhenItsCapsSaySo,
                            AFetchCompletesOnceWithTheBytes, AFetchReadsNoMoreThanItMay,
                            AFailedFetchHasHadNoEffect, StopAndCancelCompleteTheFetchesUnderWay,
                            ReactionsArePiledUpNowhere, QuiesceTakesNothingNewButStillSends,
                            SurvivesGarbageFromThePlatform, ManyFailuresDoNotPileUpRequestsOrTimers,
                            SurvivesOddMessages);

}  // namespace openclaw::testing
