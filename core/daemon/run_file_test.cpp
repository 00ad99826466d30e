#include "core/daemon/run_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace openclaw::daemon {
namespace {

class RunFileTest : public ::testing::Test {
 protected:
  RunFileTest()
      : home(std::filesystem::temp_directory_path() /
             ("openclaw-run-file-" + std::to_string(::getpid()))),
        path(RunFile::path(home, false)) {}
  ~RunFileTest() override { std::filesystem::remove_all(home); }
  std::filesystem::path home;
  std::string path;
};

TEST_F(RunFileTest, TellsWhatRunsForAsLongAsItIsHeld) {
  {
    auto file = RunFile::take(path);
    ASSERT_FALSE(file.has_error()) << file.error().message;
    RunInfo own{::getpid(), "127.0.0.1", 3000, 9090, "/etc/x.yaml", {}, "10.0.0.7", true};
    ASSERT_FALSE(file->write(own).has_error());
    const auto info = RunFile::running(path);
    ASSERT_TRUE(info);
    EXPECT_EQ(info->pid, ::getpid());
    EXPECT_EQ(info->port, 3000);
    EXPECT_EQ(info->config_file, "/etc/x.yaml");
    EXPECT_EQ(info->metrics_url(), "http://10.0.0.7:9090");
    EXPECT_EQ(info->shown(), "http://127.0.0.1:3000 (listens on all addresses)");
    struct stat st {};
    ASSERT_EQ(::stat(path.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 077U, 0U);
  }
  EXPECT_FALSE(RunFile::running(path));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(RunFileTest, AFolderThatAnybodyMayWriteIsRefusedWithTheRemedy) {
  const auto folder = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(folder);
  ASSERT_EQ(::chmod(folder.c_str(), 0777), 0);
  const auto refused = RunFile::take(path);
  ASSERT_TRUE(refused.has_error());
  EXPECT_NE(refused.error().message.find("folder " + folder.string() + ": run chmod o-w on it"),
            std::string::npos)
      << refused.error().message;
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_EQ(::chmod(folder.c_str(), 0775), 0);
  EXPECT_FALSE(RunFile::take(path).has_error());
}

TEST(RunInfo, TellsWhereTheGatewayAndItsMetricsAreFound) {
  RunInfo info;
  info.host = "::1";
  info.port = 3000;
  info.metrics_host = "10.0.0.7";
  info.metrics_port = 9090;
  EXPECT_EQ(info.url(), "http://[::1]:3000");
  EXPECT_EQ(info.metrics_url(), "http://10.0.0.7:9090");
}

TEST_F(RunFileTest, WhileAGatewayStartsAnEarlierOnesProcessAndPortAreForgotten) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << R"({"pid":1,"host":"127.0.0.1","port":1,"metricsPort":2,"config":""})";
  auto file = RunFile::take(path);
  ASSERT_FALSE(file.has_error());
  const auto info = RunFile::running(path);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->pid, ::getpid());
  EXPECT_EQ(info->port, 0);
}

TEST_F(RunFileTest, ASecondTakerLearnsTheFirstsPid) {
  auto file = RunFile::take(path);
  ASSERT_FALSE(file.has_error());
  ASSERT_FALSE(file->write({4711, "127.0.0.1", 1, 2, "", {}}).has_error());
  const auto second = RunFile::take(path);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().message.find("4711: stop it with `openclaw gateway stop`,"),
            std::string::npos);
  EXPECT_NE(RunFile::take(path, true).error().message.find("`openclaw gateway stop --dev`,"),
            std::string::npos);
}

TEST_F(RunFileTest, AFileThatNobodyHoldsIsStale) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << R"({"pid":1,"host":"127.0.0.1","port":1,"metricsPort":2,"config":""})";
  EXPECT_FALSE(RunFile::running(path));
  EXPECT_FALSE(RunFile::take(path).has_error());
}

TEST_F(RunFileTest, AFileOfAnotherFormIsNoGateway) {
  auto file = RunFile::take(path);
  ASSERT_FALSE(file.has_error());
  std::ofstream(path) << R"({"pid":"many"})";
  EXPECT_FALSE(RunFile::running(path));
}

}  // namespace
}  // namespace openclaw::daemon
