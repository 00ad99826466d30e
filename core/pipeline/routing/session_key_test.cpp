#include "core/pipeline/routing/session_key.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>

namespace openclaw::pipeline {
namespace {

ChatAddress direct(std::string sender) {
  return {"telegram", "default", sender, "", sender, ChatKind::direct};
}

std::string key(const ChatAddress& a, std::string_view scope = "per-channel-peer",
                const std::map<std::string, std::string>& links = {}) {
  return session_key("main", a, scope, links);
}

TEST(SessionKey, FollowsTheScopeOfDirectMessages) {
  EXPECT_EQ(key(direct("42"), "main"), "agent:main:main");
  EXPECT_EQ(key(direct("42"), "per-peer"), "agent:main:direct:42");
  EXPECT_EQ(key(direct("42")), "agent:main:telegram:direct:42");
  EXPECT_EQ(key(direct("42"), "per-account-channel-peer"), "agent:main:telegram:default:direct:42");
  EXPECT_EQ(key(direct("42"), "what"), key(direct("42")));
}

TEST(SessionKey, NamesGroupsRoomsAndThreads) {
  ChatAddress a{"telegram", "default", "-100", "", "42", ChatKind::group};
  EXPECT_EQ(key(a), "agent:main:telegram:group:-100");
  a.thread_id = "7";
  EXPECT_EQ(key(a), "agent:main:telegram:group:-100:thread:7");
  a.kind = ChatKind::room;
  EXPECT_EQ(key(a, "main"), "agent:main:telegram:channel:-100:thread:7");
}

TEST(SessionKey, LinksOnePersonAcrossChannels) {
  const std::map<std::string, std::string> links{{"telegram:42", "alice"}, {"discord:7", "alice"}};
  ChatAddress discord = direct("7");
  discord.channel = "discord";
  EXPECT_EQ(key(direct("42"), "per-peer", links), "agent:main:direct:alice");
  EXPECT_EQ(key(discord, "per-peer", links), "agent:main:direct:alice");
  EXPECT_EQ(key(direct("42"), "main", links), "agent:main:main");
}

TEST(SessionKey, AStrangerCalledLikeALinkedPersonIsNotThatPerson) {
  const std::map<std::string, std::string> links{{"discord:7", "alice"}};
  EXPECT_NE(key(direct("alice"), "per-peer", links), "agent:main:direct:alice");
}

TEST(SessionKey, KeepsMatrixIdsReadable) {
  EXPECT_EQ(key(direct("@bob:example.org")), "agent:main:telegram:direct:@bob:example.org");
}

TEST(SessionKey, IdsThatDifferInCaseOrSpellingStayApart) {
  EXPECT_EQ(key(direct("Bob")), "agent:main:telegram:direct:%42ob");
  EXPECT_NE(key(direct("Bob")), key(direct("bob")));
  EXPECT_NE(key(direct("%42ob")), key(direct("Bob")));
  EXPECT_NE(key(direct("")), key(direct("~")));
}

TEST(SessionKey, AnIdCannotPoseAsAThread) {
  ChatAddress posing{"matrix", "default", "room:thread:5", "", "x", ChatKind::group};
  ChatAddress thread{"matrix", "default", "room", "5", "x", ChatKind::group};
  EXPECT_NE(key(posing), key(thread));
}

TEST(SessionKey, LongIdsAreBoundedAndStayApart) {
  const std::string a = key(direct(std::string(100'000, 'a') + "1"));
  const std::string b = key(direct(std::string(100'000, 'a') + "2"));
  EXPECT_LT(a.size(), 200U);
  EXPECT_NE(a, b);
}

TEST(SessionKey, RandomAddressesNeverShareASession) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const std::vector<std::string> parts{":", "thread", "direct", "group", "a",
                                       "A", "%",      "~",      "41",    "5"};
  const auto id = [&] {
    std::string out;
    for (auto n = random() % 6; n-- > 0;) out += parts[random() % parts.size()];
    return out.empty() ? "x" : out;
  };
  std::map<std::string, std::string> seen;
  for (int i = 0; i < 20'000; ++i) {
    ChatAddress a{"ch", "default", id(), random() % 2 ? id() : "", "", ChatKind::group};
    if (random() % 2) {
      a.kind = ChatKind::direct;
      a.sender_id = a.chat_id;
    }
    const std::string what = std::to_string(int(a.kind)) + "\n" + a.chat_id + "\n" + a.thread_id;
    const auto [at, fresh] = seen.emplace(key(a), what);
    ASSERT_EQ(at->second, what) << "seed " << seed << " key " << at->first;
  }
}

TEST(HttpSessionKey, ComesFromTheHeaderOrElseTheUser) {
  EXPECT_EQ(*http_session_key("main", "", ""), "");
  EXPECT_EQ(*http_session_key("main", " ", " "), "");
  EXPECT_EQ(*http_session_key("main", "work", "bob"), "agent:main:work");
  EXPECT_EQ(*http_session_key("main", "", "bob"), "agent:main:openai-user:bob");
  EXPECT_EQ(*http_session_key("main", "agent:main:telegram:direct:42", ""),
            "agent:main:telegram:direct:42");
}

TEST(HttpSessionKey, AListedKeyComesBackUnchanged) {
  const std::string listed = key(direct("B\xC3\xB6" + std::string(300, 'b')));
  EXPECT_EQ(*http_session_key("main", listed, ""), listed);
}

TEST(HttpSessionKey, RefusesReservedPrefixesAndOtherAgents) {
  for (const char* name : {"subagent:x", "cron:x", "acp:x", "CRON:x", "agent:main:cron:x",
                           "agent:other:x", "agent:main:", "agent:"})
    EXPECT_TRUE(http_session_key("main", name, "").has_error()) << name;
  EXPECT_TRUE(http_session_key("main", "", "cron:x").has_error());
  EXPECT_EQ(http_session_key("main", "cron:x", "").error().code, Errc::invalid);
}

TEST(HttpSessionKey, EncodesWhatAKeyMayNotHold) {
  EXPECT_EQ(*http_session_key("main", "My chat", ""), "agent:main:%4dy%20chat");
  EXPECT_LT(http_session_key("main", std::string(10'000, 'x'), "")->size(), 200U);
}

TEST(ValidId, IsShortLowerCaseAndBeginsWithALetterOrDigit) {
  for (const char* id : {"main", "a", "0", "a_b-c", "x1"}) EXPECT_TRUE(valid_id(id)) << id;
  for (const char* id : {"", "A", "-a", "_a", "a b", "a:b", "\xC3\xA9"}) EXPECT_FALSE(valid_id(id));
  EXPECT_TRUE(valid_id(std::string(64, 'a')));
  EXPECT_FALSE(valid_id(std::string(65, 'a')));
}

}  // namespace
}  // namespace openclaw::pipeline
