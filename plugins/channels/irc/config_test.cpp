#include "config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::irc {
namespace {

using nlohmann::json;

Config with(const json& more = json::object()) {
  json section = {{"server", "ircs://irc.example.org"}, {"nick", "bot"}};
  section.update(more);
  return read_config("irc", section.dump());
}

std::string refusal(const json& more) {
  try {
    with(more);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(Config, TheServerBecomesTheHostsUrl) {
  EXPECT_EQ(with().url, "tls://irc.example.org:6697");
  EXPECT_EQ(with({{"server", "irc://127.0.0.1/"}}).url, "tcp://127.0.0.1:6667");
  EXPECT_EQ(with({{"server", "irc://[::1]:7000"}}).url, "tcp://[::1]:7000");
  EXPECT_EQ(with({{"server", "ircs://[::1]"}}).url, "tls://[::1]:6697");
  for (const char* wrong : {"irc.example.org", "https://x", "irc://", "irc://h:0", "irc://h:99999",
                            "irc://u@h", "irc://h/x", "ircs://h:6697:1", "irc://h:"}) {
    EXPECT_NE(refusal({{"server", wrong}}).find("channels.irc.server"), std::string::npos) << wrong;
  }
}

TEST(Config, RoomsMayHaveKeys) {
  const Config config = with({{"channels", {"#a", "&b secret"}}});
  EXPECT_EQ(config.rooms[0].name, "#a");
  EXPECT_EQ(config.rooms[1].name, "&b");
  EXPECT_EQ(config.rooms[1].key, "secret");
  for (const char* wrong : {"a", "#", "#a,#b", "#a ", "#a b c", "#a\r\nQUIT", "#a :x"}) {
    EXPECT_NE(refusal({{"channels", {wrong}}}).find("channels.irc.channels"), std::string::npos)
        << wrong;
  }
}

TEST(Config, NothingThatIsConfiguredCanBecomeACommand) {
  for (const char* key : {"nick", "username", "realName", "saslUser"}) {
    EXPECT_NE(refusal({{key, "a\nQUIT"}, {"password", "x"}}).find(key), std::string::npos) << key;
  }
  EXPECT_NE(refusal({{"saslUser", "${secret:serverPassword}"}, {"password", "x"}}), "");
  EXPECT_NE(refusal({{"nick", "a b"}}), "");
  EXPECT_NE(refusal({{"nick", "#a"}}), "");
}

TEST(Config, EveryRefusalNamesTheKey) {
  EXPECT_NE(refusal({{"nick", nullptr}}).find("channels.irc.nick"), std::string::npos);
  EXPECT_NE(refusal({{"saslUser", "bot"}}).find("IRC_PASSWORD"), std::string::npos);
  EXPECT_NE(refusal({{"burst", 1}}).find("channels.irc.burst"), std::string::npos);
  EXPECT_NE(refusal({{"requireAccount", 1}}).find("requireAccount"), std::string::npos);
  EXPECT_EQ(refusal({{"dmPolicy", "open"}, {"groups", {"#a"}}}), "") << "the core's own keys";
}

TEST(Config, TheManifestStatesWhatTheCodeReads) {
  std::ifstream file(OPENCLAW_PLUGIN_SOURCE_DIR "/manifest.json");
  const json manifest = json::parse(file);
  const json& properties = manifest["config"]["properties"];
  for (const char* key :
       {"server", "nick", "username", "realName", "channels", "saslUser", "password",
        "serverPassword", "requireAccount", "burst", "lineIntervalMs"}) {
    ASSERT_TRUE(properties.contains(key)) << key;
    EXPECT_FALSE(properties[key]["description"].get<std::string>().empty()) << key;
  }
  EXPECT_EQ(manifest["secrets"], (json{"password", "serverPassword"}));
  EXPECT_EQ(properties["burst"]["default"], with().burst);
  EXPECT_EQ(properties["lineIntervalMs"]["default"], with().line_interval_ms);
  EXPECT_EQ(properties["username"]["default"], with().username);
  EXPECT_EQ(properties["realName"]["default"], with().real_name);
  const auto fits = [&](const char* key, const char* text) {
    const std::regex pattern(properties[key]["pattern"].get<std::string>());
    return std::regex_search(text, pattern);
  };
  EXPECT_TRUE(fits("server", "ircs://irc.libera.chat:6697"));
  EXPECT_TRUE(fits("nick", "bot_2"));
  EXPECT_FALSE(fits("nick", "2bot"));
  EXPECT_FALSE(fits("saslUser", "${x}"));
  EXPECT_FALSE(fits("serverPassword", "a\nQUIT")) << "it goes into a line as it is";
}

}  // namespace
}  // namespace openclaw::irc
