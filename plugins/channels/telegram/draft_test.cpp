// Answers in the making: the throttle, and the calls it leads to.
#include "draft.hpp"

#include "telegram_fixture.hpp"
#include "utf16.hpp"

namespace openclaw::telegram {
namespace {

constexpr std::int64_t kDraftStart = 1'000;

TEST(Draft, ShowsTheLatestTextAtMostEvery300Ms) {
  Draft draft;
  draft.add("a");
  EXPECT_EQ(draft.next(kDraftStart), "a");
  draft.add("b");
  EXPECT_EQ(draft.next(kDraftStart + 400), std::nullopt) << "one is under way";
  draft.add("c");
  draft.answered(kDraftStart + 100, 0);
  EXPECT_EQ(draft.next(kDraftStart + 299), std::nullopt);
  EXPECT_EQ(draft.wake_in_ms(kDraftStart + 299), 1U);
  EXPECT_EQ(draft.next(kDraftStart + 300), "abc");
  draft.answered(kDraftStart + 310, 0);
  EXPECT_EQ(draft.wake_in_ms(kDraftStart + 310), std::nullopt) << "nothing new";
}

TEST(Draft, OfALongTextTheEndIsKept) {
  Draft draft;
  for (int i = 0; i < 40'000; ++i) draft.add(i % 50 == 49 ? "😀\n" : "😀");
  draft.add("end");
  const auto shown = draft.next(kDraftStart);
  ASSERT_TRUE(shown);
  EXPECT_LE(shown->size(), Draft::kMaxBytes);
  EXPECT_GE(shown->size(), Draft::kMaxBytes - 51 * 4);
  EXPECT_EQ(shown->substr(0, 4), "😀") << "from the beginning of a line";
  EXPECT_EQ(shown->substr(shown->size() - 3), "end");
}

TEST(Draft, WhatCannotBeRenderedIsCutInTheUnitTelegramCounts) {
  const std::string text(4096, 'x');
  EXPECT_EQ(end_of_draft(text), text);
  std::string faces;
  for (int i = 0; i < 3'000; ++i) faces += "😀";
  const std::string shown = end_of_draft(faces + "end");
  EXPECT_LE(utf16_length(shown), 4096U);
  EXPECT_GE(utf16_length(shown), 4094U);
  EXPECT_EQ(shown.substr(shown.size() - 3), "end");
}

TEST(Draft, ResetForgetsWhatWasShown) {
  Draft draft;
  draft.add("first provider");
  draft.reset();
  EXPECT_EQ(draft.next(kDraftStart), std::nullopt);
  draft.add("second");
  EXPECT_EQ(draft.next(kDraftStart), "second");
}

TEST(Draft, WhitespaceAloneIsNotShown) {
  Draft draft;
  draft.add("\n ");
  EXPECT_EQ(draft.next(kDraftStart), std::nullopt);
}

TEST(Draft, IsLookedAtSoonWhileItIsYoungAndSeldomWhenItHangs) {
  Draft draft;
  EXPECT_EQ(draft.quiet_in_ms(kDraftStart), 0U);
  draft.add("a");
  draft.next(kDraftStart);
  EXPECT_EQ(draft.quiet_in_ms(kDraftStart + 1), 50U);
  EXPECT_EQ(draft.quiet_in_ms(kDraftStart + 200), 200U);
  EXPECT_EQ(draft.quiet_in_ms(kDraftStart + 4'000), 1'000U);
  draft.answered(kDraftStart + 4'001, 0);
  EXPECT_EQ(draft.quiet_in_ms(kDraftStart + 4'001), 0U);
}

TEST(Draft, TheIdIsNeverZeroAndStaysTheTurns) {
  for (int i = 0; i < 1000; ++i) EXPECT_GT(draft_id_of("turn" + std::to_string(i)), 0);
  EXPECT_EQ(draft_id_of("t"), draft_id_of("t"));
  EXPECT_NE(draft_id_of("t"), draft_id_of("u"));
}

class Drafts : public TelegramFixture {
 protected:
  void SetUp() override { start_polling(); }
  static constexpr const char* kShown = R"({"ok":true,"result":true})";
  static OwnedMessage final_text() {
    OwnedMessage m;
    m.chat_id = "7";
    m.turn_id = "t1";
    m.text = "whole";
    return m;
  }
};

TEST_F(Drafts, AreShownInAPrivateChat) {
  host.partial(OC_PARTIAL_BEGIN, "7", "t1", "");
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  EXPECT_EQ(body_of("sendMessageDraft"),
            (json{{"chat_id", 7}, {"draft_id", draft_id_of("t1")}, {"text", "Hel"}}));
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "lo");
  host.advance(1'000);
  EXPECT_EQ(open_calls("sendMessageDraft").size(), 1U) << "one at a time";
  answer("sendMessageDraft", kShown);
  EXPECT_EQ(body_of("sendMessageDraft")["text"], "Hello");
}

TEST_F(Drafts, ShowTheFormOfTheAnswer) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "so **very**");
  EXPECT_EQ(body_of("sendMessageDraft"), (json{{"chat_id", 7},
                                               {"draft_id", draft_id_of("t1")},
                                               {"text", "so <b>very</b>"},
                                               {"parse_mode", "HTML"}}));
}

TEST_F(Drafts, AreTheTextItselfWithoutARenderer) {
  host.last_message = nullptr;
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "so **very**");
  EXPECT_EQ(body_of("sendMessageDraft")["text"], "so **very**");
  EXPECT_FALSE(body_of("sendMessageDraft").contains("parse_mode"));
}

TEST_F(Drafts, AreNotShownInAGroup) {
  host.partial(OC_PARTIAL_TEXT, "-7", "t1", "Hel");
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Drafts, TheAnswerIsHandedBackWhileADraftOfItIsUnderWay) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  host.partial(OC_PARTIAL_END, "7", "t1", "");
  const oc_op op = host.send(final_text());
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  ASSERT_TRUE(failed_with(op, OC_E_AGAIN));
  EXPECT_EQ(host.completion(op)->failure->flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(host.completion(op)->failure->retry_after_ms, 50U);
  answer("sendMessageDraft", kShown);
  host.send(final_text());
  EXPECT_EQ(body_of("sendMessage")["text"], "whole");
  host.advance(10'000);
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Drafts, NoneFollowsTheAnswer) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  answer("sendMessageDraft", kShown);
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "lo");
  host.send(final_text());
  host.advance(10'000);
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Drafts, AnErrorEndsTheTurnsDraftsOnly) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  answer_error("sendMessageDraft", 400, "Bad Request: chat not found");
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "lo");
  host.advance(10'000);
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
  host.partial(OC_PARTIAL_TEXT, "7", "t2", "x");
  EXPECT_NE(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Drafts, AnUnknownMethodEndsThemForGood) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  answer_error("sendMessageDraft", 404, "Not Found: method not found");
  host.partial(OC_PARTIAL_TEXT, "7", "t2", "x");
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Drafts, ALimitPausesThem) {
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "Hel");
  answer_error("sendMessageDraft", 429, "Too Many Requests", {{"retry_after", 3}});
  host.partial(OC_PARTIAL_TEXT, "7", "t1", "lo");
  host.advance(2'999);
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
  host.advance(1);
  EXPECT_EQ(body_of("sendMessageDraft")["text"], "Hello");
}

}  // namespace
}  // namespace openclaw::telegram
