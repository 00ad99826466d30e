#include "core/log/log.hpp"

#include <gmock/gmock.h>

namespace openclaw::log {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

bool one_printable_line(const std::string& text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] < ' ' || text[i] > '~') return false;
  }
  return !text.empty() && text.back() == '\n';
}

const std::string hostile =
    "x\n2026 error fake=1\x1b[31m\x7f\xc2\x9b"
    "2J\xe2\x80\xae\xff";

TEST(LogForeignText, ForeignTextCannotBreakTheLineOrReachTheTerminal) {
  for (const bool json : {false, true}) {
    CaptureStderr();
    {
      Log log(Level::debug, json);
      log.info("event", {{"peer", hostile}});
      log.flush();
    }
    const std::string line = GetCapturedStderr();
    EXPECT_TRUE(one_printable_line(line)) << line;
    EXPECT_THAT(line, HasSubstr("\\u001b[31m\\u007f\\u009b2J\\u202e"));
  }
}

TEST(LogForeignText, APluginsEventAndKeysCannotEither) {
  for (const bool json : {false, true}) {
    CaptureStderr();
    {
      Log log(Level::debug, json);
      log.write_json(Level::info, "plugin", "event\n", R"({"key\n\u001b":"value","n":1})");
      log.flush();
    }
    const std::string line = GetCapturedStderr();
    EXPECT_TRUE(one_printable_line(line)) << line;
    EXPECT_THAT(line, HasSubstr("value"));
  }
}

TEST(LogForeignText, WordsStayBare) {
  CaptureStderr();
  {
    Log log(Level::info, false);
    log.info("event", {{"word", "a/b:c@d"}, {"two", "a b"}, {"none", ""}});
    log.flush();
  }
  EXPECT_THAT(GetCapturedStderr(), HasSubstr("event word=a/b:c@d two=\"a b\" none=\"\""));
}

}  // namespace
}  // namespace openclaw::log
