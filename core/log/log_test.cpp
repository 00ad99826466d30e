#include "core/log/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace openclaw::log {
namespace {

std::string written(bool json, Level level, const std::function<void(Log&)>& write) {
  ::testing::internal::CaptureStderr();
  {
    Log log(level, json);
    write(log);
    log.flush();
  }
  return ::testing::internal::GetCapturedStderr();
}

TEST(Log, WritesAnEventWithKeyValueFields) {
  const auto text = written(false, Level::info, [](Log& log) {
    log.info("turn.over", {{"session", "agent:main"}, {"n", 3}, {"reason", "two words"}});
  });
  EXPECT_NE(text.find(R"(turn.over session=agent:main n=3 reason="two words")"), std::string::npos)
      << text;
}

TEST(Log, AValueCannotBreakTheLine) {
  const auto text = written(false, Level::info, [](Log& log) {
    log.info("x", {{"id", "a\nERROR forged\x1b[31m"}});
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  const auto text = written(false, Level::warn, [](Log& log) { log.info("quiet"); });
  EXPECT_EQ(text, "");
}

TEST(Log, JsonLinesHoldTheFields) {
  const auto text = written(true, Level::info, [](Log& log) {
    log.write_json(Level::warn, "telegram", "poll.conflict", R"({"seconds":5,"why":"a \"b\""})");
  });
  EXPECT_NE(
      text.find(R"("event":"poll.conflict","plugin":"telegram","seconds":"5","why":"a \"b\"")"),
      std::string::npos)
      << text;
}

TEST(Log, ALineAboutAPluginNamesItAndKeepsItsFieldsAsTheyAre) {
  const std::vector<Field> fields = {{"slot", "chat"}, {"hint", "a \"b\"\\\n{}"}, {"ms", 7}};
  const auto write = [&](Log& log) { log.write(Level::warn, "telegram", "plugin.slow", fields); };
  const auto json = written(true, Level::info, write);
  EXPECT_NE(
      json.find(
          R"("event":"plugin.slow","plugin":"telegram","slot":"chat","hint":"a \"b\"\\\n{}","ms":"7")"),
      std::string::npos)
      << json;
  const auto text = written(false, Level::info, write);
  EXPECT_NE(text.find(R"(plugin.slow plugin=telegram slot=chat hint="a \"b\"\\\n{}" ms=7)"),
            std::string::npos)
      << text;
}

TEST(Log, AnUnknownLevelIsInfo) {
  EXPECT_EQ(parse_level("loud"), Level::info);
  EXPECT_EQ(parse_level("error"), Level::error);
}

}  // namespace
}  // namespace openclaw::log
