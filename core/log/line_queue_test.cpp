#include "core/log/line_queue.hpp"

#include <gtest/gtest.h>

#include <future>
#include <sstream>
#include <utility>
#include <vector>

namespace openclaw::log {
namespace {

/// A reader that stands still until it is told to go on.
struct Reader {
  void read(std::string_view text) {
    if (!std::exchange(begun, true)) reached.set_value();
    go.wait();
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
  }

  std::promise<void> reached, gate;
  std::shared_future<void> go = gate.get_future().share();
  bool begun = false;
  std::vector<std::string> lines;  ///< read when the queue has ended
};

LineQueue::Write to(const std::shared_ptr<Reader>& reader) {
  return [reader](std::string_view text) { reader->read(text); };
}

std::string numbered(std::size_t n) {
  return std::to_string(n) + "\n";
}

std::string lost(std::uint64_t lines) {
  return "lost " + numbered(lines);
}

TEST(LineQueue, WritesEverythingInOrderBeforeItEnds) {
  const auto reader = std::make_shared<Reader>();
  reader->gate.set_value();
  {
    LineQueue queue(to(reader), lost, {});
    for (std::size_t i = 0; i < 1000; ++i) queue.push(numbered(i));
  }
  ASSERT_EQ(reader->lines.size(), 1000U);
  for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(reader->lines[i], std::to_string(i));
}

TEST(LineQueue, KeepsTheNewestLinesWhileTheReaderStandsStillAndTellsTheLossInTheirPlace) {
  const auto reader = std::make_shared<Reader>();
  {
    LineQueue queue(to(reader), lost, {.bytes = 1000});
    queue.push("first\n");
    reader->reached.get_future().wait();
    for (std::size_t i = 0; i < 5000; ++i) queue.push(numbered(i));
    reader->gate.set_value();
  }
  const auto& lines = reader->lines;
  ASSERT_GT(lines.size(), 3U);
  EXPECT_LT(lines.size(), 25U);
  EXPECT_EQ(lines[0], "first");
  EXPECT_EQ(lines[1], "lost " + std::to_string(5000 - (lines.size() - 2)));
  for (std::size_t i = 2; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i], std::to_string(5000 - lines.size() + i));
  }
}

TEST(LineQueue, ALineLargerThanTheBoundIsNotLost) {
  const auto reader = std::make_shared<Reader>();
  reader->gate.set_value();
  const std::string large(50000, 'x');
  { LineQueue(to(reader), lost, {.bytes = 1000}).push(large + "\n"); }
  EXPECT_EQ(reader->lines, std::vector<std::string>{large});
}

TEST(LineQueue, FlushAndTheEndDoNotWaitForAReaderThatNeverGoesOn) {
  const auto reader = std::make_shared<Reader>();
  {
    LineQueue queue(to(reader), lost, {.patience = std::chrono::milliseconds(20)});
    EXPECT_TRUE(queue.flush());
    queue.push("stuck\n");
    queue.push("waits\n");
    EXPECT_FALSE(queue.flush());
  }
  reader->gate.set_value();  // the thread, left alone, ends after the write it is in
}

}  // namespace
}  // namespace openclaw::log
