// The key `bindings`: what it may say, and what is found wrong with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

using ::testing::ElementsAre;

const std::string head = minimal +
                         "agents: [{id: main}, {id: ops}]\n"
                         "channels: {webchat: true, telegram: {botToken: \"1:a\", accounts: "
                         "{work: {botToken: \"2:b\"}}}}\n";  // five lines with the next
std::string binding_findings(const std::string& bindings) {
  return text_of(load_text(head + "bindings: " + bindings + "\n").diagnostics);
}

TEST(Bindings, HaveEveryKeyOfTheRouter) {
  const Loaded loaded = load_text(
      head +
      "bindings:\n  - {agent: ops, match: {channel: telegram, account: work, peer: {kind: group, "
      "id: -100, thread: 7}, guild: 12, roles: [34, x], team: t}}\n"
      "  - {agent: main, match: {channel: telegram, account: default}}\n");
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->bindings.size(), 2U);
  const Binding& b = loaded.config->bindings[0];
  EXPECT_EQ(b.agent + b.channel + b.account, "opstelegramwork");
  EXPECT_EQ(b.peer_kind + b.peer + b.thread, "group-1007");
  EXPECT_EQ(b.guild + b.team, "12t");
  EXPECT_THAT(b.roles, ElementsAre("34", "x"));
}

TEST(Bindings, MustNameWhatIsThere) {
  EXPECT_EQ(
      binding_findings("[{agent: opps, match: {channel: telegrm}}]"),
      "gateway.yaml:5:20: error: bindings[0].agent: there is no agent of this name; did you "
      "mean `ops`?; there are: main or ops\n"
      "gateway.yaml:5:43: error: bindings[0].match.channel: there is no channel of this name; "
      "did you mean `telegram`?; there are: telegram or webchat\n");
  EXPECT_EQ(binding_findings("[{agent: ops, match: {channel: telegram, account: wrk}}]"),
            "gateway.yaml:5:61: error: bindings[0].match.account: there is no account of telegram "
            "of this name; did you mean `work`?; there are: default or work\n");
}

TEST(Bindings, AreToldTheNamesThatThereAreOnce) {
  EXPECT_EQ(
      text_of(load_text(minimal + "channels: {webchat: true}\nagents: [{model: a}, {model: b}]\n"
                                  "bindings: [{agent: x, match: {channel: webchat}}]\n")
                  .diagnostics),
      "gateway.yaml:4:22: error: agents[1].id: a second agent of this id; give it another\n"
      "gateway.yaml:5:20: error: bindings[0].agent: there is no agent of this name; there "
      "are: main\n");
}

TEST(Bindings, MustSayTheAgentTheChannelAndThePeersId) {
  EXPECT_EQ(binding_findings("[{agent: ops}]"),
            "gateway.yaml:5:12: error: bindings[0].match: is required, but absent; add it\n");
  EXPECT_EQ(binding_findings("[{match: {peer: {kind: direct}}}]"),
            "gateway.yaml:5:12: error: bindings[0].agent: is required, but absent; add it\n"
            "gateway.yaml:5:20: error: bindings[0].match.channel: is required, but absent; add it\n"
            "gateway.yaml:5:27: error: bindings[0].match.peer.id: is required, but absent; add "
            "it\n");
}

/// Ignoring a key that is misspelt would bind more than was meant.
TEST(Bindings, AreNeverWidenedByAKeyThatIsUnknownOrEmpty) {
  EXPECT_EQ(binding_findings("[{agent: ops, match: {channel: telegram, accountId: work}}]"),
            "gateway.yaml:5:52: error: bindings[0].match.accountId: unknown key; correct or remove "
            "it; did you mean `account`?\n");
  EXPECT_EQ(
      binding_findings("[{agent: ops, match: {channel: telegram, peer: {id: 1, knd: group}}}]"),
      "gateway.yaml:5:66: error: bindings[0].match.peer.knd: unknown key; correct or remove "
      "it; did you mean `kind`?\n");
  EXPECT_EQ(binding_findings("[{agent: ops, match: {channel: telegram, account: }}]"),
            "gateway.yaml:5:52: error: bindings[0].match.account: is empty; give it a value, or "
            "remove the key\n");
}

TEST(Bindings, ThatAreMatchedByAnotherOneAreFound) {
  EXPECT_EQ(binding_findings(
                "[{agent: ops, match: {channel: telegram, guild: g, roles: [a, b]}}, {agent: "
                "main, match: {roles: [b, a, a], guild: g, channel: telegram}}]"),
            "gateway.yaml:5:79: error: bindings[1]: matches the same as bindings[0], which comes "
            "first, so this one would never be used; remove one of them, or make this one more "
            "specific\n");
  // Alike only when their fields are run together.
  EXPECT_EQ(binding_findings(
                "[{agent: ops, match: {channel: telegram, guild: ab, team: c}}, {agent: ops, "
                "match: {channel: telegram, guild: a, team: bc}}]"),
            "");
}

TEST(Bindings, GiveRolesOnlyInAGuild) {
  EXPECT_EQ(binding_findings("[{agent: ops, match: {channel: telegram, roles: [a]}}]"),
            "gateway.yaml:5:59: error: bindings[0].match.roles: roles are those of a guild; add "
            "`guild` beside them\n");
}

TEST(Bindings, AreBoundedInNumber) {
  std::string list;
  for (int i = 0; i < 1001; ++i) {
    list += "\n- {agent: ops, match: {channel: telegram, peer: {id: " + std::to_string(i) + "}}}";
  }
  EXPECT_EQ(binding_findings(list),
            "gateway.yaml:6:1: error: bindings: more than 1000 bindings; use channels.<name>.agent "
            "for what a whole channel or account shares\n");
}

}  // namespace
}  // namespace openclaw::config
