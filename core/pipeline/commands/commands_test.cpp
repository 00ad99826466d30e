#include "core/pipeline/commands/commands.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(Commands, ReadsNameAndArgument) {
  const auto c = parse_command("  /model  openai/gpt-4o \n");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "model");
  EXPECT_EQ(c->argument, "openai/gpt-4o");
}

TEST(Commands, KnowsEveryDocumentedOne) {
  for (const char* name :
       {"new", "reset", "status", "help", "whoami", "stop", "model", "usage", "compact"}) {
    const auto c = parse_command(std::string("/") + name);
    ASSERT_TRUE(c) << name;
    EXPECT_EQ(c->name, name);
    EXPECT_EQ(c->argument, "");
  }
}

TEST(Commands, AcceptsTheBotsNameAndAnyCase) {
  const auto c = parse_command("/STOP@my_bot now");
  ASSERT_TRUE(c);
  EXPECT_EQ(c->name, "stop");
  EXPECT_EQ(c->argument, "now");
}

TEST(Commands, LeavesOtherTextToTheAgent) {
  for (const char* text : {"", "/", "stop", "/stopp", "/sto", "/etc/passwd", "/ stop", "a /stop",
                           "/stop@", "//stop", "/stop/now"})
    EXPECT_FALSE(parse_command(text)) << text;
}

TEST(SilentReply, IsTheWordAloneInAnyCase) {
  for (const char* text : {"NO_REPLY", "no_reply", " No_Reply\n"})
    EXPECT_TRUE(is_silent_reply(text));
  for (const char* text : {"", "NO REPLY", "NO_REPLY.", "I say NO_REPLY", "NO_REPLYNO_REPLY"})
    EXPECT_FALSE(is_silent_reply(text)) << text;
}

}  // namespace
}  // namespace openclaw::pipeline
