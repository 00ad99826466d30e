#include "config.hpp"

#include <gtest/gtest.h>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::whatsapp {
namespace {

std::string refusal(std::string_view config, std::string_view name = "whatsapp") {
  try {
    read_config(name, config);
    return {};
  } catch (const sdk::Refused& e) {
    return e.what();
  }
}

TEST(Config, ATokenIsEnough) {
  const Config config = read_config("whatsapp", R"({"token":"x"})");
  EXPECT_EQ(config.api_root, "https://graph.facebook.com");
  EXPECT_EQ(config.route_path, "/channels/whatsapp/webhook");
  EXPECT_EQ(config.phone_number_id, "");
  EXPECT_FALSE(config.has_app_secret);
}

TEST(Config, AnAccountHasItsOwnRouteAndNamesItsOwnKeys) {
  const Config config = read_config("whatsapp/work", R"({"token":"x","appSecret":"y"})");
  EXPECT_EQ(config.route_path, "/channels/whatsapp/work/webhook");
  EXPECT_EQ(config.key_prefix, "channels.whatsapp.accounts.work.");
  EXPECT_TRUE(config.has_app_secret);
}

TEST(Config, NamesTheKeyThatIsWrong) {
  EXPECT_NE(refusal("{}").find("channels.whatsapp.token"), std::string::npos);
  EXPECT_NE(refusal(R"({"token":1})").find("channels.whatsapp.token"), std::string::npos);
  EXPECT_NE(refusal(R"({"token":"x","phoneNumberId":"+1 555"})").find("phoneNumberId"),
            std::string::npos);
  EXPECT_NE(refusal("[]").find("must be a mapping"), std::string::npos);
}

TEST(Config, TakesTheSlashOffTheAddress) {
  EXPECT_EQ(read_config("whatsapp", R"({"token":"x","apiRoot":"http://h:1//"})").api_root,
            "http://h:1");
}

}  // namespace
}  // namespace openclaw::whatsapp
