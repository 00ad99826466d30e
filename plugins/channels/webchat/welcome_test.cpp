// What a page is told when it connects, or comes back.
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class WebChatWelcome : public WebChatFixture {};

TEST_F(WebChatWelcome, WelcomesWithTheHistory) {
  host.history_json = R"([{"id":1,"role":"user","text":"hi","ts":5},
                          {"id":2,"role":"assistant","text":"hello","ts":6}])";
  const oc_op ws = join();
  const auto welcome = got(ws, "welcome");
  ASSERT_EQ(welcome.size(), 1U);
  EXPECT_EQ(welcome[0]["history"].size(), 2U);
  EXPECT_EQ(welcome[0]["history"][1]["text"], "hello");
  EXPECT_EQ(welcome[0]["access"], "allowed");
  ASSERT_EQ(host.history_asked.size(), 1U);
  EXPECT_EQ(host.history_asked[0].sender_id, chat(ws));
  EXPECT_EQ(host.history_asked[0].chat_id, chat(ws));
  EXPECT_EQ(host.history_asked[0].thread_id, "");
}

TEST_F(WebChatWelcome, ReplaysWhatAReconnectingPageMissed) {
  const oc_op ws = join();
  host.send(answer(ws, "one", "k1"));
  const json welcome = got(ws, "welcome").at(0);
  const std::uint64_t seen = got(ws, "message").at(0)["seq"];
  host.ws_closed(ws);
  host.send(answer(ws, "two", "k2"));
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t9", "");
  host.partial(OC_PARTIAL_TEXT, chat(ws), "t9", "thr");
  const oc_op back = join({{"epoch", welcome["epoch"]}, {"after", seen}});
  const json resumed = got(back, "welcome").at(0);
  EXPECT_EQ(resumed["replay"], true);
  EXPECT_EQ(resumed["seq"], seen) << "a cut before the missed messages must not lose them";
  EXPECT_FALSE(resumed.contains("history"));
  EXPECT_EQ(resumed["live"]["text"], "thr");
  const auto missed = got(back, "message");
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(missed[0]["text"], "two");
  EXPECT_EQ(host.history_asked.size(), 1U) << "the store was not read again";
}

TEST_F(WebChatWelcome, AnUnknownEpochGetsTheHistoryAfresh) {
  const oc_op ws = join({{"epoch", "of an earlier process"}, {"after", 0}});
  EXPECT_EQ(got(ws, "welcome").at(0)["replay"], false);
  EXPECT_EQ(host.history_asked.size(), 1U);
}

TEST_F(WebChatWelcome, WhatIsSentWhileTheStoreIsReadIsNotLost) {
  const oc_op first = join();
  host.auto_history = false;
  const oc_op ws = join();
  host.send(answer(first, "in between"));
  EXPECT_TRUE(host.ws_sent[ws].empty()) << "the welcome comes first";
  host.answer_history(host.history_ops.back());
  EXPECT_EQ(got(ws, "welcome").size(), 1U);
  const auto messages = got(ws, "message");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0]["text"], "in between");
}

TEST_F(WebChatWelcome, APersonWithoutAccessSeesWhatTheRingRemembers) {
  host.auto_history = false;
  const oc_op ws = join();
  host.fail(host.history_ops.at(0), {OC_E_AUTH, "may not speak"});
  EXPECT_EQ(got(ws, "welcome").at(0)["access"], "refused");
  host.send(answer(ws, "Pairing code: ABCD2345", "k1", ""));
  EXPECT_EQ(got(ws, "message").at(0)["role"], "system");
  const oc_op back = join();
  host.fail(host.history_ops.at(1), {OC_E_AUTH, "may not speak"});
  const json welcome = got(back, "welcome").at(0);
  ASSERT_EQ(welcome["history"].size(), 1U);
  EXPECT_EQ(welcome["history"][0]["role"], "system");
  EXPECT_TRUE(got(back, "message").empty()) << "not shown twice";
}

TEST_F(WebChatWelcome, AStoreThatCannotBeReadIsSaid) {
  host.auto_history = false;
  const oc_op ws = join();
  host.fail(host.history_ops.at(0), {OC_E_IO, "disk"});
  EXPECT_EQ(got(ws, "welcome").at(0)["historyComplete"], false);
  ASSERT_EQ(host.logs.size(), 1U);
  EXPECT_EQ(host.logs[0].event, "webchat.history_failed");
}

}  // namespace
}  // namespace openclaw::webchat
