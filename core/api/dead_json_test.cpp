#include "core/api/dead_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::api {
namespace {

using nlohmann::json;
using pipeline::DeadId;
using pipeline::Queue;

TEST(DeadQuery, IsReadWithItsDefaults) {
  const auto none = parse_dead_query("");
  ASSERT_FALSE(none.has_error());
  EXPECT_EQ(none->after, (DeadId{Queue::inbox, 0}));
  EXPECT_EQ(none->limit, 50U);
  EXPECT_FALSE(none->text);
  const auto all = parse_dead_query("limit=100&after=r7&text=1");
  ASSERT_FALSE(all.has_error());
  EXPECT_EQ(all->after, (DeadId{Queue::outbox, 7}));
  EXPECT_EQ(all->limit, 100U);
  EXPECT_TRUE(all->text);
}

TEST(DeadQuery, SaysWhichParameterIsWrong) {
  const auto why = [](const char* query) {
    const auto parsed = parse_dead_query(query);
    return parsed.has_error() ? parsed.error().message : std::string("accepted");
  };
  for (const char* limit : {"limit=0", "limit=101", "limit=", "limit=-1", "limit=1x", "limit"}) {
    EXPECT_NE(why(limit).find("`limit`"), std::string::npos) << limit;
  }
  EXPECT_NE(why("after=7").find("`after`"), std::string::npos);
  EXPECT_NE(why("text=yes").find("`text`"), std::string::npos);
  EXPECT_NE(why("txt=1").find("parameters"), std::string::npos);
}

TEST(DeadIds, AreReadFromABody) {
  const auto ids = parse_dead_ids(R"({"ids":["m12","r7"]})");
  ASSERT_FALSE(ids.has_error());
  EXPECT_EQ(*ids, (std::vector<DeadId>{{Queue::inbox, 12}, {Queue::outbox, 7}}));
  EXPECT_TRUE(parse_dead_ids(R"({"ids":[]})")->empty());
}

TEST(DeadIds, RefuseWhatIsNoListOfThem) {
  for (const char* body : {"", "{", "[]", "{}", R"({"ids":"m1"})", R"({"ids":[1]})",
                           R"({"ids":["x1"]})", R"({"ids":["m1",null]})"}) {
    EXPECT_TRUE(parse_dead_ids(body).has_error()) << body;
  }
  json many = {{"ids", json::array()}};
  for (int i = 0; i < 500; ++i) many["ids"].push_back("m1");
  EXPECT_FALSE(parse_dead_ids(many.dump()).has_error());
  many["ids"].push_back("m1");
  EXPECT_TRUE(parse_dead_ids(many.dump()).has_error());
}

pipeline::DeadItem reply(std::string text) {
  pipeline::DeadItem item;
  item.id = {Queue::outbox, 7};
  item.unknown = true;
  item.channel = "telegram";
  item.chat = "42";
  item.session = "agent:main:main";
  item.reason = "cut";
  item.text = std::move(text);
  item.since_ms = 5000;
  return item;
}

TEST(DeadPage, ShowsAReplyAndATextOnlyWhenAskedFor) {
  const pipeline::DeadPage page{{reply("secret")}, DeadId{Queue::outbox, 7}};
  const std::string quiet = dead_page_json(page, false, 65'500);
  EXPECT_EQ(quiet.find("secret"), std::string::npos);
  EXPECT_EQ(json::parse(quiet), json::parse(R"({"items":[{"id":"r7","kind":"reply",
    "state":"unknown","channel":"telegram","chat":"42","session":"agent:main:main","since":5,
    "ageSeconds":60,"reason":"cut"}],"next":"r7"})"));
  const json loud = json::parse(dead_page_json(page, true, 0));
  EXPECT_EQ(loud["items"][0]["text"], "secret");
  EXPECT_EQ(loud["items"][0]["textCut"], false);
  EXPECT_EQ(loud["items"][0]["ageSeconds"], 0) << "a clock that went back";
}

TEST(DeadPage, ShowsAMessageWithItsAttempts) {
  pipeline::DeadItem item;
  item.id = {Queue::inbox, 12};
  item.attempts = 3;
  const json page = json::parse(dead_page_json({{item}, std::nullopt}, false, 0));
  EXPECT_EQ(page["items"][0]["kind"], "message");
  EXPECT_EQ(page["items"][0]["state"], "dead");
  EXPECT_EQ(page["items"][0]["attempts"], 3);
  EXPECT_TRUE(page["next"].is_null());
}

TEST(DeadPage, CutsALongTextBetweenCharacters) {
  std::string text(3999, 'x');
  text += "\xC3\xA9\xC3\xA9";
  const json page = json::parse(dead_page_json({{reply(text)}, std::nullopt}, true, 0));
  EXPECT_EQ(page["items"][0]["text"], std::string(3999, 'x'));
  EXPECT_EQ(page["items"][0]["textCut"], true);
}

TEST(DeadOutcomes, SayWhatWasDoneAndWhatFailed) {
  const std::string said =
      dead_outcomes_json({{{Queue::inbox, 12}, DeadId{Queue::inbox, 40}, std::nullopt},
                          {{Queue::outbox, 7}, std::nullopt, std::nullopt},
                          {{Queue::outbox, 8}, std::nullopt, Error{Errc::not_found, "gone"}}});
  EXPECT_EQ(json::parse(said), json::parse(R"({"done":[{"id":"m12","now":"m40"},{"id":"r7"}],
    "failed":[{"id":"r8","error":"gone"}]})"));
}

}  // namespace
}  // namespace openclaw::api
