#include "core/pipeline/routing/router.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

const ChatAddress kThread{"discord", "work", "chat", "t", "me", ChatKind::room};
const Place kPlace{"parent", "guild", "team", {"admin", "all"}};

Binding to(std::string agent) {
  Binding b;
  b.agent = std::move(agent);
  return b;
}

/// From the least specific to the most.
std::vector<Binding> ladder() {
  std::vector<Binding> all(8);
  all[0] = to("channel"), all[0].channel = "discord";
  all[1] = to("account"), all[1].account = "work";
  all[2] = to("team"), all[2].team = "team";
  all[3] = to("guild"), all[3].guild = "guild";
  all[4] = to("role"), all[4].guild = "guild", all[4].roles = {"owner", "admin"};
  all[5] = to("any"), all[5].peer = "*";
  all[6] = to("parent"), all[6].peer = "chat";
  all[7] = to("exact"), all[7].peer = "chat", all[7].thread = "t";
  return all;
}

std::string agent(std::vector<Binding> bindings, const ChatAddress& a = kThread) {
  return Router(std::move(bindings), "main", {}, "per-channel-peer", {}).route(a, kPlace).agent;
}

TEST(Router, TheMostSpecificBindingWinsWhateverTheOrder) {
  auto bindings = ladder();
  while (!bindings.empty()) {
    const std::string expected = bindings.back().agent;
    EXPECT_EQ(agent(bindings), expected);
    EXPECT_EQ(agent({bindings.rbegin(), bindings.rend()}), expected);
    bindings.pop_back();
  }
  EXPECT_EQ(agent({}), "main");
}

TEST(Router, AmongEqualsTheFirstWins) {
  Binding a = to("a"), b = to("b");
  a.channel = b.channel = "discord";
  EXPECT_EQ(agent({a, b}), "a");
}

TEST(Router, EveryGivenFieldMustMatch) {
  for (auto spoil : std::initializer_list<void (*)(Binding&)>{
           [](Binding& b) { b.channel = "x"; }, [](Binding& b) { b.account = "x"; },
           [](Binding& b) { b.guild = "x"; }, [](Binding& b) { b.team = "x"; },
           [](Binding& b) { b.roles = {"x"}; }, [](Binding& b) { b.thread = "x"; },
           [](Binding& b) { b.peer = "x"; }, [](Binding& b) { b.peer_kind = ChatKind::direct; }}) {
    Binding b = to("wrong");
    b.peer = "chat";
    EXPECT_EQ(agent({b}), "wrong");
    spoil(b);
    EXPECT_EQ(agent({b}), "main");
  }
}

TEST(Router, TheParentOfAThreadThatIsItsOwnChatCounts) {
  Binding b = to("parent");
  b.peer = "parent";
  EXPECT_EQ(agent({b}), "parent");
}

TEST(Router, ADirectMessagesPeerIsItsSender) {
  Binding b = to("mine");
  b.peer = "me";
  EXPECT_EQ(agent({b}, {"discord", "work", "chat", "", "me", ChatKind::direct}), "mine");
  EXPECT_EQ(agent({b}), "main");
}

TEST(Router, FallsBackToTheAccountsThenTheChannelsThenTheDefaultAgent) {
  const Router r({}, "main", {{"discord/work", "w"}, {"discord", "d"}}, "main", {});
  ChatAddress a = kThread;
  EXPECT_EQ(r.route(a).agent, "w");
  a.account = "home";
  EXPECT_EQ(r.route(a).agent, "d");
  a.channel = "telegram";
  EXPECT_EQ(r.route(a).agent, "main");
}

TEST(Router, SaysWhichRuleChose) {
  const auto bindings = ladder();
  const char* rules[] = {"channel",        "account",  "team",        "guild",
                         "guild and role", "any peer", "parent peer", "exact peer"};
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const Router r({to("elsewhere"), bindings[i]}, "main", {}, "main", {});
    // "elsewhere" matches everything as a channel does, and comes first.
    const auto why = r.explain(kThread, kPlace);
    EXPECT_EQ(why.binding, i == 0 ? 0U : 1U);
    EXPECT_EQ(why.rule, rules[i]);
  }
  const Router plain({}, "main", {{"discord", "d"}, {"discord/work", "w"}}, "main", {});
  EXPECT_EQ(plain.explain(kThread).rule, "agent of the channel discord/work");
  EXPECT_EQ(plain.explain(kThread).binding, std::nullopt);
  EXPECT_EQ(Router({}, "main", {}, "main", {}).explain(kThread).rule, "default agent");
}

TEST(Router, TheSessionBelongsToTheChosenAgent) {
  const Router r({}, "main", {{"discord", "d"}}, "main", {});
  EXPECT_EQ(r.route({"discord", "default", "c", "", "me", ChatKind::direct}).session,
            "agent:d:main");
}

}  // namespace
}  // namespace openclaw::pipeline
