#include "settings.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;

std::string refusal_of_section(const std::string& section) {
  try {
    read_settings(section);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(Settings, NamesTheKeyThatIsWrong) {
  EXPECT_THAT(refusal_of_section("[]"), HasSubstr("storage section"));
  EXPECT_THAT(refusal_of_section(R"({"type":"redis"})"), HasSubstr("storage.url"));
  EXPECT_THAT(refusal_of_section(R"({"url":7})"), HasSubstr("storage.url"));
  for (const char* prefix : {"", "a b", "{a}", "a:b", "caf\xC3\xA9"}) {
    EXPECT_THAT(
        refusal_of_section(R"({"url":"redis://h","prefix":")" + std::string(prefix) + R"("})"),
        HasSubstr("storage.prefix"))
        << prefix;
  }
}

TEST(Settings, AllKeysHaveOneTag) {
  EXPECT_EQ(store_key(read_settings(R"({"url":"redis://h"})")), "{openclaw}:store");
  EXPECT_EQ(store_key(read_settings(R"({"url":"redis://h","prefix":"Bot-2.test"})")),
            "{Bot-2.test}:store");
}

}  // namespace
}  // namespace openclaw::redis
