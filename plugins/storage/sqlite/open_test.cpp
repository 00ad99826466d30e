// Opening: the owner's lock, paths that cannot work, other schemas, permissions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "migrate.hpp"
#include "schema.hpp"
#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

using ::testing::HasSubstr;
using testing::StoreClient;
using testing::StoreInstance;

const oc_plugin_api& api() {
  return *oc_plugin_entry_1(0)->api;
}

/// Why a path is refused; empty when it opens.
std::string refusal(const std::string& path, std::uint32_t role = OC_STORE_WRITER) {
  StoreInstance instance(api(), TestPlace::section_for(path));
  const StoreClient client = instance.open(role);
  return client.is_open() ? std::string() : client.last.message;
}

void execute(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 0777U : 0;
}

/// A process of its own that holds the writer open until it is killed.
class OtherGateway {
 public:
  explicit OtherGateway(const std::string& path) {
    int ready[2];
    if (::pipe(ready) != 0) throw std::runtime_error("pipe");
    pid = ::fork();
    if (pid == 0) {
      StoreInstance instance(api(), TestPlace::section_for(path));
      const StoreClient writer = instance.writer();
      const char answer = writer.is_open() ? 'y' : 'n';
      if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ready[1]);
    char answer = 0;
    if (::read(ready[0], &answer, 1) != 1 || answer != 'y') throw std::runtime_error("no writer");
    ::close(ready[0]);
  }
  ~OtherGateway() { kill(); }
  void kill() {
    if (pid <= 0) return;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    pid = 0;
  }
  pid_t pid = 0;
};

TEST(Open, ASecondGatewayIsToldThePidOfTheFirst) {
  const TestPlace place;
  OtherGateway other(place.path());
  EXPECT_THAT(refusal(place.path()), HasSubstr("in use by process " + std::to_string(other.pid)));
  EXPECT_EQ(refusal(place.path(), OC_STORE_READER), "") << "reading goes on beside it";
  other.kill();
  EXPECT_EQ(refusal(place.path()), "") << "the dead one's lock is gone";
}

TEST(Open, AnotherNameOfTheSameFileIsLockedToo) {
  const TestPlace place;
  StoreInstance instance(api(), place.section_json());
  const StoreClient first = instance.writer();
  ASSERT_TRUE(first.is_open());
  const auto link = place.folder / "link.db";
  std::filesystem::create_symlink(place.path(), link);
  EXPECT_THAT(refusal(link), HasSubstr("in use by process " + std::to_string(::getpid())));
}

TEST(Open, FilesAreForTheirOwnerOnly) {
  const TestPlace place;
  const mode_t before = ::umask(0);
  const std::string refused = refusal(place.path());
  ::umask(before);
  ASSERT_EQ(refused, "");
  EXPECT_EQ(mode_of(std::filesystem::path(place.path()).parent_path()), 0700U);
  EXPECT_EQ(mode_of(place.path()), 0600U);
  EXPECT_EQ(mode_of(place.path() + ".lock"), 0600U);
}

TEST(Open, ALockFileThatLeadsElsewhereIsNotFollowed) {
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  const std::string lock = place.path() + ".lock";
  const auto target = place.folder / "precious";
  std::ofstream(target) << "keep me";
  std::filesystem::remove(lock);
  std::filesystem::create_symlink(target, lock);
  EXPECT_THAT(refusal(place.path()), HasSubstr("it is not a regular file: remove it"));
  std::string kept;
  std::getline(std::ifstream(target), kept);
  EXPECT_EQ(kept, "keep me");
  std::filesystem::remove(lock);
  ASSERT_EQ(::mkfifo(lock.c_str(), 0600), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("it is not a regular file: remove it"));
}

TEST(Open, WhatAnybodyMayWriteToIsRefused) {
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  const std::string folder = std::filesystem::path(place.path()).parent_path();
  ASSERT_EQ(::chmod(folder.c_str(), 0777), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("the folder " + folder));
  ASSERT_EQ(::chmod(folder.c_str(), 01777), 0);
  EXPECT_EQ(refusal(place.path()), "") << "where others may only add files";
  ASSERT_EQ(::chmod(folder.c_str(), 0700), 0);
  ASSERT_EQ(::chmod(place.path().c_str(), 0666), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("run chmod go-w on it"));
  ASSERT_EQ(::chmod(place.path().c_str(), 0664), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("run chmod go-w on it")) << "the group, too";
}

TEST(Open, WhatOthersMayReadIsTheirsToReadNoMore) {
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  for (const char* suffix : {"", "-wal"}) {
    const std::string path = place.path() + suffix;
    if (*suffix != 0) write_bytes(path, "");
    ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
    StoreInstance instance(api(), place.section_json());
    const StoreClient writer = instance.writer();
    ASSERT_TRUE(writer.is_open()) << writer.last.message;
    EXPECT_EQ(mode_of(place.path()), 0600U);
    EXPECT_EQ(mode_of(place.path() + "-wal"), 0600U);
  }
}

TEST(Open, WhatIsAnothersIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(::chown(place.path().c_str(), kNobody, kNobody), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("belongs to the user with the id 65534"));
  ASSERT_EQ(::chown(place.path().c_str(), 0, 0), 0);
  write_bytes(place.path() + "-wal", "");
  ASSERT_EQ(::chown((place.path() + "-wal").c_str(), kNobody, kNobody), 0);
  EXPECT_THAT(refusal(place.path()), HasSubstr("-wal"));
}

TEST(Open, WhatMayNotBeWrittenIsRefusedAtOnce) {
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  // Root may write to any file; what is mounted read-only it may not write to either.
  const pid_t child = ::fork();
  if (child == 0) {
    const bool apart = ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    const std::string file = place.path();
    if (!apart || ::mount(file.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) != 0 ||
        ::mount("none", file.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
      ::_exit(3);
    }
    ::_exit(refusal(place.path()).find("read-only") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 3) GTEST_SKIP() << "only root mounts";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Open, AFolderIsNotADatabase) {
  const TestPlace place;
  EXPECT_THAT(refusal(place.folder), HasSubstr("it is a folder; storage.path must name a file"));
}

TEST(Open, APathBelowAFileNamesThatFile) {
  const TestPlace place;
  write_bytes(place.folder / "file", "x");
  const std::string message = refusal(place.folder / "file" / "data" / "sessions.db");
  EXPECT_THAT(message, HasSubstr((place.folder / "file").string()));
  EXPECT_THAT(message, HasSubstr("change storage.path"));
}

TEST(Open, AFolderThatCannotBeMadeIsNamed) {
  const std::string message = refusal("/proc/openclaw/sessions.db");
  EXPECT_THAT(message, HasSubstr("cannot create the folder /proc/openclaw"));
  EXPECT_THAT(message, HasSubstr("change storage.path"));
}

TEST(Open, AnotherFormatIsLeftAsItIs) {
  const TestPlace place;
  const std::string path = place.folder / "notes.txt";
  const std::string notes(5000, 'n');
  write_bytes(path, notes);
  EXPECT_THAT(refusal(path), HasSubstr("is not an SQLite database"));
  EXPECT_EQ(bytes_of(path), notes);
}

TEST(Open, AnotherProgramsDatabaseIsLeftAsItIs) {
  const TestPlace place;
  const std::string path = place.folder / "other.db";
  execute(path, "CREATE TABLE bookmarks (url TEXT)");
  const std::string before = bytes_of(path);
  EXPECT_THAT(refusal(path), HasSubstr("belongs to another program"));
  EXPECT_THAT(refusal(path, OC_STORE_READER), HasSubstr("belongs to another program"));
  EXPECT_EQ(bytes_of(path), before);
}

TEST(Open, ANewerSchemaIsLeftAsItIs) {
  const TestPlace place;
  ASSERT_EQ(refusal(place.path()), "");
  execute(place.path(), "PRAGMA user_version=99");
  const std::string before = bytes_of(place.path());
  const std::string message = refusal(place.path());
  EXPECT_THAT(message, HasSubstr("newer version"));
  EXPECT_THAT(message, HasSubstr("schema 99"));
  EXPECT_THAT(message, HasSubstr("install the newer version"));
  EXPECT_EQ(bytes_of(place.path()), before);
}

TEST(Open, AnEmptyFileBecomesADatabase) {
  const TestPlace place;
  const std::string path = place.folder / "empty.db";
  write_bytes(path, "");
  EXPECT_EQ(refusal(path), "");
}

TEST(Open, AReaderMakesNoDatabase) {
  const TestPlace place;
  EXPECT_THAT(refusal(place.path(), OC_STORE_READER), HasSubstr("cannot open the database"));
  EXPECT_FALSE(std::filesystem::exists(place.path()));
}

TEST(Open, AnUnknownRoleIsRefused) {
  const TestPlace place;
  EXPECT_NE(refusal(place.path(), 3), "");
  EXPECT_FALSE(std::filesystem::exists(place.path()));
}

TEST(Open, ASectionWithoutAUsablePathIsRefused) {
  for (const char* section :
       {"{}", "[]", "", R"({"path":7})", R"({"path":""})", R"({"path":"relative.db"})",
        R"({"path":":memory:"})", R"({"path":"/a\u0000b"})"}) {
    testing::FakeHost host;
    EXPECT_THAT(host.create(api(), "storage", section), HasSubstr("storage")) << section;
  }
}

TEST(Open, RetentionBelongsToTheGateway) {
  testing::FakeHost host;
  EXPECT_EQ(host.create(api(), "storage", R"({"path":"/tmp/x.db","retention":{"days":30}})"), "");
}

}  // namespace
}  // namespace openclaw::sqlite
