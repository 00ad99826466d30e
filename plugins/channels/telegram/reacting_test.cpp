// Reactions, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

constexpr const char* kEyes = "\xF0\x9F\x91\x80";

class Reacting : public TelegramFixture {
 protected:
  void SetUp() override { start_polling(); }
  [[nodiscard]] std::size_t logged(std::string_view event, std::uint32_t level) const {
    std::size_t n = 0;
    for (const auto& line : host.logs) n += line.event == event && line.level == level ? 1 : 0;
    return n;
  }
};

TEST_F(Reacting, PutsItThereAndTakesItAway) {
  host.react("-1005", "34", kEyes, true, "12");
  EXPECT_EQ(body_of("setMessageReaction"),
            (json{{"chat_id", -1005},
                  {"message_id", 34},
                  {"reaction", {{{"type", "emoji"}, {"emoji", kEyes}}}}}));
  answer("setMessageReaction", kTrue);
  host.react("-1005", "34", kEyes, false, "12");
  EXPECT_EQ(body_of("setMessageReaction"),
            (json{{"chat_id", -1005}, {"message_id", 34}, {"reaction", json::array()}}));
}

TEST_F(Reacting, AnEmojiThatTheChatDoesNotAllowIsTriedOnce) {
  host.react("7", "1", "x", true);
  answer_error("setMessageReaction", 400, "Bad Request: REACTION_INVALID");
  EXPECT_EQ(logged("telegram.reaction_refused", OC_LOG_INFO), 1U);
  host.react("7", "2", "x", true);
  host.react("7", "2", "x", false);
  EXPECT_EQ(open_call("setMessageReaction"), nullptr);
  host.react("7", "2", kEyes, true);
  EXPECT_NE(open_call("setMessageReaction"), nullptr) << "another one may be allowed";
  answer("setMessageReaction", kTrue);
  host.react("8", "2", "x", true);
  EXPECT_NE(open_call("setMessageReaction"), nullptr) << "another chat may allow it";
}

TEST_F(Reacting, AFailureHurtsNobody) {
  host.react("7", "1", kEyes, true);
  answer_error("setMessageReaction", 400, "Bad Request: message to react not found");
  EXPECT_EQ(logged("telegram.reaction_failed", OC_LOG_DEBUG), 1U);
  EXPECT_NE(state(), OC_STATE_FAILED);
}

TEST_F(Reacting, AChatThatTelegramHoldsIsLeftAlone) {
  host.react("7", "1", kEyes, true);
  answer("setMessageReaction", kTrue);
  OwnedMessage m;
  m.chat_id = "7";
  m.text = "hi";
  host.send(m);
  answer_error("sendMessage", 429, "Too Many Requests: retry after 5", {{"retry_after", 5}});
  host.react("7", "2", kEyes, true);
  host.react("7", "1", kEyes, false);
  EXPECT_EQ(open_call("setMessageReaction"), nullptr);
  host.advance(5'000);
  EXPECT_EQ(body_of("setMessageReaction")["reaction"], json::array());
}

TEST_F(Reacting, ALimitHoldsTheChatAndTakingAwayIsTriedAgainThen) {
  host.react("7", "1", kEyes, false);
  answer_error("setMessageReaction", 429, "Too Many Requests: retry after 5", {{"retry_after", 5}});
  OwnedMessage m;
  m.chat_id = "7";
  m.text = "hi";
  EXPECT_TRUE(failed_with(host.send(m), OC_E_AGAIN)) << "the chat is held";
  host.advance(4'999);
  EXPECT_EQ(open_call("setMessageReaction"), nullptr);
  host.advance(1);
  EXPECT_EQ(body_of("setMessageReaction")["reaction"], json::array());
  answer_error("setMessageReaction", 500, "Internal Server Error: restart");
  host.advance(2'000);
  answer("setMessageReaction", kTrue);
  host.advance(60'000);
  EXPECT_EQ(open_call("setMessageReaction"), nullptr);
}

TEST_F(Reacting, IdsThatAreNoneOfTelegramsAreNotAskedAbout) {
  host.react("7", "none", kEyes, true);
  host.react("nobody", "1", kEyes, true);
  EXPECT_EQ(open_call("setMessageReaction"), nullptr);
}

}  // namespace
}  // namespace openclaw::telegram
