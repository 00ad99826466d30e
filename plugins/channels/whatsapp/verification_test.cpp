#include "verification.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

TEST(Verification, ReadsMetasQuestion) {
  const auto question = read_verification(
      "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=open%20sesame+x");
  ASSERT_TRUE(question);
  EXPECT_EQ(question->token, "open sesame x");
  EXPECT_EQ(question->challenge, "1158201444");
}

TEST(Verification, TakesNothingElse) {
  for (const char* query :
       {"", "&&&", "hub.mode=subscribe", "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=x",
        "hub.challenge=1&hub.verify_token=x", "hub.mode=subscribe&hub.verify_token=x",
        "hub.mode=subscribe&hub.challenge=&hub.verify_token=x",
        "hub.mode=subscribe&hub.challenge=1"}) {
    EXPECT_FALSE(read_verification(query)) << query;
  }
  EXPECT_FALSE(read_verification("hub.mode=subscribe&hub.verify_token=x&hub.challenge=" +
                                 std::string(2000, '1')));
}

TEST(Verification, BrokenEscapesStayAsTheyAre) {
  EXPECT_EQ(read_verification("hub.mode=subscribe&hub.challenge=%&hub.verify_token=%4")->challenge,
            "%");
  EXPECT_EQ(read_verification("hub.mode=subscribe&hub.challenge=%zz&hub.verify_token=")->challenge,
            "%zz");
}

}  // namespace
}  // namespace openclaw::whatsapp
