#include "request.hpp"

#include <gtest/gtest.h>

namespace openclaw::openai {
namespace {

TEST(Request, AsksForUsageAndLeavesTheRestAlone) {
  EXPECT_EQ(with_stream_usage(R"( { "model" : "m", "x":[1.10] })"),
            R"( {"stream_options":{"include_usage":true}, "model" : "m", "x":[1.10] })");
  EXPECT_EQ(with_stream_usage("{ }"), R"({"stream_options":{"include_usage":true} })");
}

TEST(Request, KeepsWhatTheClientSaidAboutUsage) {
  const std::string body = R"({"stream_options":{"include_usage":false},"model":"m"})";
  EXPECT_EQ(with_stream_usage(body), body);
}

TEST(Request, IsNotMisledByAMessageAboutStreamOptions) {
  const std::string body =
      R"({"messages":[{"content":"what is \"stream_options\"?","x":"stream_options"}]})";
  EXPECT_EQ(with_stream_usage(body).find(R"({"stream_options":{"include_usage":true},)"), 0U);
}

TEST(Request, RefusesWhatIsNotAnObject) {
  EXPECT_EQ(with_stream_usage("[]"), "");
  EXPECT_EQ(with_stream_usage(""), "");
  EXPECT_EQ(with_stream_usage(R"({"stream_options")"), "");
}

}  // namespace
}  // namespace openclaw::openai
