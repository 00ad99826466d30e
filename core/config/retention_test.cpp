// storage.retention: its units, and what it must not be.
#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

Loaded with_retention(const std::string& lines) {
  return load_text(minimal + "storage: {type: postgres, url: 'postgres://db', retention: " + lines +
                   "}\n");
}

TEST(Retention, IsOffUntilItIsEnabled) {
  const Loaded without = load_text(minimal);
  ASSERT_TRUE(without.config);
  EXPECT_FALSE(without.config->storage.retention.enabled);
  const Loaded limits = with_retention("{maxAge: 30d, maxSessions: 5}");
  ASSERT_TRUE(limits.config);
  EXPECT_FALSE(limits.config->storage.retention.enabled) << "limits alone remove nothing";
}

TEST(Retention, ReadsItsUnits) {
  constexpr std::int64_t hour = 3'600'000;
  struct Row {
    const char* lines;
    std::optional<std::int64_t> age;
    std::optional<std::uint64_t> sessions, bytes;
  };
  for (const Row& row : {Row{"{enabled: true, maxAge: 12h}", 12 * hour, {}, {}},
                         Row{"{enabled: true, maxAge: 30d}", 30 * 24 * hour, {}, {}},
                         Row{"{enabled: true, maxAge: '8w'}", 8 * 7 * 24 * hour, {}, {}},
                         Row{"{enabled: true, maxSessions: 500}", {}, 500, {}},
                         Row{"{enabled: true, maxBytes: 500MB}", {}, {}, 500'000'000},
                         Row{"{enabled: true, maxBytes: 10GB}", {}, {}, 10'000'000'000},
                         Row{"{enabled: true, maxBytes: 2TB}", {}, {}, 2'000'000'000'000}}) {
    const Loaded loaded = with_retention(row.lines);
    ASSERT_TRUE(loaded.config) << row.lines << text_of(loaded.diagnostics);
    const Retention& retention = loaded.config->storage.retention;
    EXPECT_TRUE(retention.enabled);
    EXPECT_EQ(retention.max_age_ms, row.age) << row.lines;
    EXPECT_EQ(retention.max_sessions, row.sessions) << row.lines;
    EXPECT_EQ(retention.max_bytes, row.bytes) << row.lines;
  }
}

TEST(Retention, SaysWhichKeyToChange) {
  struct Row {
    const char* lines;
    const char* words;
  };
  for (const Row& row :
       {Row{"{enabled: true}", "storage.retention.enabled: says that conversations are removed"},
        Row{"{enabled: true, maxAge: 30}",
            "storage.retention.maxAge: must be a whole number from 1"},
        Row{"{enabled: true, maxAge: 0d}", "storage.retention.maxAge"},
        Row{"{enabled: true, maxBytes: 10}",
            "storage.retention.maxBytes: must be a whole number from 1"},
        Row{"{enabled: true, maxBytes: 10gb}", "storage.retention.maxBytes"},
        Row{"{enabled: true, maxSessions: 0}", "storage.retention.maxSessions"},
        Row{"{enabled: true, maxage: 30d}", "did you mean `maxAge`"}}) {
    const Loaded loaded = with_retention(row.lines);
    EXPECT_FALSE(loaded.config) << row.lines;
    EXPECT_NE(text_of(loaded.diagnostics).find(row.words), std::string::npos)
        << text_of(loaded.diagnostics);
  }
  const Loaded wrong = with_retention("{enabled: true, maxAge: 30}");
  EXPECT_EQ(text_of(wrong.diagnostics).find("but not which"), std::string::npos)
      << "a limit is named, only wrongly";
}

}  // namespace
}  // namespace openclaw::config
