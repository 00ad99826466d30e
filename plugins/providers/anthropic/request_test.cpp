#include "request.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace openclaw::anthropic {
namespace {

using nlohmann::json;

/// The translation of a request. With OPENCLAW_DUMP_REQUESTS=DIR it is also written there, so that
/// it can be checked against the API's published schema.
json translated(const json& request, const RequestDefaults& defaults = {}, bool stream = false) {
  const auto t = translate(request.dump(), "claude", stream, defaults);
  EXPECT_EQ(t.problem, "");
  if (const char* dir = std::getenv("OPENCLAW_DUMP_REQUESTS")) {
    static int number = 0;
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::ofstream(std::string(dir) + "/" + test->name() + std::to_string(number++) + ".json")
        << t.body;
  }
  return json::parse(t.body.empty() ? "null" : t.body);
}
json with_messages(json messages) {
  return {{"model", "x"}, {"messages", std::move(messages)}};
}
json turns(json messages) {
  return translated(with_messages(std::move(messages)))["messages"];
}
std::string problem(json messages) {
  return translate(with_messages(std::move(messages)).dump(), "claude", false, {}).problem;
}
json text(const std::string& t) {
  return {{"type", "text"}, {"text", t}};
}
const json kUser = {{"role", "user"}, {"content", "hi"}};

TEST(Request, HasWhatTheApiRequires) {
  EXPECT_EQ(translated(with_messages(json::array({kUser}))),
            (json{{"model", "claude"},
                  {"max_tokens", 4096},
                  {"stream", false},
                  {"messages", {{{"role", "user"}, {"content", {text("hi")}}}}}}));
  EXPECT_EQ(translated(with_messages(json::array({kUser})), {}, true)["stream"], true);
}

TEST(Request, TakesTheLimitFromWhereverItIsGiven) {
  json r = with_messages(json::array({kUser}));
  EXPECT_EQ(translated(r, {99, false})["max_tokens"], 99);
  r["max_tokens"] = 10;
  EXPECT_EQ(translated(r)["max_tokens"], 10);
  r["max_completion_tokens"] = 20;
  EXPECT_EQ(translated(r)["max_tokens"], 20);
}

TEST(Request, HoistsSystemMessages) {
  const json r = translated(with_messages({{{"role", "system"}, {"content", "a"}},
                                           kUser,
                                           {{"role", "developer"}, {"content", {text("b")}}}}));
  EXPECT_EQ(r["system"], (json{text("a"), text("b")}));
  EXPECT_EQ(r["messages"].size(), 1U);
}

TEST(Request, MergesTurnsOfOneRole) {
  EXPECT_EQ(turns({kUser, {{"role", "user"}, {"content", "more"}}}),
            (json{{{"role", "user"}, {"content", {text("hi"), text("more")}}}}));
}

TEST(Request, GivesAConversationThatStartsWithTheAssistantABeginning) {
  const json t = turns({{{"role", "assistant"}, {"content", "A"}}, kUser});
  ASSERT_EQ(t.size(), 3U);
  EXPECT_EQ(t[0]["role"], "user");
  EXPECT_EQ(t[1], (json{{"role", "assistant"}, {"content", {text("A")}}}));
}

TEST(Request, LeavesBlankTextsOut) {
  EXPECT_EQ(turns({kUser,
                   {{"role", "assistant"}, {"content", " \n"}},
                   {{"role", "user"}, {"content", nullptr}}})
                .size(),
            1U);
  EXPECT_NE(problem({{{"role", "user"}, {"content", ""}}}), "");
  EXPECT_NE(problem(json::array()), "");
}

TEST(Request, StripsSpaceAfterALastAssistantTurn) {
  EXPECT_EQ(turns({kUser, {{"role", "assistant"}, {"content", "{ \n"}}})[1]["content"][0]["text"],
            "{");
}

TEST(Request, TranslatesImagesAndFiles) {
  const json t = turns(
      {{{"role", "user"},
        {"content",
         {{{"type", "image_url"}, {"image_url", {{"url", "data:image/png;base64,QUJD"}}}},
          {{"type", "image_url"}, {"image_url", {{"url", "https://x/y.png"}}}},
          {{"type", "file"},
           {"file", {{"file_data", "data:application/pdf;base64,QQ=="}, {"filename", "a.pdf"}}}},
          {{"type", "text"}, {"text", "see"}, {"cache_control", {{"type", "ephemeral"}}}}}}}});
  const json& c = t[0]["content"];
  EXPECT_EQ(c[0]["source"],
            (json{{"type", "base64"}, {"media_type", "image/png"}, {"data", "QUJD"}}));
  EXPECT_EQ(c[1]["source"], (json{{"type", "url"}, {"url", "https://x/y.png"}}));
  EXPECT_EQ(c[2]["type"], "document");
  EXPECT_EQ(c[2]["title"], "a.pdf");
  EXPECT_EQ(c[3]["cache_control"]["type"], "ephemeral");
}

TEST(Request, RefusesContentThatAnthropicCannotTake) {
  const auto part = [](json p) {
    return problem({{{"role", "user"}, {"content", {std::move(p)}}}});
  };
  EXPECT_NE(part({{"type", "input_audio"}}).find("input_audio"), std::string::npos);
  EXPECT_NE(part({{"type", "image_url"}, {"image_url", {{"url", "data:image/tiff;base64,QQ=="}}}}),
            "");
  EXPECT_NE(part({{"type", "image_url"}, {"image_url", {{"url", "file:///etc/passwd"}}}}), "");
  EXPECT_NE(part({{"type", "file"}, {"file", {{"file_id", "f"}}}}), "");
  EXPECT_NE(part(7), "");
  EXPECT_NE(problem({{{"role", "wizard"}, {"content", "x"}}}), "");
  EXPECT_NE(problem({5}), "");
  EXPECT_NE(problem({{{"role", "user"}, {"content", 5}}}), "");
}

json call(const std::string& id, const std::string& arguments) {
  return {
      {"id", id}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", arguments}}}};
}

TEST(Request, TranslatesToolCallsAndTheirResults) {
  const json t = turns({kUser,
                        {{"role", "assistant"},
                         {"content", "let me"},
                         {"tool_calls", {call("c.1", "{\"a\":1}"), call("c2", "")}}},
                        {{"role", "tool"}, {"tool_call_id", "c.1"}, {"content", "one"}},
                        {{"role", "tool"}, {"tool_call_id", "c2"}, {"content", {text("two")}}},
                        {{"role", "user"}, {"content", "go on"}}});
  ASSERT_EQ(t.size(), 3U);
  EXPECT_EQ(t[1]["content"][1],
            (json{{"type", "tool_use"}, {"id", "c_1"}, {"name", "f"}, {"input", {{"a", 1}}}}));
  EXPECT_EQ(t[1]["content"][2]["input"], json::object());
  EXPECT_EQ(t[2]["content"][0],
            (json{{"type", "tool_result"}, {"tool_use_id", "c_1"}, {"content", {text("one")}}}));
  EXPECT_EQ(t[2]["content"][1]["tool_use_id"], "c2");
  EXPECT_EQ(t[2]["content"][2], text("go on"));
}

TEST(Request, AnswersACallWhoseResultIsMissing) {
  const json t = turns({kUser, {{"role", "assistant"}, {"tool_calls", {call("c", "{}")}}}, kUser});
  EXPECT_EQ(t[2]["content"][0]["type"], "tool_result");
  EXPECT_EQ(t[2]["content"][0]["is_error"], true);
  EXPECT_EQ(t[2]["content"][1], text("hi"));
}

TEST(Request, KeepsAResultWhoseCallIsMissingAsText) {
  EXPECT_EQ(turns({{{"role", "tool"}, {"tool_call_id", "gone"}, {"content", "42"}}, kUser}),
            (json{{{"role", "user"}, {"content", {text("42"), text("hi")}}}}));
}

TEST(Request, WrapsArgumentsThatAreNotAnObject) {
  const json t =
      turns({kUser, {{"role", "assistant"}, {"tool_calls", {call("c", "[1"), call("d", "[1]")}}}});
  EXPECT_EQ(t[1]["content"][0]["input"], (json{{"arguments", "[1"}}));
  EXPECT_EQ(t[1]["content"][1]["input"], (json{{"arguments", "[1]"}}));
}

TEST(Request, TranslatesToolsAndTheChoiceAmongThem) {
  json r = with_messages(json::array({kUser}));
  r["tool_choice"] = "required";
  EXPECT_FALSE(translated(r).contains("tool_choice")) << "the API refuses a choice without tools";
  r["tools"] = {{{"type", "function"},
                 {"function",
                  {{"name", "f"},
                   {"description", "d"},
                   {"parameters", {{"type", "object"}, {"properties", json::object()}}},
                   {"strict", true}}}},
                {{"type", "function"}, {"function", {{"name", "g"}}}}};
  const json t = translated(r);
  EXPECT_EQ(t["tools"][0],
            (json{{"name", "f"},
                  {"description", "d"},
                  {"input_schema", {{"type", "object"}, {"properties", json::object()}}}}));
  EXPECT_EQ(t["tools"][1]["input_schema"]["type"], "object");
  EXPECT_EQ(t["tool_choice"], (json{{"type", "any"}}));
  r["tool_choice"] = "none";
  EXPECT_EQ(translated(r)["tool_choice"], (json{{"type", "none"}}));
  r["tool_choice"] = {{"type", "function"}, {"function", {{"name", "g"}}}};
  r["parallel_tool_calls"] = false;
  EXPECT_EQ(translated(r)["tool_choice"],
            (json{{"type", "tool"}, {"name", "g"}, {"disable_parallel_tool_use", true}}));
  r.erase("tool_choice");
  EXPECT_EQ(translated(r)["tool_choice"],
            (json{{"type", "auto"}, {"disable_parallel_tool_use", true}}));
  r["tools"] = {{{"type", "custom"}}};
  EXPECT_NE(translate(r.dump(), "m", false, {}).problem, "");
}

TEST(Request, ClampsTemperatureAndKeepsOneOfTwoSamplings) {
  json r = with_messages(json::array({kUser}));
  r["temperature"] = 1.7;
  EXPECT_EQ(translated(r)["temperature"], 1.0);
  r["temperature"] = 1;
  r["top_p"] = 0.5;
  EXPECT_FALSE(translated(r).contains("temperature"));
  EXPECT_EQ(translated(r)["top_p"], 0.5);
  r["temperature"] = 0.2;
  r["top_p"] = 1;
  EXPECT_EQ(translated(r)["temperature"], 0.2);
  EXPECT_FALSE(translated(r).contains("top_p"));
}

TEST(Request, TranslatesStopUserAndFormat) {
  json r = with_messages(json::array({kUser}));
  r["stop"] = "END";
  r["user"] = "u1";
  r["response_format"] = {{"type", "json_schema"},
                          {"json_schema", {{"name", "n"}, {"schema", {{"type", "object"}}}}}};
  r["n"] = 2;
  r["seed"] = 1;
  const json t = translated(r);
  EXPECT_EQ(t["stop_sequences"], json{"END"});
  EXPECT_EQ(t["metadata"]["user_id"], "u1");
  EXPECT_NE(t["system"][0]["text"].get<std::string>().find(R"({"type":"object"})"),
            std::string::npos);
  EXPECT_FALSE(t.contains("n"));
  r["stop"] = {" ", "a", "", 5};
  EXPECT_EQ(translated(r)["stop_sequences"], json{"a"});
}

TEST(Request, MakesRoomForThinking) {
  json r = with_messages(json::array({kUser}));
  r["thinking"] = {{"type", "enabled"}, {"budget_tokens", 8000}};
  r["temperature"] = 0.5;
  const json t = translated(r);
  EXPECT_EQ(t["thinking"]["budget_tokens"], 8000);
  EXPECT_EQ(t["max_tokens"], 12096);
  EXPECT_FALSE(t.contains("temperature"));
}

TEST(Request, MarksTheConversationAsCacheable) {
  const json t =
      translated(with_messages({{{"role", "system"}, {"content", "s"}}, kUser}), {10, true});
  EXPECT_EQ(t["system"][0]["cache_control"]["type"], "ephemeral");
  EXPECT_EQ(t["messages"][0]["content"][0]["cache_control"]["type"], "ephemeral");
}

TEST(Request, RefusesWhatIsTooDeepOrNotARequest) {
  std::string deep = R"({"messages":)";
  for (int i = 0; i < 200'000; ++i) deep += '[';
  EXPECT_NE(translate(deep, "m", false, {}).problem, "");
  for (const char* body : {"", "[]", "{}", R"({"messages":{}})", "{\"messages\":[\"\xff\"]}"}) {
    EXPECT_NE(translate(body, "m", false, {}).problem, "") << body;
  }
}

}  // namespace
}  // namespace openclaw::anthropic
