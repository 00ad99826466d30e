#include "openclaw/cpp/holder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace openclaw::sdk {
namespace {

TEST(Holder, ThisProcessLives) {
  const std::string holder = this_process();
  EXPECT_EQ(fate_of_holder(holder), Fate::lives) << holder;
  EXPECT_NE(name_of_holder(holder).find(", pid " + std::to_string(::getpid())), std::string::npos);
  EXPECT_EQ(name_of_holder(holder).find('['), std::string::npos);
}

TEST(Holder, OneThatEndedIsGoneThoughItsPidIsTakenAgain) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string holder = this_process();
    const auto written = ::write(ends[1], holder.data(), holder.size());
    ::_exit(written == static_cast<ssize_t>(holder.size()) ? 0 : 1);
  }
  char text[1024];
  const auto n = ::read(ends[0], text, sizeof text);
  ASSERT_GT(n, 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  ::close(ends[0]);
  ::close(ends[1]);
  const std::string holder(text, static_cast<std::size_t>(n));
  EXPECT_EQ(fate_of_holder(holder), Fate::gone) << holder;
  // The same pid, begun at another time.
  std::string mine = this_process();
  mine.replace(mine.size() - 2, 1, mine[mine.size() - 2] == '0' ? "1" : "0");
  EXPECT_EQ(fate_of_holder(mine), Fate::gone) << mine;
}

TEST(Holder, AnotherMachinesIsNotToBeSeen) {
  for (const char* holder : {"claw1, pid 1 [boot/pid:[1]/5]", "claw1, pid 1", "", "x [y]",
                             "claw1, pid abc [boot/pid:[1]/5]", ", pid 1 [/]"}) {
    EXPECT_EQ(fate_of_holder(holder), Fate::elsewhere) << holder;
  }
  EXPECT_EQ(name_of_holder("claw1, pid 1 [boot/pid:[1]/5]"), "claw1, pid 1");
}

}  // namespace
}  // namespace openclaw::sdk
