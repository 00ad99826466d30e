// One of several gateways: what its tabs and those of the others see of one conversation.
#include "event.hpp"
#include "relay.hpp"
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

using Strings = std::vector<std::string>;

class OneOfSeveral : public WebChatFixture {
 protected:
  void SetUp() override {
    host.other_gateways = 1;
    WebChatFixture::SetUp();
    host.advance(6'000);  // until the others have noticed it
  }
  json told(std::size_t i) { return json::parse(host.told.at(i).second); }
  Strings kinds_told() {
    Strings kinds;
    for (std::size_t i = 0; i < host.told.size(); ++i) kinds.push_back(told(i)["kind"]);
    return kinds;
  }
  /// Another gateway's event of the conversation of `ws`.
  void hear(oc_op ws, json event, std::uint64_t n, const std::string& conversation = "main") {
    event.update({{"origin", kOrigin},
                  {"n", n},
                  {"sender", chat(ws)},
                  {"conversation", conversation},
                  {"access", "allowed"}});
    host.hear("chat", event.dump());
  }
  static inline const std::string kOrigin = std::string(32, 'a');
};

TEST_F(OneOfSeveral, WhatHappensHereIsToldInOrder) {
  const oc_op ws = join();
  const std::string id = chat(ws);
  say(ws, "message-1", "hi");
  host.typing(id, true);
  host.partial(OC_PARTIAL_BEGIN, id, "t1", "");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "Hel");
  host.partial(OC_PARTIAL_RESET, id, "t1", "");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "Hello");
  host.partial(OC_PARTIAL_END, id, "t1", "");
  host.send(answer(ws, "Hello!"));
  EXPECT_EQ(kinds_told(),
            (Strings{"message", "typing", "begin", "text", "reset", "text", "end", "answer"}));
  for (std::size_t i = 0; i < host.told.size(); ++i) {
    EXPECT_EQ(told(i)["n"], i + 1);
    EXPECT_EQ(told(i)["sender"], id);
    EXPECT_EQ(told(i)["conversation"], "main");
  }
  EXPECT_EQ(told(7)["id"], "k1");
  EXPECT_EQ(told(7)["text"], "Hello!");
}

TEST_F(OneOfSeveral, WhoIsAloneTellsNobody) {
  host.other_gateways = 0;
  const oc_op ws = join();
  say(ws, "message-1", "hi");
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  host.send(answer(ws, "Hello!"));
  EXPECT_TRUE(host.told.empty());
}

TEST_F(OneOfSeveral, AnAnswersTextIsToldAtMostFourTimesASecondAndWholeAtItsEnd) {
  const oc_op ws = join();
  const std::string id = chat(ws);
  host.partial(OC_PARTIAL_BEGIN, id, "t1", "");
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const std::string piece = std::to_string(i) + " ";
    host.partial(OC_PARTIAL_TEXT, id, "t1", piece);
    all += piece;
    host.advance(10);
  }
  EXPECT_LE(host.told.size(), 1U + 5U);
  EXPECT_GE(host.told.size(), 1U + 4U);
  host.partial(OC_PARTIAL_END, id, "t1", "");
  std::string heard;
  for (std::size_t i = 1; i + 1 < host.told.size(); ++i) {
    EXPECT_EQ(told(i)["kind"], "text");
    EXPECT_EQ(told(i).value("at", 0U), heard.size());
    heard += told(i)["text"];
  }
  EXPECT_EQ(heard, all);
  EXPECT_EQ(told(host.told.size() - 1)["kind"], "end");
  EXPECT_EQ(got(ws, "partial").size(), 102U) << "the tabs here see each piece at once";
}

TEST_F(OneOfSeveral, AnAnswerThatGrowsNoMoreIsToldWithoutAnEnd) {
  const oc_op ws = join();
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  host.partial(OC_PARTIAL_TEXT, chat(ws), "t1", "a");
  host.partial(OC_PARTIAL_TEXT, chat(ws), "t1", "b");
  EXPECT_EQ(host.told.size(), 2U);
  host.advance(250);
  ASSERT_EQ(host.told.size(), 3U);
  EXPECT_EQ(told(2)["text"], "b");
}

TEST_F(OneOfSeveral, WhatIsHeardIsShownHereInOrderAndNotToldAgain) {
  const oc_op ws = join();
  const oc_op elsewhere = join({{"conversation", "c2"}});
  hear(ws, {{"kind", "message"}, {"id", "message-1"}, {"text", "hi"}, {"ts", 5}}, 1);
  hear(ws, {{"kind", "typing"}, {"on", true}}, 2);
  hear(ws, {{"kind", "begin"}, {"turn", "t1"}}, 3);
  hear(ws, {{"kind", "text"}, {"turn", "t1"}, {"text", "Hel"}}, 4);
  hear(ws, {{"kind", "text"}, {"turn", "t1"}, {"text", "lo"}, {"at", 3}}, 5);
  hear(ws, {{"kind", "end"}, {"turn", "t1"}}, 6);
  hear(ws, {{"kind", "answer"}, {"id", "k1"}, {"turn", "t1"}, {"text", "Hello!"}, {"ts", 9}}, 7);
  const auto messages = got(ws, "message");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["role"], "user");
  EXPECT_EQ(messages[0]["id"], "message-1");
  EXPECT_EQ(messages[1]["role"], "assistant");
  EXPECT_EQ(messages[1]["id"], "k-k1");
  const auto partials = got(ws, "partial");
  ASSERT_EQ(partials.size(), 4U);
  EXPECT_EQ(partials[1]["text"], "Hel");
  EXPECT_EQ(partials[2]["text"], "lo");
  EXPECT_EQ(partials[3]["kind"], "end");
  EXPECT_EQ(got(ws, "typing").size(), 1U);
  EXPECT_TRUE(host.told.empty());
  EXPECT_EQ(host.ws_sent[elsewhere].size(), 1U);
  EXPECT_EQ(host.evidence.size(), 0U);
}

TEST_F(OneOfSeveral, WhatItToldItselfItDoesNotShowTwice) {
  const oc_op ws = join();
  host.send(answer(ws, "Hello!", ""));
  const auto echo = host.told.at(0).second;
  host.hear("chat", echo);
  EXPECT_EQ(got(ws, "message").size(), 1U);
}

TEST_F(OneOfSeveral, AnAnswerThatTwoGatewaysDeliverIsShownOnce) {
  const oc_op ws = join();
  hear(ws, {{"kind", "answer"}, {"id", "k1"}, {"turn", "t1"}, {"text", "Hello!"}, {"ts", 9}}, 1);
  const oc_op op = host.send(answer(ws, "Hello!", "k1"));
  EXPECT_EQ(got(ws, "message").size(), 1U);
  EXPECT_EQ(json::parse(host.completion(op)->json)["message_id"], "k-k1");
}

TEST_F(OneOfSeveral, AnAnswerWithoutATabHereSucceedsAndIsTold) {
  const oc_op ws = join();
  const OwnedMessage message = answer(ws, "Hello!");
  host.ws_closed(ws);
  const oc_op op = host.send(message);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_EQ(kinds_told(), Strings{"answer"});
}

TEST_F(OneOfSeveral, WhoComesFromAnotherGatewaySeesWhatRunsThere) {
  const oc_op first = join();
  hear(first,
       {{"kind", "message"},
        {"id", "message-1"},
        {"text", "hi"},
        {"ts", INT64_C(4'000'000'000'000)}},
       1);
  hear(first, {{"kind", "begin"}, {"turn", "t1"}}, 2);
  hear(first, {{"kind", "text"}, {"turn", "t1"}, {"text", "Hel"}}, 3);
  const oc_op ws = join({{"epoch", "of the other gateway"}, {"after", 3}});
  const json welcome = got(ws, "welcome").at(0);
  EXPECT_EQ(welcome["replay"], false) << "its history is read afresh";
  EXPECT_EQ(welcome["pending"].size(), 1U);
  EXPECT_EQ(welcome["live"]["text"], "Hel");
}

TEST_F(OneOfSeveral, AGapMakesTheTabsReadTheConversationAfresh) {
  const oc_op ws = join();
  const oc_op elsewhere = join({{"conversation", "c2"}});
  const json welcome = got(ws, "welcome").at(0);
  hear(ws, {{"kind", "begin"}, {"turn", "t1"}}, 7);
  EXPECT_EQ(closed(ws), 0U) << "nothing is known of what was before";
  hear(ws, {{"kind", "end"}, {"turn", "t1"}}, 9);
  EXPECT_EQ(closed(ws), 1012U);
  EXPECT_EQ(closed(elsewhere), 0U);
  const auto asked = host.history_asked.size();
  const oc_op back = join({{"epoch", welcome["epoch"]}, {"after", welcome["seq"]}});
  EXPECT_EQ(got(back, "welcome").at(0)["replay"], false);
  EXPECT_EQ(host.history_asked.size(), asked + 1);
}

TEST_F(OneOfSeveral, ACountThatBeginsAnewIsNoGap) {
  const oc_op ws = join();
  hear(ws, {{"kind", "typing"}}, 7);
  hear(ws, {{"kind", "typing"}}, 1);
  EXPECT_EQ(closed(ws), 0U);
}

TEST_F(OneOfSeveral, TextBehindAGapIsNotShownAlone) {
  const oc_op ws = join();
  hear(ws, {{"kind", "begin"}, {"turn", "t1"}}, 1);
  hear(ws, {{"kind", "text"}, {"turn", "t1"}, {"text", "lo"}, {"at", 3}}, 2);
  hear(ws, {{"kind", "text"}, {"turn", "t2"}, {"text", "lo"}}, 3);
  EXPECT_EQ(got(ws, "partial").size(), 1U);
}

TEST_F(OneOfSeveral, WhatIsTooLongToBeToldIsReadFromTheStore) {
  const oc_op ws = join();
  host.send(answer(ws, std::string(kMaxEvent, 'x')));
  ASSERT_EQ(host.told.size(), 1U);
  EXPECT_EQ(told(0)["kind"], "lost");
  hear(ws, {{"kind", "lost"}}, 1);
  EXPECT_EQ(closed(ws), 1012U);
}

TEST_F(OneOfSeveral, AMessageThatIsRefusedStaysHereAndTheNoticeToItIsOne) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.accept(host.submitted.at(0).op, "refused");
  host.send(answer(ws, "Pairing code: ABCD2345", "k1", ""));
  EXPECT_EQ(kinds_told(), Strings{"answer"});
  EXPECT_EQ(told(0)["access"], "refused");
  const oc_op other = join({}, "another-person-with-a-token");
  json heard = told(0);
  heard.update({{"origin", kOrigin}, {"sender", chat(other)}});
  host.hear("chat", heard.dump());
  EXPECT_EQ(got(other, "message").at(0)["role"], "system");
}

TEST_F(OneOfSeveral, WhatNoGatewayTellsIsNothing) {
  const oc_op ws = join();
  const json good = {{"kind", "answer"}, {"origin", kOrigin},  {"n", 1},
                     {"id", "k1"},       {"sender", chat(ws)}, {"conversation", "main"},
                     {"turn", "t"},      {"text", "here"},     {"ts", 1}};
  const auto with = [&good](json change) {
    json event = good;
    event.update(change);
    return event.dump();
  };
  EXPECT_TRUE(decode_event(good.dump()));
  for (const auto& text :
       {std::string(), std::string("[]"), std::string(kMaxEvent + 1, ' '),
        std::string(200'000, '['), with({{"kind", "other"}}), with({{"origin", "x"}}),
        with({{"n", 0}}), with({{"n", -1}}), with({{"sender", "../"}}),
        with({{"conversation", "NO"}}), with({{"turn", std::string(257, 't')}}),
        with({{"id", std::string(257, 'i')}}), with({{"kind", "message"}, {"id", ""}}),
        with({{"files", json::array({json{{"file", "../x"}}})}}),
        with({{"files", json(std::vector<json>(11, json{{"file", std::string(32, 'a')}}))}})}) {
    EXPECT_FALSE(decode_event(text)) << text.substr(0, 100);
    host.hear("chat", text);
  }
  EXPECT_EQ(host.ws_sent[ws].size(), 1U);
}

TEST_F(OneOfSeveral, AnEventIsDecodedAsItWasEncoded) {
  Event event;
  event.kind = Event::Kind::message;
  event.origin = kOrigin;
  event.n = 3;
  event.sender = std::string(32, 'b');
  event.conversation = "c2";
  event.id = "message-1";
  event.text = "a\"\n\xF0\x9F\x98\x80";
  event.ts = 7;
  event.files = {{std::string(32, 'c'), "a.png", "image/png", 9}};
  const auto decoded = decode_event(encode(event));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(encode(*decoded), encode(event));
  EXPECT_EQ(decoded->files.at(0).bytes, 9U);
}

class JustBegun : public WebChatFixture {};

TEST_F(JustBegun, TabsThatCameBeforeTheOthersNoticedItReadTheConversationAfresh) {
  const oc_op early = join();
  host.other_gateways = 2;
  host.advance(5'000);
  EXPECT_EQ(closed(early), 1012U);
}

TEST_F(JustBegun, AloneNobodyIsSentAway) {
  const oc_op ws = join();
  host.advance(60'000);
  EXPECT_EQ(closed(ws), 0U);
}

}  // namespace
}  // namespace openclaw::webchat
