#include "protocol.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "identity.hpp"

namespace openclaw::webchat {
namespace {

using nlohmann::json;

Invalid invalid(std::string_view text) {
  const ClientFrame frame = parse_frame(text);
  const auto* found = std::get_if<Invalid>(&frame);
  return found == nullptr ? Invalid{"none", {}, {}, 0} : *found;
}

TEST(Protocol, ReadsAHello) {
  const ClientFrame frame = parse_frame(
      R"({"type":"hello","protocol":1,"token":"t","conversation":"c-1","epoch":"e","after":7})");
  const auto& hello = std::get<Hello>(frame);
  EXPECT_EQ(hello.token, "t");
  EXPECT_EQ(hello.conversation, "c-1");
  EXPECT_EQ(hello.epoch, "e");
  EXPECT_EQ(hello.after, 7U);
}

TEST(Protocol, AHelloWithoutAConversationMeansTheMainOne) {
  const ClientFrame frame = parse_frame(R"({"type":"hello","protocol":1,"token":"t"})");
  EXPECT_EQ(std::get<Hello>(frame).conversation, "main");
}

TEST(Protocol, RefusesAnotherVersion) {
  const auto refused = invalid(R"({"type":"hello","protocol":2,"token":"t"})");
  EXPECT_EQ(refused.code, "unsupported_protocol");
  EXPECT_EQ(refused.close, kClosePolicy);
  EXPECT_EQ(invalid(R"({"type":"hello","token":"t"})").code, "unsupported_protocol");
}

TEST(Protocol, RefusesConversationsThatCannotBePartOfASessionKey) {
  for (const char* name :
       {"", "-a", "A", "a b", "a:b", "a/b", "123456789012345678901234567890123"}) {
    const json frame = {{"type", "hello"}, {"protocol", 1}, {"token", "t"}, {"conversation", name}};
    EXPECT_EQ(invalid(frame.dump()).code, "invalid_hello") << name;
  }
  EXPECT_EQ(invalid(R"({"type":"hello","protocol":1,"token":"t","conversation":3})").code,
            "invalid_hello");
}

TEST(Protocol, RefusesWhatIsNotAnObject) {
  for (const char* text : {"", "[]", "1", "{", "null", "\xff", "{\"type\":\"ping\"} x"}) {
    EXPECT_EQ(invalid(text).code, "invalid_json") << text;
    EXPECT_EQ(invalid(text).close, kClosePolicy) << text;
  }
}

TEST(Protocol, CarriesOnAfterAnUnknownType) {
  EXPECT_EQ(invalid(R"({"type":"later"})").code, "unknown_type");
  EXPECT_EQ(invalid(R"({"type":"later"})").close, 0U);
  EXPECT_EQ(invalid(R"({"type":5})").code, "unknown_type");
}

TEST(Protocol, BoundsTheValuesOfAFrame) {
  const auto frame = [](std::size_t objects) {
    json out = {{"type", "ping"}, {"a", json::array()}};
    for (std::size_t i = 0; i < objects; ++i) out["a"].push_back(json::object());
    return out.dump();
  };
  EXPECT_EQ(invalid(frame(100)).code, "none");
  EXPECT_EQ(invalid(frame(kMaxValues)).code, "too_large");
  EXPECT_EQ(invalid(frame(kMaxValues)).close, kCloseTooBig);
  json keys = {{"type", "ping"}};
  for (std::size_t i = 0; i < 200; ++i) keys["k" + std::to_string(i)] = 1;
  EXPECT_EQ(invalid(keys.dump()).code, "too_large") << "a key costs as much as a value";
  EXPECT_EQ(invalid(std::string(100'000, '[')).code, "too_large");
  const std::string marks = std::string(5000, ',') + "\"\\" + std::string(5000, '{');
  EXPECT_EQ(invalid(json{{"type", "message"}, {"id", "12345678"}, {"text", marks}}.dump()).code,
            "none")
      << "what stands in a string is no value";
}

TEST(Protocol, ClosesOnWhateverIsNoHelloUntilGreeted) {
  const auto before = [](std::string_view text) {
    const ClientFrame frame = parse_frame(text, false);
    const auto* found = std::get_if<Invalid>(&frame);
    return found == nullptr ? Invalid{"none", {}, {}, 0} : *found;
  };
  for (const char* text :
       {R"({"type":"x"})", R"({"type":"ping"})", R"({"type":"message","id":"short"})"}) {
    EXPECT_EQ(before(text).code, "hello_required") << text;
    EXPECT_EQ(before(text).close, kClosePolicy) << text;
  }
  EXPECT_EQ(before("{").code, "invalid_json");
  json hello = {{"type", "hello"}, {"protocol", 1}, {"token", "t"}};
  EXPECT_EQ(before(hello.dump()).code, "none");
  hello["more"] = std::string(kMaxHello, 'x');
  EXPECT_EQ(before(hello.dump()).code, "too_large");
  EXPECT_EQ(before(hello.dump()).close, kCloseTooBig);
}

TEST(Protocol, BoundsTheFrameAndTheText) {
  EXPECT_EQ(invalid(std::string(kMaxFrame + 1, ' ')).close, kCloseTooBig);
  const auto say = [](std::size_t n) {
    return json{{"type", "message"}, {"id", "12345678"}, {"text", std::string(n, 'x')}}.dump();
  };
  EXPECT_EQ(invalid(say(kMaxText)).code, "none");
  EXPECT_EQ(invalid(say(kMaxText + 1)).code, "too_long");
  EXPECT_EQ(invalid(say(kMaxText + 1)).id, "12345678");
  EXPECT_EQ(invalid(say(kMaxText + 1)).close, 0U);
}

TEST(Protocol, RefusesIdsAndTextsThatSayNothing) {
  EXPECT_EQ(invalid(R"({"type":"message","id":"short","text":"x"})").code, "invalid_id");
  EXPECT_EQ(invalid(R"({"type":"message","id":"has space 1","text":"x"})").code, "invalid_id");
  EXPECT_EQ(invalid(R"({"type":"message","text":"x"})").code, "invalid_id");
  EXPECT_EQ(invalid(R"({"type":"message","id":"12345678","text":" \n\t"})").code, "empty");
  EXPECT_EQ(invalid(R"({"type":"message","id":"12345678","text":7})").code, "empty");
}

TEST(Protocol, BrokenUtf8BecomesAReplacementCharacter) {
  const std::string frame = message_frame({"1", {}, "assistant", "a\xff", 5, 9});
  EXPECT_EQ(json::parse(frame)["text"], "a\xef\xbf\xbd");
}

TEST(Protocol, ReadsTheHostsHistoryAndLeavesOutWhatItDoesNotKnow) {
  const auto history = parse_history(
      R"([{"id":4,"role":"user","text":"a","ts":10,"meta":{}},{"id":5,"role":"tool","text":"b"},
          7,{"id":6,"role":"assistant","text":"c","ts":20}])");
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].id, "h4");
  EXPECT_EQ(history[1].text, "c");
  EXPECT_EQ(history[1].ts, 20);
  EXPECT_TRUE(parse_history("{}").empty());
}

TEST(Identity, IsTheStartOfASha256WithAPrefix) {
  // printf 'openclaw-webchat:abc' | sha256sum
  EXPECT_EQ(sender_id("abc"), "c2341decba2d6930ac7c3978c115efa0");
}

TEST(Identity, NeedsAtLeast128Bits) {
  EXPECT_TRUE(valid_token("0123456789abcdefABCDEF"));
  EXPECT_FALSE(valid_token("0123456789abcdefABCDE"));
  EXPECT_FALSE(valid_token("0123456789abcdefABCDE/"));
  EXPECT_FALSE(valid_token(std::string(129, 'a')));
}

TEST(Protocol, ReadsWhatIsSaidOfFiles) {
  const ClientFrame announced =
      parse_frame(R"({"type":"file","id":"upload-1","name":"a.png","mime":"image/png","bytes":7})");
  EXPECT_EQ(std::get<Announce>(announced).name, "a.png");
  EXPECT_EQ(std::get<Announce>(announced).bytes, 7U);
  EXPECT_EQ(invalid(R"({"type":"file","id":"x","bytes":7})").code, "invalid_id");
  const ClientFrame huge = parse_frame(R"({"type":"file","id":"upload-1","bytes":-7})");
  EXPECT_EQ(std::get<Announce>(huge).bytes, 0U) << "which is refused as empty";
  const ClientFrame wanted = parse_frame(R"({"type":"get_file","file":"f","part":3})");
  EXPECT_EQ(std::get<GetFile>(wanted).part, 3U);
  EXPECT_EQ(std::get<DropFile>(parse_frame(R"({"type":"drop_file","file":"f"})")).file, "f");
}

TEST(Protocol, AMessageNamesAtMostTenFiles) {
  const auto with = [](const json& files) {
    return json{{"type", "message"}, {"id", "12345678"}, {"files", files}}.dump();
  };
  const std::string id(32, 'a');
  const ClientFrame ten = parse_frame(with(std::vector<std::string>(10, id)));
  EXPECT_EQ(std::get<Say>(ten).files.size(), 10U);
  EXPECT_EQ(invalid(with(std::vector<std::string>(11, id))).code, "too_many_files");
  EXPECT_EQ(invalid(with(json::array())).code, "empty");
  for (const json& bad : {json("../secret"), json(5), json(std::string(32, 'A'))}) {
    EXPECT_EQ(invalid(with(json::array({bad}))).code, "file_gone") << bad;
    EXPECT_EQ(invalid(with(json::array({bad}))).id, "12345678");
  }
}

}  // namespace
}  // namespace openclaw::webchat
