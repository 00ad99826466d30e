#include "core/api/chat_request.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

namespace openclaw::api {
namespace {

using nlohmann::json;

TEST(ChatEnvelope, FindsModelAndStreamWhereverTheyStand) {
  const std::string body =
      R"( { "messages":[{"role":"user","content":"say \"model\": \\ } ]"}], "stream" : true ,"model":"p\/m","n":1} )";
  const auto e = scan_chat_envelope(body);
  ASSERT_FALSE(e.has_error()) << e.error().message;
  EXPECT_EQ(e->model, "p/m");
  EXPECT_TRUE(e->stream);
  const auto replaced = json::parse(with_model(body, *e, "other \"one\""));
  EXPECT_EQ(replaced["model"], "other \"one\"");
  EXPECT_EQ(replaced["messages"], json::parse(body)["messages"]);
}

TEST(ChatEnvelope, OnlyTheTopLevelCounts) {
  const auto e =
      scan_chat_envelope(R"({"metadata":{"model":"inner","stream":true},"model":"a/b"})");
  ASSERT_FALSE(e.has_error());
  EXPECT_EQ(e->model, "a/b");
  EXPECT_FALSE(e->stream);
}

struct Bad {
  const char* body;
  const char* reason;
};

TEST(ChatEnvelope, SaysWhatIsWrong) {
  for (const Bad& bad : {Bad{"", "not valid JSON"}, Bad{"[]", "must be a JSON object"},
                         Bad{"{}", "model is missing"}, Bad{R"({"model":1})", "must be a string"},
                         Bad{R"({"model":"a/b","model":"c/d"})", "given twice"},
                         Bad{R"({"model":"a/b","stream":"yes"})", "stream must be"},
                         Bad{R"({"model":"a/b")", "not valid JSON"},
                         Bad{"{\"model\":\"a/\xff\"}", "not valid JSON"}}) {
    const auto e = scan_chat_envelope(bad.body);
    ASSERT_TRUE(e.has_error()) << bad.body;
    EXPECT_NE(e.error().message.find(bad.reason), std::string::npos)
        << bad.body << ": " << e.error().message;
  }
}

json random_value(std::mt19937& rng, int depth) {
  switch (rng() % (depth > 3 ? 5U : 7U)) {
    case 0:
      return nullptr;
    case 1:
      return rng() % 2 == 0;
    case 2:
      return static_cast<int>(rng());
    case 3:
      return static_cast<double>(rng()) / 7;
    case 4: {
      std::string text;
      for (auto n = rng() % 12; n > 0; --n) text += "\"\\{}[]:, model\n\xc3\xa9"[rng() % 16];
      return json::parse(json(text).dump(-1, ' ', true, json::error_handler_t::replace));
    }
    case 5: {
      json list = json::array();
      for (auto n = rng() % 4; n > 0; --n) list.push_back(random_value(rng, depth + 1));
      return list;
    }
    default: {
      json object = json::object();
      for (auto n = rng() % 4; n > 0; --n) {
        object[rng() % 3 == 0 ? "model" : "k" + std::to_string(rng() % 9)] =
            random_value(rng, depth + 1);
      }
      return object;
    }
  }
}

TEST(ChatEnvelope, ReplacingTheModelChangesNothingElse) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937 rng(seed);
  for (int round = 0; round < 2000; ++round) {
    json body = json::object();
    for (auto n = rng() % 6; n > 0; --n)
      body["k" + std::to_string(rng() % 9)] = random_value(rng, 0);
    body["model"] = "some/model";
    const bool stream = rng() % 2 == 0;
    body["stream"] = stream;
    const std::string text =
        body.dump(rng() % 2 == 0 ? -1 : 2, ' ', rng() % 2 == 0, json::error_handler_t::replace);
    const auto e = scan_chat_envelope(text);
    ASSERT_FALSE(e.has_error()) << e.error().message << "\n" << text;
    EXPECT_EQ(e->stream, stream);
    json wanted = json::parse(text);
    wanted["model"] = "x";
    EXPECT_EQ(json::parse(with_model(text, *e, "x")), wanted) << text;
  }
}

TEST(ChatRequest, TakesWhatATurnNeeds) {
  const auto r = parse_chat_request(R"({"model":"openclaw/main","user":"u","stream":true,
    "stream_options":{"include_usage":true},"temperature":0.5,"tools":[],
    "messages":[{"role":"system","content":"Be kind."},{"role":"developer","content":"Short."},
                {"role":"user","content":"first"},{"role":"assistant","content":"a"},
                {"role":"user","content":[{"type":"text","text":"se"},{"type":"image_url","image_url":{}},
                                          {"type":"text","text":"cond"}]}]})");
  ASSERT_FALSE(r.has_error()) << r.error().message;
  EXPECT_EQ(r->last_user_text, "se\ncond");
  EXPECT_EQ(r->instructions, "Be kind.\n\nShort.");
  EXPECT_EQ(r->user, "u");
  EXPECT_TRUE(r->stream);
  EXPECT_TRUE(r->include_usage);
  EXPECT_EQ(json::parse(r->parameters_json), (json{{"temperature", 0.5}}));
  EXPECT_EQ(json::parse(r->messages_json).size(), 5U);
}

TEST(ChatRequest, SaysWhichFieldIsWrong) {
  for (const Bad& bad :
       {Bad{R"({"model":"m"})", "messages"}, Bad{R"({"model":"m","messages":[]})", "messages"},
        Bad{R"({"model":"m","messages":[1]})", "messages[0]"},
        Bad{R"({"model":"m","messages":[{"role":"user","content":""}]})", "no text"},
        Bad{R"({"model":"m","user":1,"messages":[{"role":"user","content":"x"}]})", "user"},
        Bad{R"({"messages":[{"role":"user","content":"x"}]})", "model"}}) {
    const auto r = parse_chat_request(bad.body);
    ASSERT_TRUE(r.has_error()) << bad.body;
    EXPECT_NE(r.error().message.find(bad.reason), std::string::npos) << r.error().message;
  }
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string body_with(const std::string& stop) {
  return R"({"model":"openclaw","messages":[{"role":"user","content":"[["}],"stop":)" + stop + "}";
}

TEST(ChatRequest, NestingThatWouldUseUpTheStackIsRefused) {
  for (const std::size_t depth : {200U, 100000U, 1000000U}) {
    const auto envelope = scan_chat_envelope(body_with(nested(depth)));
    ASSERT_TRUE(envelope.has_error());
    EXPECT_EQ(envelope.error().message, "the body is nested too deeply");
    EXPECT_TRUE(parse_chat_request(body_with(nested(depth))).has_error());
  }
}

TEST(ChatRequest, OrdinaryNestingIsTaken) {
  const auto envelope = scan_chat_envelope(body_with(nested(100)));
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(envelope->model, "openclaw");
  const auto request = parse_chat_request(body_with(nested(100)));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->last_user_text, "[[");
}

std::string list_of(const std::string& value, std::size_t count) {
  std::string out = "[ ";
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : " , ") + value;
  return out + "]";
}

TEST(ChatRequest, MoreValuesThanAnyConversationHasAreRefused) {
  // Around the list: the body, model, messages, the message, role and content, stop.
  const std::size_t most = kMaxJsonValues - 7;
  for (const char* value : {"{}", "[ ]", "1", "\"a,[b\\\"{\""}) {
    const auto taken = body_with(list_of(value, most));
    EXPECT_TRUE(scan_chat_envelope(taken).has_value()) << value;
    EXPECT_TRUE(parse_chat_request(taken).has_value()) << value;
    const auto refused = body_with(list_of(value, most + 1));
    const auto envelope = scan_chat_envelope(refused);
    ASSERT_TRUE(envelope.has_error()) << value;
    EXPECT_EQ(envelope.error().message, "the body holds more than 200000 JSON values");
    EXPECT_TRUE(parse_chat_request(refused).has_error()) << value;
  }
}

TEST(ChatRequest, MembersOfAnObjectAreCountedWithoutTheirKeys) {
  std::string members;
  for (std::size_t i = 0; i < kMaxJsonValues - 7; ++i) {
    members += (i == 0 ? "\"k\":1" : ",\"k\":1");
  }
  EXPECT_TRUE(scan_chat_envelope(body_with("{" + members + "}")).has_value());
  EXPECT_TRUE(scan_chat_envelope(body_with("{" + members + ",\"k\":1}")).has_error());
}

TEST(ChatRequest, BracketsInTextAreNoNesting) {
  const std::string text(100000, '[');
  EXPECT_TRUE(scan_chat_envelope(R"({"model":"m","x":")" + text + R"("})").has_value());
}

}  // namespace
}  // namespace openclaw::api
