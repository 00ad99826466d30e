#include "core/pipeline/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {
namespace {

TEST(Message, AnInboundSurvivesItsDurableForm) {
  Inbound m;
  m.instance = "telegram/work";
  m.from = {"telegram", "work", "-100", "7", "42", ChatKind::group};
  m.sender_name = "Ada \"the\" first";
  m.message_id = "11";
  m.reply_to = "10";
  m.text = "héllo\n\xff";
  m.extra_json = R"({"k":1})";
  m.ts_ms = 1'700'000'000'123;
  m.mentioned = true;
  m.attachments.push_back({"image/png", "cat.png", "file-1", 1234});
  const std::string meta = attachments_meta(m);
  ASSERT_EQ(attachments_of(meta, m.instance).size(), 1U);
  EXPECT_EQ(attachments_of(meta, m.instance)[0].name, "cat.png");
  EXPECT_TRUE(attachments_of(meta, "another").empty());
  EXPECT_TRUE(attachments_of(R"({"instance":"another","attachments":[1]})", "another").empty());
  EXPECT_EQ(attachments_meta({}), "");
  const auto back = inbound_from_json(to_json(m));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->instance, m.instance);
  EXPECT_EQ(back->from.channel, "telegram");
  EXPECT_EQ(back->from.account, "work");
  EXPECT_EQ(back->from.chat_id, "-100");
  EXPECT_EQ(back->from.thread_id, "7");
  EXPECT_EQ(back->from.sender_id, "42");
  EXPECT_EQ(back->from.kind, ChatKind::group);
  EXPECT_EQ(back->sender_name, m.sender_name);
  EXPECT_EQ(back->message_id, "11");
  EXPECT_EQ(back->reply_to, "10");
  EXPECT_EQ(back->text, "héllo\n\xef\xbf\xbd");
  EXPECT_EQ(back->extra_json, m.extra_json);
  EXPECT_EQ(back->ts_ms, m.ts_ms);
  EXPECT_TRUE(back->mentioned);
  ASSERT_EQ(back->attachments.size(), 1U);
  EXPECT_EQ(back->attachments[0].ref, "file-1");
  EXPECT_EQ(back->attachments[0].bytes, 1234U);
}

TEST(Message, AnOutboundSurvivesItsDurableForm) {
  const Outbound m{"c",   "t",    "r",
                   "k-1", "turn", "<b>text</b>",
                   "{}",  "text", {{"image/png", "cat.png", "https://x/cat.png", 0}}};
  const auto back = outbound_from_json(to_json(m));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->chat_id, "c");
  EXPECT_EQ(back->thread_id, "t");
  EXPECT_EQ(back->reply_to, "r");
  EXPECT_EQ(back->idem_key, "k-1");
  EXPECT_EQ(back->turn_id, "turn");
  EXPECT_EQ(back->text, "<b>text</b>");
  EXPECT_EQ(back->plain, "text");
  EXPECT_EQ(back->extra_json, "{}");
  ASSERT_EQ(back->attachments.size(), 1U);
  EXPECT_EQ(back->attachments[0].ref, "https://x/cat.png");
}

TEST(Message, TheDurableFormIsJsonWhateverTheTextsHold) {
  const std::string odd("quote\" back\\ line\n nul\0 del\x7f \xe2\x82\xac", 32);
  Inbound m;
  m.from.chat_id = m.from.sender_id = m.text = m.extra_json = odd;
  m.ts_ms = -5;
  m.attachments = {{odd, {}, odd, UINT64_MAX}, {{}, "second", {}, 0}};
  const auto j = nlohmann::json::parse(to_json(m));
  EXPECT_EQ(j, (nlohmann::json{{"chat", odd},
                               {"sender", odd},
                               {"text", odd},
                               {"extra", odd},
                               {"instance", ""},
                               {"kind", "direct"},
                               {"ts", -5},
                               {"attachments",
                                {{{"mime", odd}, {"name", ""}, {"ref", odd}, {"bytes", UINT64_MAX}},
                                 {{"mime", ""}, {"name", "second"}, {"ref", ""}, {"bytes", 0}}}}}));
  const auto back = inbound_from_json(to_json(m));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->text, odd);
  EXPECT_EQ(back->ts_ms, -5);
  ASSERT_EQ(back->attachments.size(), 2U);
  EXPECT_EQ(back->attachments[0].bytes, UINT64_MAX);
  EXPECT_EQ(back->attachments[0].ref, odd);
  EXPECT_EQ(nlohmann::json::parse(to_json(Outbound{})),
            (nlohmann::json{{"chat", ""}, {"text", ""}}));
  EXPECT_EQ(nlohmann::json::parse(attachments_meta(m))["attachments"], j["attachments"]);
}

TEST(Message, AnOlderGatewaysReplyHasNoPlainText) {
  EXPECT_EQ(outbound_from_json(R"({"chat":"c","text":"hi"})")->plain, "");
  EXPECT_EQ(to_json(Outbound{"c", "", "", "", "", "hi", ""}), R"({"chat":"c","text":"hi"})");
}

TEST(Message, ANewerGatewaysUnknownFieldsAreIgnored) {
  EXPECT_EQ(inbound_from_json(R"({"text":"hi","mood":"good"})")->text, "hi");
  EXPECT_EQ(outbound_from_json(R"({"chat":"c","text":"hi","mood":[1]})")->text, "hi");
  const auto nested = inbound_from_json(
      R"({"mood":{"text":"not this","chat":[[{"kind":1}],null,-1,2.5,true]},"files":[{"text":"nor"}],
          "sinceWhen":1,"attachments":[{"ref":"r","size":{"ref":"nor","bytes":[3]},"bytes":7},{}],
          "text":"hi","chat":"c"})");
  ASSERT_TRUE(nested.has_value());
  EXPECT_EQ(nested->text, "hi");
  EXPECT_EQ(nested->from.chat_id, "c");
  EXPECT_EQ(nested->from.kind, ChatKind::direct);
  ASSERT_EQ(nested->attachments.size(), 2U);
  EXPECT_EQ(nested->attachments[0].ref, "r");
  EXPECT_EQ(nested->attachments[0].bytes, 7U);
}

TEST(Message, WhatIsNotAMessageIsAnErrorNotACrash) {
  for (const char* text :
       {"", "[]", "{", "null", R"({"text":1})", R"({"attachments":"x"})", R"({"attachments":[1]})",
        R"({"ts":"x"})", R"({"text":null})", R"({"text":{"text":"x"}})", R"({"mentioned":1})",
        R"({"attachments":[{"ref":1}]})", R"({"attachments":[[]]})",
        R"({"attachments":[{"bytes":"1"}]})", R"({"text":"hi"} x)", R"({"text":"hi")",
        "[{\"text\":\"hi\"}]", "{\"text\":\"\xff\"}"}) {
    EXPECT_TRUE(inbound_from_json(text).has_error()) << text;
  }
  for (const char* text : {"", "3", R"({"chat":{}})"}) {
    EXPECT_TRUE(outbound_from_json(text).has_error()) << text;
  }
}

}  // namespace
}  // namespace openclaw::pipeline
