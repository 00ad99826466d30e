#include "line.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

TEST(Line, IsTakenApart) {
  const auto line =
      parse_line("@a=1;account=Ada;b :ada!~a@host.example privmsg #room :hi there :)");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->tag("account"), "Ada");
  EXPECT_EQ(line->tags.count("b"), 1U);
  EXPECT_EQ(line->nick, "ada");
  EXPECT_EQ(line->user, "~a");
  EXPECT_EQ(line->host, "host.example");
  EXPECT_EQ(line->command, "PRIVMSG");
  EXPECT_EQ(line->params, (std::vector<std::string>{"#room", "hi there :)"}));
}

TEST(Line, TagValuesAreUnescaped) {
  EXPECT_EQ(parse_line("@a=x\\:\\s\\\\\\r\\n\\q\\ PING")->tag("a"), "x; \\\r\nq");
}

TEST(Line, EmptyAndLonelyPartsDoNoHarm) {
  for (const char* text : {"", " ", "@", "@a", ":", ":x", "@a=b :x", "\r\n"}) {
    EXPECT_FALSE(parse_line(text)) << text;
  }
  EXPECT_EQ(parse_line("PING :")->last(), "");
  EXPECT_EQ(parse_line("PING")->last(), "");
  EXPECT_EQ(parse_line(":server 001  bot   :x")->params.size(), 2U);
}

TEST(Line, OnlyAFullMaskIsAPerson) {
  EXPECT_TRUE(parse_line(":a!b@c PING")->from_person());
  for (const char* source : {"a", "a@c", "a!b", "!b@c", "account:a!b@c"}) {
    EXPECT_FALSE(parse_line(":" + std::string(source) + " PING")->from_person()) << source;
  }
}

TEST(Line, ServerTimeIsRead) {
  EXPECT_EQ(parse_time("2026-01-31T12:00:00.123Z"), 1'769'860'800'123);
  EXPECT_EQ(parse_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_time("2024-02-29T23:59:59Z"), 1'709'251'199'000);
  for (const char* wrong : {"", "now", "2026-13-01T00:00:00Z", "2026-01-31 12:00:00.123Z"}) {
    EXPECT_EQ(parse_time(wrong), 0) << wrong;
  }
}

TEST(LineReader, GivesTheSameLinesHoweverTheStreamIsCut) {
  const std::string stream = "PING :a\r\n\r\nPING :b\nPING :c\r\nPI";
  for (std::size_t step = 1; step < stream.size(); ++step) {
    LineReader reader;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      reader.feed(stream.substr(at, step));
      while (const auto line = reader.next()) lines.push_back(*line);
    }
    EXPECT_EQ(lines, (std::vector<std::string>{"PING :a", "PING :b", "PING :c"})) << step;
  }
}

TEST(LineReader, DropsALineWithoutEndAndGoesOn) {
  LineReader reader;
  for (int i = 0; i < 100; ++i) {
    reader.feed(std::string(1000, 'x'));
    EXPECT_FALSE(reader.next());
  }
  reader.feed("y\r\nPING\r\n");
  EXPECT_EQ(reader.next(), "PING");
}

}  // namespace
}  // namespace openclaw::irc
