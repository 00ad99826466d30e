#include "file.hpp"

#include <gtest/gtest.h>

namespace openclaw::telegram {
namespace {

TEST(File, IsReadFromGetFilesAnswer) {
  const auto file = decode_file(
      R"({"ok":true,"result":{"file_id":"a","file_unique_id":"b","file_size":7,"file_path":"x/y"}})");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->path, "x/y");
  EXPECT_EQ(file->bytes, 7U);
  for (const char* body :
       {"", "[]", R"({"ok":true})", R"({"ok":true,"result":[]})",
        R"({"ok":true,"result":{"file_id":"a"}})", R"({"ok":true,"result":{"file_path":3}})"}) {
    EXPECT_FALSE(decode_file(body)) << body;
  }
}

TEST(FilePath, IsPercentEncodedSegmentBySegment) {
  EXPECT_EQ(file_path("photos/file_0.jpg"), "photos/file_0.jpg");
  EXPECT_EQ(file_path("a b/c?d#e"), "a%20b/c%3Fd%23e");
  EXPECT_EQ(file_path("a/..b"), "a/..b");
  EXPECT_EQ(file_path("${secret:botToken}"), "%24%7Bsecret%3AbotToken%7D");
}

TEST(FilePath, LeadsNowhereElse) {
  for (const char* path : {"", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "a/./b", "a//b",
                           "a/", "https://evil.example/x", "a\\..\\b", "a\nb"}) {
    EXPECT_FALSE(file_path(path)) << path;
  }
  EXPECT_FALSE(file_path(std::string(2000, 'a')));
}

TEST(FileFailure, SaysWhatTheHostShallDo) {
  struct Row {
    std::uint32_t status;
    const char* description;
    oc_status code;
    std::uint32_t flags;
  };
  constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;
  for (const Row& row : {
           Row{400, "Bad Request: file is too big", OC_E_TOOBIG, OC_EF_NOT_DONE},
           Row{400, "Bad Request: invalid file_id", OC_E_NOTFOUND, OC_EF_NOT_DONE},
           Row{400, "Bad Request: wrong file_id or the file is temporarily unavailable",
               OC_E_NOTFOUND, kAgain},
           Row{401, "Unauthorized", OC_E_AUTH, OC_EF_NOT_DONE},
           Row{429, "Too Many Requests", OC_E_RATE, kAgain},
           Row{502, "", OC_E_NET, kAgain},
       }) {
    ApiError error;
    error.status = row.status;
    error.description = row.description;
    const sdk::Failure failure = file_failure(error, "channels.telegram.");
    EXPECT_EQ(failure.code, row.code) << row.description;
    EXPECT_EQ(failure.flags, row.flags) << row.description;
  }
}

}  // namespace
}  // namespace openclaw::telegram
