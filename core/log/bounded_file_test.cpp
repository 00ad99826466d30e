#include "core/log/bounded_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace openclaw::log {
namespace {

namespace fs = std::filesystem;

class BoundedFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/openclaw-log-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder = name;
    path = folder / "gateway.log";
    for (int& fd : fds) fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  }
  void TearDown() override {
    for (const int fd : fds) ::close(fd);
    fs::permissions(folder, fs::perms::owner_all);
    fs::remove_all(folder);
  }
  static std::string text(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
  }

  fs::path folder, path;
  int fds[2] = {-1, -1};
};

TEST_F(BoundedFileTest, PutsTheFileAsideBeforeItGrowsPastItsBound) {
  BoundedFile file(path, 10, {fds[0], fds[1]});
  file.write("first\n");
  file.write("two\n");  // ten bytes
  EXPECT_FALSE(fs::exists(path.string() + ".1"));
  file.write("third\n");
  EXPECT_EQ(text(path.string() + ".1"), "first\ntwo\n");
  EXPECT_EQ(text(path), "third\n");
  file.write("fourth\n");
  EXPECT_EQ(text(path.string() + ".1"), "third\n");
  EXPECT_EQ(text(path), "fourth\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 2);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(BoundedFileTest, TakesEveryDescriptorAlongAndCountsWhatOthersWrite) {
  BoundedFile file(path, 10, {fds[0], fds[1]});
  ASSERT_EQ(::write(fds[0], "a library\n", 10), 10);
  file.write("line\n");
  EXPECT_EQ(text(path.string() + ".1"), "a library\n");
  ASSERT_EQ(::write(fds[0], "more\n", 5), 5);
  EXPECT_EQ(text(path), "line\nmore\n");
}

TEST_F(BoundedFileTest, WritesALineThatIsLongerThanTheBoundWhole) {
  BoundedFile file(path, 10, {fds[0], fds[1]});
  file.write("a line of many bytes\n");
  EXPECT_EQ(text(path), "a line of many bytes\n");
  EXPECT_FALSE(fs::exists(path.string() + ".1"));
}

TEST_F(BoundedFileTest, EmptiesTheFileWhenItCannotBePutAside) {
  fs::create_directory(path.string() + ".1");  // nothing can be renamed to it
  BoundedFile file(path, 10, {fds[0], fds[1]});
  file.write("0123456789");
  file.write("after\n");
  EXPECT_EQ(text(path).find("The log was emptied"), 0U) << text(path);
  EXPECT_NE(text(path).find("after\n"), std::string::npos);
  EXPECT_EQ(text(path).find("0123456789"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::log
