#include "answer.hpp"

#include <gtest/gtest.h>

namespace openclaw::telegram {
namespace {

TEST(Answer, ReadsTheParametersOfAnError) {
  const Answer answer = read_answer({}, 429,
                                    R"({"ok":false,"error_code":429,"description":"Too Many",)"
                                    R"("parameters":{"retry_after":5}})");
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->retry_after_s, 5U);
  EXPECT_EQ(answer.error->sentence(), "429: Too Many");
}

TEST(Answer, ALimitWithoutATimeStillHasOne) {
  EXPECT_EQ(read_answer({}, 429, "busy").error->retry_after_s, 5U);
  const Answer negative = read_answer({}, 429, R"({"parameters":{"retry_after":-9}})");
  EXPECT_EQ(negative.error->retry_after_s, 5U);
  const Answer endless = read_answer({}, 429, R"({"parameters":{"retry_after":99999999999}})");
  EXPECT_EQ(endless.error->retry_after_s, 86'400U);
}

TEST(Answer, ALongForeignTextIsCutBetweenCharacters) {
  std::string description = "x";
  for (int i = 0; i < 200; ++i) description += "é";
  const Answer answer = read_answer({}, 400, R"({"description":")" + description + "\"}");
  EXPECT_LT(answer.error->description.size(), 310U);
  EXPECT_EQ(answer.error->description.substr(answer.error->description.size() - 5), "é…");
}

TEST(Answer, A404MeansTheTokenUnlessOnlyTheMethodIsUnknown) {
  EXPECT_TRUE(read_answer({}, 404, R"({"description":"Not Found"})").error->token_refused());
  EXPECT_FALSE(read_answer({}, 404, R"({"description":"Not Found: method not found"})")
                   .error->token_refused());
}

TEST(Answer, ATransportFailureWithoutFlagsCountsAsUnknown) {
  ApiError error;
  error.transport = sdk::Failure{OC_E_NET, "reset", 0};
  EXPECT_EQ(send_failure(error, "k.").flags, OC_EF_MAYBE_DONE);
}

TEST(Answer, AMessageIdThatIsNotANumberIsUnreadable) {
  EXPECT_EQ(decode_message_id(R"({"result":{"message_id":7}})"), "7");
  EXPECT_EQ(decode_message_id(R"({"result":{"message_id":"7"}})"), "");
  EXPECT_EQ(decode_message_id(R"({"result":true})"), "");
}

}  // namespace
}  // namespace openclaw::telegram
