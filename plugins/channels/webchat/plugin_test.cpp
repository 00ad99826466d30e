#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {
namespace {

using nlohmann::json;

const std::string kToken = "0123456789abcdef0123456789abcdef";

class WebChatTest : public ::testing::Test {
 protected:
  void SetUp() override { create("webchat", "{}"); }
  void create(std::string_view name, std::string_view config) {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, name, config), "");
    const oc_op op = host.start();
    ASSERT_NE(host.completion(op), nullptr);
    ASSERT_FALSE(host.completion(op)->failure);
  }
  oc_op open() { return host.ws_open("/channels/webchat/ws"); }
  oc_op join(const json& more = {}, const std::string& token = kToken) {
    const oc_op ws = open();
    json hello = {{"type", "hello"}, {"protocol", 1}, {"token", token}};
    if (more.is_object()) hello.update(more);
    host.ws_message(ws, hello.dump());
    return ws;
  }
  void say(oc_op ws, const std::string& id, const std::string& text = "hello") {
    host.ws_message(ws, json{{"type", "message"}, {"id", id}, {"text", text}}.dump());
  }
  /// The frames the page at `ws` got of that type.
  std::vector<json> got(oc_op ws, const std::string& type) {
    std::vector<json> out;
    for (const auto& text : host.ws_sent[ws]) {
      json frame = json::parse(text);
      if (frame["type"] == type) out.push_back(std::move(frame));
    }
    return out;
  }
  std::string chat(oc_op ws) { return got(ws, "welcome").at(0)["chat"]; }
  OwnedMessage answer(oc_op ws, const std::string& text, const std::string& key = "k1",
                      const std::string& turn = "t1") {
    OwnedMessage m;
    m.chat_id = chat(ws);
    m.text = text;
    m.idem_key = key;
    m.turn_id = turn;
    return m;
  }
  std::uint32_t closed(oc_op ws) {
    const auto it = host.ws_closed_by_plugin.find(ws);
    return it == host.ws_closed_by_plugin.end() ? 0 : it->second;
  }
  FakeHost host;
};

TEST_F(WebChatTest, IsConnectedOnceStarted) {
  ASSERT_EQ(host.statuses.size(), 1U);
  EXPECT_EQ(host.statuses[0].first, OC_STATE_CONNECTED);
}

TEST_F(WebChatTest, LeadsFromTheRootToThePage) {
  const auto root = host.request("GET", "/");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->status, 302U);
  EXPECT_EQ(root->headers.at(0), (sdk::Header{"Location", "/chat"}));
  EXPECT_EQ(host.request("GET", "/chat")->status, 200U);
}

TEST_F(WebChatTest, RevalidatesByTag) {
  std::string tag;
  const auto page = host.request("GET", "/chat");
  ASSERT_TRUE(page);
  for (const auto& [key, value] : page->headers) {
    if (key == "ETag") tag = value;
  }
  EXPECT_EQ(host.request("GET", "/chat", {{"If-None-Match", tag}})->status, 304U);
}

TEST_F(WebChatTest, AnAccountHasItsOwnPageAndSocket) {
  FakeHost other;
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "webchat/work", "{}"), "");
  other.start();
  EXPECT_TRUE(other.has_route("GET", "/chat/work"));
  EXPECT_FALSE(other.has_route("GET", "/"));
  EXPECT_EQ(other.websocket_paths(), (std::set<std::string>{"/channels/webchat/work/ws"}));
}

TEST_F(WebChatTest, RefusesAWrongConfiguration) {
  for (const char* config : {"[]", R"({"allowedOrigins":"x"})", R"({"allowedOrigins":[1]})"}) {
    FakeHost other;
    EXPECT_NE(other.create(*oc_plugin_entry_1(0)->api, "webchat", config), "") << config;
  }
}

TEST_F(WebChatTest, WelcomesWithTheHistory) {
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

TEST_F(WebChatTest, TheTokenGoesNowhere) {
  const oc_op ws = join();
  say(ws, "message-1");
  EXPECT_EQ(chat(ws).size(), 32U);
  for (const auto& frame : host.ws_sent[ws]) EXPECT_EQ(frame.find(kToken), std::string::npos);
  for (const auto& line : host.logs) EXPECT_EQ(line.fields.find(kToken), std::string::npos);
  EXPECT_EQ(host.submitted.at(0).message.sender_id.find(kToken), std::string::npos);
}

TEST_F(WebChatTest, SubmitsAMessageAndAcknowledgesItOnceItIsDurable) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1", "how are you?");
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.text, "how are you?");
  EXPECT_EQ(host.submitted[0].message.event_id, chat(ws) + ":main:message-1");
  EXPECT_TRUE(got(ws, "ack").empty());
  host.accept(host.submitted[0].op);
  ASSERT_EQ(got(ws, "ack").size(), 1U);
  EXPECT_EQ(got(ws, "ack")[0]["id"], "message-1");
  EXPECT_EQ(got(ws, "ack")[0]["outcome"], "accepted");
  EXPECT_EQ(host.evidence, (std::vector<std::uint32_t>{OC_EVIDENCE_RECEIVED}));
}

TEST_F(WebChatTest, ARepeatedIdIsADuplicateForTheGatewayAndNotShownAgain) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.accept(host.submitted.at(0).op);
  say(ws, "message-1");
  EXPECT_EQ(host.submitted.at(0).message.event_id, host.submitted.at(1).message.event_id);
  host.accept(host.submitted.at(1).op, "duplicate");
  EXPECT_EQ(got(ws, "ack").at(1)["outcome"], "duplicate");
  EXPECT_EQ(got(ws, "message").size(), 1U);
}

TEST_F(WebChatTest, TwoPeopleNeverShareAnEventId) {
  const oc_op mine = join();
  const oc_op yours = join({}, "another-person-with-a-token");
  say(mine, "message-1");
  say(yours, "message-1");
  EXPECT_NE(host.submitted.at(0).message.event_id, host.submitted.at(1).message.event_id);
  EXPECT_TRUE(got(yours, "message").size() == 1U && got(mine, "message").size() == 1U);
}

TEST_F(WebChatTest, AsksToTryAgainWhenNothingWasStored) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.refuse(host.submitted.at(0).op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE, 700});
  say(ws, "message-2");
  host.refuse(host.submitted.at(1).op, {OC_E_INVAL, "not like this"});
  EXPECT_TRUE(got(ws, "ack").empty());
  const auto errors = got(ws, "error");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0]["code"], "try_again");
  EXPECT_EQ(errors[0]["id"], "message-1");
  EXPECT_EQ(errors[0]["retryAfterMs"], 700);
  EXPECT_EQ(errors[1]["code"], "invalid_message");
  EXPECT_FALSE(errors[1].contains("retryAfterMs"));
}

TEST_F(WebChatTest, ShowsTheCodeToSomebodyWhoMayNotSpeakYet) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.accept(host.submitted.at(0).op, "refused");
  EXPECT_EQ(got(ws, "ack").at(0)["outcome"], "refused");
  host.send(answer(ws, "Pairing code: ABCD2345", "k1", ""));
  const auto messages = got(ws, "message");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1]["role"], "system");
}

TEST_F(WebChatTest, EveryTabSeesTheConversationAndOthersDoNot) {
  const oc_op one = join();
  const oc_op two = join();
  const oc_op stranger = join({}, "another-person-with-a-token");
  const oc_op elsewhere = join({{"conversation", "c2"}});
  say(one, "message-1", "mine");
  host.send(answer(one, "yours"));
  for (const oc_op ws : {one, two}) {
    const auto messages = got(ws, "message");
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0]["role"], "user");
    EXPECT_EQ(messages[0]["text"], "mine");
    EXPECT_EQ(messages[1]["role"], "assistant");
    EXPECT_EQ(messages[1]["turn"], "t1");
  }
  EXPECT_TRUE(got(two, "ack").empty());
  EXPECT_TRUE(got(stranger, "message").empty());
  EXPECT_TRUE(got(elsewhere, "message").empty());
}

TEST_F(WebChatTest, AConversationIsAThread) {
  const oc_op ws = join({{"conversation", "c2"}});
  say(ws, "message-1");
  EXPECT_EQ(host.submitted.at(0).message.thread_id, "c2");
  EXPECT_EQ(host.submitted.at(0).message.chat_id, chat(ws));
  auto m = answer(ws, "here");
  m.thread_id = "c2";
  host.send(m);
  EXPECT_EQ(got(ws, "message").size(), 2U);
}

TEST_F(WebChatTest, CompletesASendWithAndWithoutATab) {
  const oc_op ws = join();
  const oc_op first = host.send(answer(ws, "one"));
  ASSERT_NE(host.completion(first), nullptr);
  EXPECT_EQ(json::parse(host.completion(first)->json)["message_id"], "k-k1");
  EXPECT_EQ(host.evidence, (std::vector<std::uint32_t>{OC_EVIDENCE_SENT}));
  host.ws_closed(ws);
  const oc_op second = host.send(answer(ws, "two", "k2"));
  ASSERT_NE(host.completion(second), nullptr);
  EXPECT_FALSE(host.completion(second)->failure);
  EXPECT_EQ(host.evidence.size(), 1U) << "nothing was shown to anybody";
}

TEST_F(WebChatTest, AResendWithTheSameKeyHasNoSecondEffect) {
  const oc_op ws = join();
  const oc_op first = host.send(answer(ws, "one"));
  const oc_op again = host.send(answer(ws, "one"));
  EXPECT_EQ(got(ws, "message").size(), 1U);
  EXPECT_EQ(host.completion(first)->json, host.completion(again)->json);
}

TEST_F(WebChatTest, ReplaysWhatAReconnectingPageMissed) {
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

TEST_F(WebChatTest, AnUnknownEpochGetsTheHistoryAfresh) {
  const oc_op ws = join({{"epoch", "of an earlier process"}, {"after", 0}});
  EXPECT_EQ(got(ws, "welcome").at(0)["replay"], false);
  EXPECT_EQ(host.history_asked.size(), 1U);
}

TEST_F(WebChatTest, WhatIsSentWhileTheStoreIsReadIsNotLost) {
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

TEST_F(WebChatTest, APersonWithoutAccessSeesWhatTheRingRemembers) {
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

TEST_F(WebChatTest, AStoreThatCannotBeReadIsSaid) {
  host.auto_history = false;
  const oc_op ws = join();
  host.fail(host.history_ops.at(0), {OC_E_IO, "disk"});
  EXPECT_EQ(got(ws, "welcome").at(0)["historyComplete"], false);
  ASSERT_EQ(host.logs.size(), 1U);
  EXPECT_EQ(host.logs[0].event, "webchat.history_failed");
}

TEST_F(WebChatTest, StreamsPartialsAndTyping) {
  const oc_op ws = join();
  const std::string id = chat(ws);
  host.typing(id, true);
  host.partial(OC_PARTIAL_BEGIN, id, "t1", "");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "Hel");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "lo");
  host.partial(OC_PARTIAL_END, id, "t1", "");
  host.typing(id, false);
  const auto partials = got(ws, "partial");
  ASSERT_EQ(partials.size(), 4U);
  EXPECT_EQ(partials[0]["kind"], "begin");
  EXPECT_EQ(partials[1]["text"], "Hel");
  EXPECT_EQ(partials[2]["text"], "lo");
  EXPECT_EQ(partials[3]["kind"], "end");
  EXPECT_LT(partials[1]["seq"], partials[2]["seq"]);
  EXPECT_EQ(got(ws, "typing").size(), 2U);
}

TEST_F(WebChatTest, StopsTheRunningTurn) {
  const oc_op ws = join();
  host.ws_message(ws, R"({"type":"stop"})");
  ASSERT_EQ(host.stops_asked.size(), 1U);
  EXPECT_EQ(host.stops_asked[0].sender_id, chat(ws));
  EXPECT_EQ(got(ws, "stopped").at(0)["count"], 1);
}

TEST_F(WebChatTest, AnswersAPing) {
  const oc_op ws = join();
  host.ws_message(ws, R"({"type":"ping"})");
  EXPECT_EQ(got(ws, "pong").size(), 1U);
}

TEST_F(WebChatTest, ClosesWhoeverDoesNotSayHelloFirst) {
  const oc_op ws = open();
  say(ws, "message-1");
  EXPECT_EQ(got(ws, "error").at(0)["code"], "hello_required");
  EXPECT_EQ(closed(ws), 1008U);
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(WebChatTest, ClosesWhoeverSaysNothingForTenSeconds) {
  const oc_op silent = open();
  host.advance(5000);
  const oc_op later = open();
  const oc_op greeted = join();
  host.advance(4999);
  EXPECT_EQ(closed(silent), 0U);
  host.advance(1);
  EXPECT_EQ(closed(silent), 1008U);
  EXPECT_EQ(closed(later), 0U);
  host.advance(5000);
  EXPECT_EQ(closed(later), 1008U);
  EXPECT_EQ(closed(greeted), 0U);
  host.advance(200'000);
  EXPECT_EQ(closed(greeted), 1001U) << "no ping for three minutes";
}

TEST_F(WebChatTest, RefusesBinaryBrokenAndOversizeFrames) {
  const oc_op binary = join();
  host.ws_message(binary, R"({"type":"ping"})", true);
  EXPECT_EQ(closed(binary), 1003U);
  const oc_op broken = join();
  host.ws_message(broken, "{");
  EXPECT_EQ(closed(broken), 1008U);
  const oc_op large = join();
  host.ws_message(large, std::string(300'000, ' '));
  EXPECT_EQ(closed(large), 1009U);
}

TEST_F(WebChatTest, RefusesAWeakTokenAndASecondHello) {
  const oc_op weak = join({}, "short");
  EXPECT_EQ(closed(weak), 1008U);
  EXPECT_EQ(got(weak, "error").at(0)["code"], "invalid_token");
  const oc_op twice = join();
  host.ws_message(twice, json{{"type", "hello"}, {"protocol", 1}, {"token", kToken}}.dump());
  EXPECT_EQ(closed(twice), 1008U);
}

TEST_F(WebChatTest, LimitsTheTabsOfOnePerson) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(closed(join()), 0U);
  const oc_op ninth = join();
  EXPECT_EQ(got(ninth, "error").at(0)["code"], "too_many_tabs");
  EXPECT_EQ(closed(ninth), 1013U);
}

TEST_F(WebChatTest, LimitsTheConnectionsOfOneAddress) {
  for (int i = 0; i < 64; ++i) EXPECT_EQ(closed(open()), 0U);
  EXPECT_EQ(closed(open()), 1013U);
}

TEST_F(WebChatTest, LimitsTheRateOfMessages) {
  const oc_op ws = join();
  for (int i = 0; i < 11; ++i) say(ws, "message-" + std::to_string(i));
  EXPECT_EQ(host.submitted.size(), 10U);
  const auto errors = got(ws, "error");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0]["code"], "rate_limited");
  EXPECT_EQ(errors[0]["id"], "message-10");
  host.advance(errors[0]["retryAfterMs"].get<std::uint64_t>());
  say(ws, "message-10");
  EXPECT_EQ(host.submitted.size(), 11U);
  for (int i = 0; i < 100; ++i) host.ws_message(ws, R"({"type":"ping"})");
  EXPECT_EQ(closed(ws), 1008U);
}

TEST_F(WebChatTest, ASubmitThatEndsAfterTheTabWentStillReachesTheOthers) {
  host.auto_accept = false;
  const oc_op gone = join();
  const oc_op stays = join();
  say(gone, "message-1");
  host.ws_closed(gone);
  host.accept(host.submitted.at(0).op);
  EXPECT_EQ(got(stays, "message").size(), 1U);
  EXPECT_TRUE(got(gone, "ack").empty());
}

TEST_F(WebChatTest, TakesNothingNewWhileItDrainsAndClosesOnStop) {
  const oc_op ws = join();
  host.quiesce();
  say(ws, "message-1");
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_EQ(got(ws, "error").at(0)["code"], "restarting");
  EXPECT_EQ(closed(open()), 1012U);
  host.send(answer(ws, "the last words"));
  EXPECT_EQ(got(ws, "message").size(), 1U);
  const oc_op stop = host.stop();
  EXPECT_EQ(closed(ws), 1012U);
  EXPECT_NE(host.completion(stop), nullptr);
  EXPECT_EQ(host.timers(), 0U);
  EXPECT_EQ(host.open_ops(), 0U);
  EXPECT_EQ(host.wrong_completions(), 0);
}

}  // namespace
}  // namespace openclaw::testing
