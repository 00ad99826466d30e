// What is said about secrets that are written into the file.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

constexpr const char* name_hint =
    ": looks like a variable's name, but is taken as it stands; write ${NAME} for what the "
    "variable "
    "holds\n";

std::string findings(const std::string& text, mode_t mode = 0600) {
  const TemporaryFile file(text);
  ::chmod(file.path().c_str(), mode);
  LoadOptions options = options_with({{"KEY", "a-key-of-enough-length"}});
  options.path = file.path();
  Loaded loaded = load(options);
  for (Diagnostic& diagnostic : loaded.diagnostics) {
    diagnostic.file = "f";
  }
  return text_of(loaded.diagnostics);
}

TEST(Secrets, ThatLookLikeAVariablesNameAreQuestioned) {
  EXPECT_EQ(findings("auth: {apiKey: $OPENCLAW_API_KEY}\n"
                     "providers: [{name: openai, apiKey: $OPENAI_API_KEY}]\n"
                     "channels:\n  telegram:\n    accounts: {work: {botToken: $WORK}}\n"),
            std::string("f:1:16: warning: auth.apiKey") + name_hint +
                "f:2:36: warning: providers[0].apiKey" + name_hint +
                "f:5:33: warning: channels.telegram.accounts.work.botToken" + name_hint);
}

TEST(Secrets, OfOtherFormsAreTakenSilently) {
  for (const char* const key : {"$ecret-of-enough-length", "$secret_of_enough_length", "${KEY}",
                                "a$KEY_OF_ENOUGH_LENGTH", "$KEY-OF-ENOUGH-LENGTH"}) {
    EXPECT_EQ(findings(std::string("auth: {apiKey: \"") + key + "\"}\nproviders: [{name: echo}]\n"),
              "");
  }
  EXPECT_EQ(findings(minimal + "channels: {telegram: {enabled: false, botToken: $TOKEN}}\n"), "");
}

TEST(Secrets, InAFileThatOthersMayReadAreWarnedOfOnce) {
  const std::string warning =
      "f: warning: readable by others and holds a secret; run chmod 600 on it\n";
  EXPECT_EQ(findings(minimal, 0644), warning);
  EXPECT_EQ(findings(minimal, 0604), warning);
  EXPECT_EQ(findings(minimal, 0640), "");
  EXPECT_EQ(
      findings("auth: {apiKey: \"${KEY}\"}\nproviders: [{name: openai, apiKey: abc}]\n", 0644),
      warning);
  EXPECT_EQ(
      findings("auth: {apiKey: \"${KEY}\"}\nproviders: [{name: openai, apiKey: \"${KEY}\"}]\n",
               0644),
      "");
}

TEST(Secrets, OfAStoresAddressIsThePasswordAlone) {
  const auto said = [](const char* url) {
    return findings(std::string("auth: {apiKey: \"${KEY}\"}\nproviders: [{name: echo}]\n"
                                "storage: {type: postgres, url: \"") +
                        url + "\"}\n",
                    0644);
  };
  const std::string warning =
      "f: warning: readable by others and holds a secret; run chmod 600 on it\n";
  for (const char* url :
       {"postgres://db", "postgres://user@db:5432/name", "postgres://db:5432/name"}) {
    EXPECT_EQ(said(url), "") << url;
  }
  for (const char* url : {"postgres://user:pass@db/name", "postgres://user:p@ss@db/name",
                          "postgres://db/name?user=u&password=p"}) {
    EXPECT_EQ(said(url), warning) << url;
  }
}

}  // namespace
}  // namespace openclaw::config
