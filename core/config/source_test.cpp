// What may stand where a configuration file is expected.
#include "core/config/source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/config/load.hpp"

namespace openclaw::config {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

class SourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "source-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root = pattern;
    path = root / "gateway.yaml";
  }
  void TearDown() override { fs::remove_all(root); }
  fs::path root;
  std::string path;
};

TEST_F(SourceTest, APipeThatNobodyWritesToIsRefused) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto text = read_source(path, milliseconds{1});
  ASSERT_TRUE(text.has_error());
  EXPECT_NE(text.error().message.find("is a pipe"), std::string::npos) << text.error().message;
}

TEST_F(SourceTest, APipeWhoseWriterDoesNotFinishIsRefused) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  ASSERT_EQ(::write(writer, "a: 1\n", 5), 5);
  EXPECT_TRUE(read_source(path, milliseconds{1}).has_error());
  ::close(writer);
}

TEST_F(SourceTest, APipeIsReadToItsEndEvenIfTheWriterComesLater) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string written(200'000, 'x');  // more than a pipe holds
  std::thread writer([&] { std::ofstream(path) << written; });
  const auto text = read_source(path, milliseconds{20'000});
  writer.join();
  ASSERT_FALSE(text.has_error()) << text.error().message;
  EXPECT_EQ(*text, written);
}

TEST_F(SourceTest, AShellsSubstitutionIsReadAfterItsWriterHasGone) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "a: 1\n", 5), 5);
  ::close(ends[1]);
  const auto text = read_source("/dev/fd/" + std::to_string(ends[0]), milliseconds{20'000});
  ::close(ends[0]);
  ASSERT_FALSE(text.has_error()) << text.error().message;
  EXPECT_EQ(*text, "a: 1\n");
}

TEST_F(SourceTest, WhatIsNeitherAFileNorAPipeIsRefused) {
  EXPECT_EQ(read_source(root).error().message, "is not a file");
  EXPECT_EQ(read_source("/dev/null").error().message, "is not a file");
}

TEST_F(SourceTest, AFileThatAnybodyMayWriteIsRefused) {
  std::ofstream(path) << "a: 1\n";
  ASSERT_EQ(::chmod(path.c_str(), 0602), 0);
  const auto text = read_source(path);
  ASSERT_TRUE(text.has_error());
  EXPECT_NE(text.error().message.find("chmod o-w"), std::string::npos);
  ASSERT_EQ(::chmod(path.c_str(), 0664), 0);
  EXPECT_TRUE(read_source(path).has_value());
}

TEST_F(SourceTest, OurFolderMustNotBeAnybodysToWrite) {
  fs::create_directory(root / ".openclaw");
  std::ofstream(root / ".openclaw/gateway.yaml") << "";
  const auto complains = [&] {
    LoadOptions options;
    options.home = root;
    for (const Diagnostic& found : load(options).diagnostics) {
      if (found.message.find("run chmod o-w on it") != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_FALSE(complains());
  ASSERT_EQ(::chmod((root / ".openclaw").c_str(), 0777), 0);
  EXPECT_TRUE(complains());
}

}  // namespace
}  // namespace openclaw::config
