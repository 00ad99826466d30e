#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

/// What is said about a channel whose plugin can hardly do without `appSecret`.
std::string said(const std::string& section, Variables variables = {}) {
  const TemporaryFile file(minimal + "channels:\n  sms: {" + section + "}\n");
  LoadOptions options = options_with(std::move(variables));
  options.path = file.path();
  const auto others = options.find_plugin;
  options.find_plugin = [others](PluginKind kind, const std::string& name,
                                 const Plugins& plugins) -> Result<PluginFacts> {
    if (name != "sms") return others(kind, name, plugins);
    PluginFacts facts;
    facts.schema_json = R"({"type": "object", "additionalProperties": false, "properties": {
        "token": {"type": "string"},
        "word": {"type": "string", "x-wanted": "nobody is greeted"},
        "appSecret": {"type": "string", "x-wanted": "no message is accepted"}}})";
    facts.env = {{"appSecret", "SMS_APP_SECRET"}};
    return facts;
  };
  const Loaded loaded = load(options);
  EXPECT_TRUE(loaded.config);
  std::string out;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    out += diagnostic.key + ": " + diagnostic.message + "\n";
  }
  return out;
}

TEST(WantedKeys, AKeyThatIsMissingInFileAndEnvironmentIsAWarningWithWhatIsNotDone) {
  EXPECT_EQ(said("token: t, word: hello"),
            "channels.sms.appSecret: is absent, and SMS_APP_SECRET is not set; no message is "
            "accepted until it is there\n");
  EXPECT_EQ(said("token: t, word: hello, appSecret: ''"),
            "channels.sms.appSecret: is absent, and SMS_APP_SECRET is not set; no message is "
            "accepted until it is there\n");
  EXPECT_EQ(said("token: t, appSecret: s"),
            "channels.sms.word: is absent; nobody is greeted until it is there\n");
}

TEST(WantedKeys, NothingIsSaidOfOneThatIsThereOrOfAChannelThatIsOff) {
  EXPECT_EQ(said("token: t, word: hello, appSecret: s"), "");
  EXPECT_EQ(said("token: t, word: hello", {{"SMS_APP_SECRET", "s"}}), "");
  EXPECT_EQ(said("enabled: false, token: t"), "");
}

}  // namespace
}  // namespace openclaw::config
