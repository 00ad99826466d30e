#include "core/host/registry.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/host/file_trust.hpp"
#include "core/host/library.hpp"

namespace openclaw::host {
namespace {

namespace fs = std::filesystem;

const fs::path built = OPENCLAW_BUILT_PLUGINS;

class RegistryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "registry-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root = fs::canonical(pattern);
  }
  void TearDown() override { fs::remove_all(root); }

  std::string install(const std::string& to) {
    const fs::path file = root / to;
    fs::create_directories(file.parent_path());
    fs::copy_file(built / "providers/echo.so", file);
    return file;
  }
  [[nodiscard]] Registry registry(std::vector<std::string> files = {}) const {
    return Registry({{root / "a", root / "b"}, std::move(files)});
  }
  static std::string reason(const Result<Manifest>& found) {
    return found ? "" : found.error().message;
  }

  fs::path root;
};

TEST_F(RegistryTest, FindsAPluginByNameInTheFoldersOfItsKindFirst) {
  const auto beside = install("a/echo.so");
  EXPECT_EQ(registry().find("provider", "echo").value().file, beside);
  const auto in_folder = install("a/providers/echo.so");
  EXPECT_EQ(registry().find("provider", "echo").value().file, in_folder);
}

TEST_F(RegistryTest, TheFirstDirectoryWins) {
  const auto second = install("b/providers/echo.so");
  EXPECT_EQ(registry().find("provider", "echo").value().file, second);
  const auto first = install("a/echo.so");
  EXPECT_EQ(registry().find("provider", "echo").value().file, first);
}

TEST_F(RegistryTest, ABrokenPluginInTheFirstDirectoryIsNotPassedOver) {
  install("b/echo.so");
  fs::create_directories(root / "a/providers");
  std::ofstream(root / "a/providers/echo.so") << "#!/bin/sh\n";
  EXPECT_EQ(reason(registry().find("provider", "echo")), "echo.so: not an ELF file");
}

TEST_F(RegistryTest, FindsAPluginByPathWhateverItsFileIsCalled) {
  const auto file = install("elsewhere/mine.so");
  EXPECT_EQ(registry().find("provider", file).value().id, "echo");
}

TEST_F(RegistryTest, FindsAConfiguredFileByTheNameInItsManifest) {
  const auto file = install("elsewhere/mine.so");
  install("a/echo.so");
  EXPECT_EQ(registry({file}).find("provider", "echo").value().file, file);
}

TEST_F(RegistryTest, SaysWhyAConfiguredFileOfThatNameCannotBeUsed) {
  std::ofstream(root / "sms.so") << "text";
  EXPECT_EQ(reason(registry({root / "sms.so"}).find("channel", "sms")), "sms.so: not an ELF file");
}

TEST_F(RegistryTest, RefusesAPluginOfAnotherKind) {
  const auto file = install("a/echo.so");
  EXPECT_EQ(reason(registry().find("channel", "echo")),
            "echo.so: is a provider plugin, not a channel plugin");
  EXPECT_EQ(reason(registry().find("storage", file)),
            "echo.so: is a provider plugin, not a storage plugin");
}

TEST_F(RegistryTest, RefusesAFileWhoseManifestHasAnotherName) {
  install("a/providers/openai.so");
  EXPECT_EQ(reason(registry().find("provider", "openai")),
            "openai.so: its manifest calls it `echo`: name the file echo.so");
}

TEST_F(RegistryTest, SaysWhereItLookedAndWhatIsThere) {
  install("b/providers/echo.so");
  const auto found = registry().find("provider", "ecko");
  EXPECT_EQ(reason(found),
            "there is no provider plugin `ecko`; did you mean `echo`? (installed: "
            "echo; looked in " +
                (root / "a").string() + ", " + (root / "b").string() + ")");
  EXPECT_EQ(found.error().code, Errc::not_found);
  EXPECT_EQ(reason(Registry({{}, {}}).find("channel", "sms")),
            "there is no channel plugin `sms` (installed: none; looked in no directory)");
}

TEST_F(RegistryTest, ANameCannotLeaveTheDirectories) {
  install("echo.so");
  EXPECT_EQ(registry().find("provider", "..").error().code, Errc::not_found);
  EXPECT_EQ(registry().find("provider", "").error().code, Errc::not_found);
}

TEST_F(RegistryTest, SaysThatAPathLeadsNowhere) {
  const std::string file = root / "gone.so";
  const auto found = registry().find("channel", file);
  EXPECT_EQ(reason(found), "gone.so: cannot be read from " + file + ": No such file or directory");
  EXPECT_EQ(found.error().code, Errc::not_found);
}

TEST_F(RegistryTest, RefusesAFileThatAnybodyMayWrite) {
  const auto file = install("a/echo.so");
  ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
  EXPECT_EQ(reason(registry().find("provider", "echo")),
            "echo.so: anybody may write to " + file + ": run chmod o-w on it");
}

TEST_F(RegistryTest, RefusesAFolderThatAnybodyMayWrite) {
  const auto file = install("a/providers/echo.so");
  const std::string sentence = ": run chmod o-w on it, or install the plugin elsewhere";
  ASSERT_EQ(::chmod((root / "a").c_str(), 0777), 0);
  EXPECT_EQ(reason(registry().find("provider", "echo")),
            "echo.so: anybody may write to the folder " + (root / "a").string() + sentence);
  ASSERT_EQ(::chmod((root / "a").c_str(), 01777), 0);
  EXPECT_TRUE(registry().find("provider", "echo"));
  ASSERT_EQ(::chmod((root / "a/providers").c_str(), 01777), 0);
  EXPECT_FALSE(registry().find("provider", "echo"));
}

TEST_F(RegistryTest, RefusesAFileOrAFolderOfSomebodyElse) {
  const auto file = install("a/echo.so");
  const uid_t stranger = ::geteuid() + 4242;
  EXPECT_TRUE(check_trust(file));
  const auto refused = check_trust(file, {stranger});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().message,
            "echo.so: " + file + " belongs to user " + std::to_string(::geteuid()) +
                ", who could replace it: give it to root or to the user that runs the gateway with "
                "chown, or install the plugin elsewhere");
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(::chown(file.c_str(), stranger, static_cast<gid_t>(-1)), 0);
  EXPECT_FALSE(registry().find("provider", "echo"));
  ASSERT_EQ(::chown(file.c_str(), 0, static_cast<gid_t>(-1)), 0);
  ASSERT_EQ(::chown((root / "a").c_str(), stranger, static_cast<gid_t>(-1)), 0);
  EXPECT_NE(reason(registry().find("provider", "echo")).find("the folder"), std::string::npos);
}

TEST_F(RegistryTest, ASymbolicLinkIsJudgedByWhereItLeads) {
  const auto real = install("open/echo.so");
  fs::create_directories(root / "a");
  fs::create_symlink(real, root / "a/echo.so");
  EXPECT_TRUE(registry().find("provider", "echo"));
  ASSERT_EQ(::chmod((root / "open").c_str(), 0777), 0);
  EXPECT_FALSE(registry().find("provider", "echo"));
}

TEST_F(RegistryTest, ListsEveryCandidateAndWhyItCannotBeUsed) {
  const auto one = install("a/providers/echo.so");
  const auto two = install("b/echo.so");
  std::ofstream(root / "a/broken.so") << "text";
  std::ofstream(root / "a/notes.txt") << "text";
  fs::create_directories(root / "a/folder.so");
  const auto listed = registry({two}).list();
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].file, two);
  EXPECT_EQ(listed[1].file, one);
  EXPECT_EQ(listed[1].manifest.value().id, "echo");
  EXPECT_EQ(reason(listed[2].manifest), "broken.so: not an ELF file");
}

TEST_F(RegistryTest, LooksBesideTheExecutableFirst) {
  const auto directories = Registry::default_directories("/opt/openclaw/bin/openclaw");
  ASSERT_FALSE(directories.empty());
  EXPECT_EQ(directories.front(), "/opt/openclaw/lib/openclaw/plugins");
  EXPECT_EQ(Registry({directories, {}}).list().size(), 0U);
}

TEST_F(RegistryTest, WhatTheConfigurationNamesComesBeforeWhatIsInstalled) {
  const auto defaults = Registry::default_directories("/opt/openclaw/bin/openclaw");
  const auto all = Registry::directories({"/a", "/b"}, "/opt/openclaw/bin/openclaw");
  ASSERT_EQ(all.size(), defaults.size() + 2);
  EXPECT_EQ(all[0], "/a");
  EXPECT_EQ(all[1], "/b");
  EXPECT_TRUE(std::equal(defaults.begin(), defaults.end(), all.begin() + 2));
}

TEST_F(RegistryTest, WhatItFindsCanBeLoaded) {
  install("a/echo.so");
  auto library = Library::load(registry().find("provider", "echo").value());
  ASSERT_TRUE(library) << library.error().message;
  EXPECT_NE(library->api().create, nullptr);
  const Library moved = std::move(*library);
  EXPECT_EQ(moved.descriptor().major, OC_ABI_MAJOR);
}

}  // namespace
}  // namespace openclaw::host
