#include "core/pipeline/turn/turn_record.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/scripted_ports.hpp"
#include "core/render/sample_dialects.hpp"

namespace openclaw::pipeline {
namespace {

constexpr std::int64_t kRecordedMs = 5000;

/// Two messages of one chat, in a turn of epoch 31.
class TurnRecordTest : public ::testing::Test {
 protected:
  TurnRecordTest() {
    lane.session = "s";
    lane.epoch = 31;
    lane.ids = {7, 8};
    for (const char* text : {"one", "two"}) {
      WaitingMessage m;
      m.message.instance = "chat";
      m.message.from.chat_id = "c";
      m.message.message_id = std::string("id-") + text;
      m.message.text = text;
      messages.push_back(std::move(m));
    }
  }
  TurnRecord record(bool stateless = false) { return {lane, messages, &channel, {stateless, 100}}; }

  runtime::Loop loop{"test"};
  scripted::RecordingChannel channel{loop, "chat", true};
  LaneTurn lane;
  std::vector<WaitingMessage> messages;
};

TEST_F(TurnRecordTest, AnAnswerIsWrittenWithItsQuestionsAndReplies) {
  messages[0].message.ts_ms = 4000;
  const Finish write =
      record().answered({"yes", "m", R"({"prompt_tokens":3})", "stop"}, kRecordedMs);
  EXPECT_EQ(write.disposition, Disposition::answered);
  EXPECT_EQ(write.epoch, 31U);
  EXPECT_EQ(write.ids, (std::vector<std::uint64_t>{7, 8}));
  ASSERT_EQ(write.transcript.size(), 3U);
  EXPECT_EQ(write.transcript[0].ts_ms, 4000);
  EXPECT_EQ(write.transcript[1].text, "two");
  EXPECT_EQ(write.transcript[1].ts_ms, kRecordedMs);
  EXPECT_EQ(write.transcript[2].role, Role::assistant);
  EXPECT_EQ(write.transcript[2].meta_json,
            R"({"model":"m","turn":"t1f.7","usage":{"completion_tokens":0,"prompt_tokens":3}})");
  ASSERT_EQ(write.outbox.size(), 1U);
  EXPECT_EQ(write.outbox[0].idem_key, "t1f.7-0");
  EXPECT_EQ(write.outbox[0].expires_ms, kRecordedMs + 100);
}

TEST_F(TurnRecordTest, AnAnswerIsWrittenInTheChannelsFormBesideThePlainOne) {
  channel.take(render::samples::format(render::samples::html()));
  const auto write = record().answered({"a **b** <c>", "m", {}, "stop"}, kRecordedMs);
  const auto out = outbound_from_json(write.outbox.at(0).payload_json);
  EXPECT_EQ(out->text, "a <b>b</b> &lt;c&gt;");
  EXPECT_EQ(out->plain, "a b <c>");
  EXPECT_EQ(write.transcript.back().text, "a **b** <c>");
  const auto notice = record().dead("why", "*not* _markup_", kRecordedMs);
  EXPECT_EQ(outbound_from_json(notice.outbox.at(0).payload_json)->text, "*not* _markup_");
}

TEST_F(TurnRecordTest, OnlyTheFirstPartOfAReplyInAGroupAnswersAMessage) {
  messages[1].message.from.kind = ChatKind::group;
  const Finish write = record().answered({std::string(9000, 'x'), "m", {}, "stop"}, kRecordedMs);
  ASSERT_EQ(write.outbox.size(), 3U);
  EXPECT_EQ(outbound_from_json(write.outbox[0].payload_json)->reply_to, "id-two");
  EXPECT_EQ(outbound_from_json(write.outbox[1].payload_json)->reply_to, "");
}

TEST_F(TurnRecordTest, SilenceKeepsTheQuestionsAndSaysNothing) {
  const Finish write = record().silent("stopped", kRecordedMs);
  EXPECT_EQ(write.disposition, Disposition::silent);
  EXPECT_EQ(write.transcript.size(), 2U);
  EXPECT_TRUE(write.outbox.empty());
}

TEST_F(TurnRecordTest, ADeadLetterLeavesNoTranscriptAndANotice) {
  const Finish write = record().dead("why", "Try later.", kRecordedMs);
  EXPECT_EQ(write.disposition, Disposition::dead);
  EXPECT_EQ(write.reason, "why");
  EXPECT_TRUE(write.transcript.empty());
  EXPECT_EQ(outbound_from_json(write.outbox.at(0).payload_json)->text, "Try later.");
  EXPECT_EQ(record().dead("why", {}, kRecordedMs).outbox.size(), 1U);
}

TEST_F(TurnRecordTest, AClientsOwnConversationIsNotKept) {
  EXPECT_TRUE(record(true).answered({"yes", "m", {}, "stop"}, kRecordedMs).transcript.empty());
  EXPECT_TRUE(record(true).silent("stopped", kRecordedMs).transcript.empty());
}

TEST_F(TurnRecordTest, WhatIsNotedMeanwhileEndsNoMessage) {
  const Finish write = record().noted({0, Role::system, kRecordedMs, "summary", {}}, kRecordedMs);
  EXPECT_TRUE(write.ids.empty());
  EXPECT_EQ(write.transcript.size(), 1U);
  EXPECT_TRUE(write.outbox.empty());
}

}  // namespace
}  // namespace openclaw::pipeline
