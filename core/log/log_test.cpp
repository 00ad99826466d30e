#include "core/log/log.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <sstream>
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

TEST(Log, NobodyWaitsForAReaderThatStandsStillAndItIsToldWhatItMissed) {
  for (const bool json : {false, true}) {
    constexpr std::size_t kLines = 20000;
    const int saved = ::dup(STDERR_FILENO);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    ::dup2(ends[1], STDERR_FILENO);
    ::close(ends[1]);
    auto log = std::make_unique<Log>(Level::info, json);
    auto logged = std::async(std::launch::async, [&log] {
      for (std::size_t i = 0; i < kLines; ++i) {
        log->info("line", {{"number", i}, {"padding", "0123456789"}});
      }
    });
    const bool returned = logged.wait_for(std::chrono::seconds(20)) == std::future_status::ready;
    auto read = std::async(std::launch::async, [from = ends[0]] {
      std::string all;
      char piece[65536];
      for (ssize_t n = 0; (n = ::read(from, piece, sizeof piece)) > 0;) {
        all.append(piece, static_cast<std::size_t>(n));
      }
      return all;
    });
    logged.wait();
    log.reset();
    ::dup2(saved, STDERR_FILENO);  // nobody can write to the pipe any more, so the reader ends
    ::close(saved);
    const std::string all = read.get();
    ::close(ends[0]);
    ASSERT_TRUE(returned) << "a call of the log waited for the reader";
    std::size_t accounted = 0;
    std::istringstream in(all);
    for (std::string line; std::getline(in, line);) {
      const std::size_t told = line.find("log.dropped");
      accounted += told == std::string::npos
                       ? 1
                       : std::stoul(line.substr(line.find_first_of("0123456789", told)));
    }
    EXPECT_EQ(accounted, kLines);
    EXPECT_NE(all.find("log.dropped"), std::string::npos);
    EXPECT_NE(all.find(std::to_string(kLines - 1)), std::string::npos) << "the newest is kept";
  }
}

}  // namespace
}  // namespace openclaw::log
