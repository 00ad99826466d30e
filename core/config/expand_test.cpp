#include "core/config/expand.hpp"

#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {

Expansion expand_with(std::string_view text, Variables variables = {{"A", "one"}, {"EMPTY", ""}}) {
  return expand(text, options_with(std::move(variables)).env);
}

TEST(Expand, FillsVariablesAndDefaults) {
  EXPECT_EQ(expand_with("${A}").text, "one");
  EXPECT_EQ(expand_with("<${A}|${B:-two}|${EMPTY:-three}>").text, "<one|two|three>");
  EXPECT_EQ(expand_with("${B:-}").text, "");
  EXPECT_EQ(expand_with("${B:-a:b-c}").text, "a:b-c");
}

TEST(Expand, LeavesEveryOtherDollarAlone) {
  for (const char* text : {"$", "$$", "pa$$word", "$A", "a$b{c}", "{}", ""}) {
    EXPECT_EQ(expand_with(text).text, text);
    EXPECT_FALSE(expand_with(text).expanded);
  }
  EXPECT_EQ(expand_with("$${A}").text, "${A}");
  EXPECT_EQ(expand_with("${A}$${A}${A}").text, "one${A}one");
}

TEST(Expand, NamesTheFirstVariableThatIsNotSet) {
  EXPECT_EQ(expand_with("${A} ${B} ${C}").unset, "B");
  EXPECT_EQ(expand_with("${EMPTY}").unset, "EMPTY");
}

TEST(Expand, DoesNotExpandAValueAgain) {
  EXPECT_EQ(expand_with("${A}", {{"A", "${B}"}, {"B", "x"}}).text, "${B}");
}

TEST(Expand, RefusesWhatIsNoVariable) {
  for (const char* text :
       {"${", "${A", "${}", "${1A}", "${A B}", "${A:+x}", "${B:-${A}}", "${secret:key}"}) {
    EXPECT_NE(expand_with(text).problem, "") << text;
  }
  EXPECT_NE(expand_with("${A}", {{"A", "\xFF"}}).problem, "");
  EXPECT_NE(expand_with("${A}${A}", {{"A", std::string(40000, 'x')}}).problem, "");
}

TEST(Expand, CannotAddStructure) {
  const Loaded loaded = load_text(minimal + "server: {host: \"${H}\"}\n",
                                  {{"H", "x\", port: 1, cors: {enabled: false}"}});
  EXPECT_EQ(text_of(loaded.diagnostics),
            "gateway.yaml:3:16: error: server.host: must be an address or a host name\n");
}

TEST(Expand, GivesNumbersAndBooleansWhereTheyAreAskedFor) {
  const Loaded loaded =
      load_text(minimal + "server: {port: \"${PORT:-81}\", cors: {enabled: \"${CORS:-false}\"}}\n");
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->server.port, 81);
  EXPECT_FALSE(loaded.config->server.cors.enabled);
}

TEST(Suggest, FindsTheNearestName) {
  const std::vector<std::string> known = {"host", "port", "logLevel", "logFormat", "allowedHosts"};
  EXPECT_EQ(suggest("prot", known), "port");
  EXPECT_EQ(suggest("Port", known), "port");
  EXPECT_EQ(suggest("token", {"botToken", "apiRoot"}), "botToken");
  EXPECT_EQ(suggest("botToken", {"token", "appSecret"}), "token");
  EXPECT_EQ(suggest("token", {"botToken", "appToken"}), std::nullopt) << "no guess at all";
  EXPECT_EQ(suggest("log_level", known), "logLevel");
  EXPECT_EQ(suggest("loglevl", known), "logLevel");
  EXPECT_EQ(suggest("allowed", known), "allowedHosts");
  EXPECT_EQ(suggest("log", known), std::nullopt);  // two begin so
  EXPECT_EQ(suggest("colour", known), std::nullopt);
  EXPECT_EQ(suggest("", known), std::nullopt);
}

TEST(Suggest, ShowsNoMoreOfAKeyThanAName) {
  EXPECT_EQ(shown_key("bot-Token_1.x"), "bot-Token_1.x");
  EXPECT_EQ(shown_key("botToken:123:ABC"), "botToken…");
  EXPECT_EQ(shown_key(std::string(200, 'a')), std::string(32, 'a') + "…");
}

}  // namespace
}  // namespace openclaw::config
