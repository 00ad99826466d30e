#include "core/api/completion_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace openclaw::api {
namespace {

using nlohmann::json;

const CompletionJson kJson("chatcmpl-1", 1700000000, "openclaw/\"main\"");

TEST(CompletionJson, AWholeAnswerHasTheFieldsThatClientsRead) {
  const json j = json::parse(
      kJson.whole("He said \"hi\"\n", "stop", R"({"prompt_tokens":2,"completion_tokens":3})", {}));
  EXPECT_EQ(j["object"], "chat.completion");
  EXPECT_EQ(j["model"], "openclaw/\"main\"");
  EXPECT_EQ(j["choices"][0]["message"]["content"], "He said \"hi\"\n");
  EXPECT_EQ(j["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(j["usage"]["total_tokens"], 5);
}

TEST(CompletionJson, ToolCallsWithoutTextHaveNullContent) {
  const json j = json::parse(kJson.whole("", "tool_calls", "", R"([{"id":"c"}])"));
  EXPECT_TRUE(j["choices"][0]["message"]["content"].is_null());
  EXPECT_EQ(j["choices"][0]["message"]["tool_calls"][0]["id"], "c");
}

TEST(CompletionJson, ChunksFollowTheStreamsForm) {
  EXPECT_EQ(json::parse(kJson.first_chunk())["choices"][0]["delta"]["role"], "assistant");
  const json text = json::parse(kJson.text_chunk("a\xffz"));
  EXPECT_EQ(text["choices"][0]["delta"]["content"], "a\xef\xbf\xbdz");
  EXPECT_TRUE(text["choices"][0]["finish_reason"].is_null());
  EXPECT_EQ(json::parse(kJson.last_chunk(""))["choices"][0]["finish_reason"], "stop");
  const json usage = json::parse(kJson.usage_chunk("nonsense"));
  EXPECT_TRUE(usage["choices"].empty());
  EXPECT_EQ(usage["usage"]["total_tokens"], 0);
  const json tool =
      json::parse(kJson.tool_chunk(R"({"index":1,"id":"c1","name":"f","arguments":"{\"a\""})"));
  const json call = tool["choices"][0]["delta"]["tool_calls"][0];
  EXPECT_EQ(call["index"], 1);
  EXPECT_EQ(call["type"], "function");
  EXPECT_EQ(call["function"]["arguments"], "{\"a\"");
}

TEST(CompletionJson, AMalformedToolCallIsNoCallAndNoCrash) {
  const json empty = json::parse(kJson.tool_chunk("nonsense"))["choices"][0]["delta"];
  EXPECT_EQ(empty, json::object());
  const json tool =
      json::parse(kJson.tool_chunk(R"({"index":"x","id":7,"name":{},"arguments":null})"));
  EXPECT_EQ(tool["choices"][0]["delta"]["tool_calls"][0],
            json::parse(R"({"index":0,"function":{}})"));
}

TEST(CompletionJson, ErrorsBecomeTheStatusThatTellsAClientWhatToDo) {
  EXPECT_EQ(status_of({Errc::rate, ""}), 429U);
  EXPECT_EQ(status_of({Errc::storage, ""}), 503U);
  EXPECT_EQ(status_of({Errc::deadline, ""}), 504U);
  EXPECT_EQ(status_of({Errc::network, ""}), 502U);
  // The gateway's own key was refused: that is no 401 of the client's.
  EXPECT_EQ(status_of({Errc::auth, ""}), 502U);
  Error too_large{Errc::too_large, ""};
  EXPECT_EQ(status_of(too_large), 502U) << "an answer";
  too_large.http_status = 413;
  EXPECT_EQ(status_of(too_large), 413U) << "a request";
  Error invalid{Errc::invalid, ""};
  invalid.http_status = 422;
  EXPECT_EQ(status_of(invalid), 422U);
  EXPECT_EQ(json::parse(error_json({Errc::rate, "slow"}))["error"]["type"], "rate_limit_error");
}

TEST(CompletionJson, IdsDoNotRepeat) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(fresh_completion_id());
  EXPECT_EQ(ids.size(), 1000U);
}

}  // namespace
}  // namespace openclaw::api
