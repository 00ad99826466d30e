// Answers as HTML, for pages that ask for it.
#include "live_html.hpp"
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class WebChatHtml : public WebChatFixture {
 protected:
  oc_op join_html(const json& more = {}, const std::string& token = kToken) {
    json hello = {{"html", true}};
    if (more.is_object()) hello.update(more);
    return join(hello, token);
  }
  void text(oc_op ws, const std::string& piece) {
    host.partial(OC_PARTIAL_TEXT, chat(ws), "t1", piece);
  }
  std::vector<std::string> kinds(oc_op ws) {
    std::vector<std::string> out;
    for (const auto& frame : got(ws, "partial")) out.push_back(frame["kind"]);
    return out;
  }
};

TEST_F(WebChatHtml, OnlyWhoAsksGetsIt) {
  const oc_op plain = join();
  const oc_op html = join_html();
  host.send(answer(plain, "one\ntwo"));
  EXPECT_FALSE(got(plain, "message").at(0).contains("html"));
  EXPECT_EQ(got(html, "message").at(0)["html"], "<p>one</p>\n<p>two</p>");
  EXPECT_EQ(got(html, "message").at(0)["text"], "one\ntwo");
  EXPECT_EQ(got(html, "message").at(0)["seq"], got(plain, "message").at(0)["seq"]);
}

TEST_F(WebChatHtml, WhatPeopleWriteIsNoMarkdown) {
  const oc_op ws = join_html();
  say(ws, "message-1", "**hi**");
  EXPECT_FALSE(got(ws, "message").at(0).contains("html"));
}

TEST_F(WebChatHtml, TheHistoryAndWhatWasMissedHaveIt) {
  host.history_json = R"([{"id":1,"role":"user","text":"hi","ts":5},
                          {"id":2,"role":"assistant","text":"hello","ts":6}])";
  const oc_op ws = join_html();
  const json welcome = got(ws, "welcome").at(0);
  EXPECT_FALSE(welcome["history"][0].contains("html"));
  EXPECT_EQ(welcome["history"][1]["html"], "<p>hello</p>");
  host.ws_closed(ws);
  host.send(answer(ws, "missed"));
  const oc_op back = join_html({{"epoch", welcome["epoch"]}, {"after", welcome["seq"]}});
  EXPECT_EQ(got(back, "message").at(0)["html"], "<p>missed</p>");
}

TEST_F(WebChatHtml, OfALongHistoryTheNewestHaveIt) {
  json history = json::array();
  for (int i = 0; i < 10; ++i) {
    history.push_back(
        {{"id", i}, {"role", "assistant"}, {"text", std::string(100'000, 'x')}, {"ts", i}});
  }
  host.history_json = history.dump();
  const oc_op ws = join_html();
  const json shown = got(ws, "welcome").at(0)["history"];
  ASSERT_EQ(shown.size(), 10U);
  EXPECT_TRUE(shown.back().contains("html"));
  EXPECT_FALSE(shown.front().contains("html"));
}

TEST_F(WebChatHtml, ARunningAnswerIsToldByWhatChanged) {
  const oc_op plain = join();
  const oc_op ws = join_html();
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  text(ws, "one\n");
  text(ws, "tw");
  text(ws, "o");
  EXPECT_EQ(kinds(plain), (std::vector<std::string>{"begin", "text", "text", "text"}));
  EXPECT_EQ(kinds(ws), (std::vector<std::string>{"begin", "html"})) << "the rest a moment later";
  host.advance(LiveHtml::kEveryMs);
  const auto partials = got(ws, "partial");
  ASSERT_EQ(partials.size(), 3U);
  EXPECT_EQ(partials[1]["keep"], 0);
  EXPECT_EQ(partials[1]["html"], "<p>one</p>");
  EXPECT_EQ(partials[2]["keep"], 10);
  EXPECT_EQ(partials[2]["html"], "\n<p>two</p>");
  host.advance(10 * LiveHtml::kEveryMs);
  EXPECT_EQ(got(ws, "partial").size(), 3U) << "nothing new, nothing told";
}

TEST_F(WebChatHtml, AtItsEndNothingOfAnAnswerIsMissing) {
  const oc_op ws = join_html();
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  text(ws, "one");
  text(ws, " two");
  host.partial(OC_PARTIAL_END, chat(ws), "t1", "");
  const auto partials = got(ws, "partial");
  ASSERT_EQ(partials.size(), 4U);
  EXPECT_EQ(partials[2]["keep"], 6);
  EXPECT_EQ(partials[2]["html"], " two</p>");
  EXPECT_EQ(partials[3]["kind"], "end");
}

TEST_F(WebChatHtml, APageThatComesLateGoesOnWhereTheOthersAre) {
  const oc_op first = join_html();
  host.partial(OC_PARTIAL_BEGIN, chat(first), "t1", "");
  text(first, "one\n");
  text(first, "tw");
  const oc_op late = join_html();
  const json live = got(late, "welcome").at(0)["live"];
  EXPECT_EQ(live["html"], "<p>one</p>") << "what the others were told";
  EXPECT_FALSE(live.contains("text"));
  ASSERT_EQ(got(late, "partial").size(), 1U) << "and at once what they were not";
  EXPECT_EQ(got(late, "partial").at(0), got(first, "partial").at(2));
}

TEST_F(WebChatHtml, WhatWasWrittenWithoutATabIsShownToTheOneThatComesBack) {
  const oc_op ws = join_html();
  const std::string id = chat(ws);
  const json welcome = got(ws, "welcome").at(0);
  host.partial(OC_PARTIAL_BEGIN, id, "t1", "");
  host.ws_closed(ws);
  host.partial(OC_PARTIAL_TEXT, id, "t1", "one two");
  const oc_op back = join_html({{"epoch", welcome["epoch"]}, {"after", welcome["seq"]}});
  ASSERT_EQ(got(back, "partial").size(), 1U);
  EXPECT_EQ(got(back, "partial")[0]["html"], "<p>one two</p>");
}

TEST_F(WebChatHtml, AStormOfHellosGetsTheHistoryAsItWasWritten) {
  host.history_json = R"([{"id":2,"role":"assistant","text":"hello","ts":6}])";
  for (int i = 0; i < 9; ++i) {
    const oc_op ws = join_html();
    const json shown = got(ws, "welcome").at(0)["history"][0];
    EXPECT_EQ(shown.contains("html"), i < 8) << i;
    EXPECT_EQ(shown["text"], "hello");
    host.ws_closed(ws);
  }
  host.advance(2000);
  EXPECT_TRUE(got(join_html(), "welcome").at(0)["history"][0].contains("html"));
}

TEST_F(WebChatHtml, AStormOfReplaysGetsWhatItMissedAsItWasWritten) {
  const oc_op first = join_html();
  const json welcome = got(first, "welcome").at(0);
  host.ws_closed(first);
  host.send(answer(first, "missed"));
  int rendered = 0;
  for (int i = 0; i < 12; ++i) {
    const oc_op ws = join_html({{"epoch", welcome["epoch"]}, {"after", welcome["seq"]}});
    const json told = got(ws, "message").at(0);
    EXPECT_EQ(told["text"], "missed");
    rendered += told.contains("html") ? 1 : 0;
    host.ws_closed(ws);
  }
  EXPECT_EQ(rendered, 8);
}

TEST_F(WebChatHtml, AnAnswerThatIsVeryLongIsToldAsItWasWritten) {
  const oc_op ws = join_html();
  host.send(answer(ws, std::string(300 << 10U, 'x')));
  EXPECT_FALSE(got(ws, "message").at(0).contains("html"));
}

TEST_F(WebChatHtml, ManyAnswersAtOnceAreAllShown) {
  std::vector<oc_op> tabs;
  for (int i = 0; i < 12; ++i) tabs.push_back(join_html({}, kToken + std::to_string(i)));
  for (const oc_op ws : tabs) {
    host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
    text(ws, "one");
    text(ws, " two");
  }
  host.advance(LiveHtml::kEveryMs);
  for (int i = 0; i < 60; ++i) host.advance(20);
  for (const oc_op ws : tabs) {
    const auto partials = got(ws, "partial");
    ASSERT_EQ(partials.size(), 3U);
    EXPECT_EQ(partials[2]["html"], " two</p>");
  }
}

TEST_F(WebChatHtml, AResetBeginsAnew) {
  const oc_op ws = join_html();
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  text(ws, "one");
  host.partial(OC_PARTIAL_RESET, chat(ws), "t1", "");
  text(ws, "one");
  EXPECT_EQ(kinds(ws), (std::vector<std::string>{"begin", "html", "reset", "html"}));
  EXPECT_EQ(got(ws, "partial")[3]["keep"], 0);
}

TEST_F(WebChatHtml, AHostWithoutItGetsTextShown) {
  host.html = nullptr;
  const oc_op ws = join_html();
  host.partial(OC_PARTIAL_BEGIN, chat(ws), "t1", "");
  text(ws, "one");
  host.send(answer(ws, "one"));
  EXPECT_EQ(kinds(ws), (std::vector<std::string>{"begin", "text"}));
  EXPECT_FALSE(got(ws, "message").at(0).contains("html"));
}

}  // namespace
}  // namespace openclaw::webchat
