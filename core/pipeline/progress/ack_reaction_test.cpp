#include "core/pipeline/progress/ack_reaction.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

class AckReactionTest : public ::testing::Test {
 protected:
  void hear(AckSettings settings, ChatKind kind = ChatKind::group, const char* text = "hi") {
    w.build();
    w.on([&] { w.pipeline->add_channel(w.channel, w.policy, std::move(settings)); });
    std::promise<void> recovered;
    w.on([&] { w.pipeline->recover([&](const Result<void>&) { recovered.set_value(); }); });
    recovered.get_future().get();
    w.on([&] { w.pipeline->begin_turns(); });
    Inbound m = World::message(text, "u1", "e1");
    m.from.kind = kind;
    m.message_id = "m7";
    w.submit(m);
    w.submit(m);  // a duplicate
    ASSERT_TRUE(w.settled());
  }
  World w;
};

TEST_F(AckReactionTest, AGroupsMessageGetsItOnceItIsStored) {
  hear({"👀", "group", false});
  EXPECT_EQ(w.channel.reactions, Texts{"+👀 m7"});
}

TEST_F(AckReactionTest, ItIsTakenAwayAfterTheAnswerWhenAskedFor) {
  hear({"👀", "all", true});
  EXPECT_EQ(w.channel.reactions, (Texts{"+👀 m7", "-👀 m7"}));
}

TEST_F(AckReactionTest, TheScopeDecidesWhere) {
  hear({"👀", "direct", false});
  EXPECT_TRUE(w.channel.reactions.empty());
}

TEST_F(AckReactionTest, DirectChatsHaveThemWithThatScope) {
  hear({"👍", "direct", false}, ChatKind::direct);
  EXPECT_EQ(w.channel.reactions, Texts{"+👍 m7"});
}

TEST_F(AckReactionTest, AnEmptyEmojiIsNone) {
  hear({"", "all", true});
  EXPECT_TRUE(w.channel.reactions.empty());
}

TEST_F(AckReactionTest, ACommandIsAnsweredAtOnceAndNeedsNone) {
  hear({"👀", "all", false}, ChatKind::group, "/status");
  EXPECT_TRUE(w.channel.reactions.empty());
}

}  // namespace
}  // namespace openclaw::pipeline
