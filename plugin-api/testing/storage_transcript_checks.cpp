// Checks of what was said: order, limits, reset, deletion, the list of sessions.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

const std::string kMain = "agent:main:main";

void say(StoreUnderTest& store, const std::string& session, const std::string& text,
         std::int64_t ts_ms = 1000) {
  store.writer.one(
      Finish{.session = session, .transcript = {{OC_ROLE_USER, text, {}, ts_ms}}, .ts_ms = ts_ms});
}

std::string joined(const std::vector<Entry>& entries) {
  std::string text;
  for (const auto& e : entries) text += e.text + ' ';
  return text;
}

void history_is_oldest_first(StoreUnderTest& store) {
  store.writer.one(Finish{
      .transcript = {{OC_ROLE_USER, "q", R"({"m":1})", 11}, {OC_ROLE_ASSISTANT, "a", {}, 12}}});
  say(store, "other", "x");
  say(store, kMain, "q2", 5);
  store.reopen();
  const auto entries = store.reader().history(kMain);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].text, "q");
  EXPECT_EQ(entries[0].role, OC_ROLE_USER);
  EXPECT_EQ(entries[0].meta, R"({"m":1})");
  EXPECT_EQ(entries[0].ts_ms, 11);
  EXPECT_EQ(entries[1].text, "a");
  EXPECT_EQ(entries[1].role, OC_ROLE_ASSISTANT);
  EXPECT_EQ(entries[1].meta, "");
  EXPECT_EQ(entries[2].text, "q2") << "in order of writing, whatever the clock said";
  EXPECT_LT(entries[0].id, entries[1].id);
  EXPECT_LT(entries[1].id, entries[2].id);
  EXPECT_TRUE(store.reader().history("nobody").empty());
}

void history_is_limited_by_entries(StoreUnderTest& store) {
  for (const char* text : {"1", "2", "3", "4", "5"}) say(store, kMain, text);
  auto reader = store.reader();
  EXPECT_EQ(joined(reader.history(kMain, 2)), "4 5 ");
  EXPECT_EQ(joined(reader.history(kMain, 5)), "1 2 3 4 5 ");
  EXPECT_EQ(joined(reader.history(kMain, 0)), "");
  reader.stop_after = 1;
  EXPECT_EQ(joined(reader.history(kMain, 3)), "3 ");
}

void history_is_limited_by_bytes(StoreUnderTest& store) {
  for (const char* text : {"a", "bbbb", "cccccc"}) say(store, kMain, text);
  auto reader = store.reader();
  EXPECT_EQ(joined(reader.history(kMain, 10, 11)), "a bbbb cccccc ");
  EXPECT_EQ(joined(reader.history(kMain, 10, 10)), "bbbb cccccc ");
  // The newest without a gap: "a" would fit beside "cccccc", but "bbbb" lies between.
  EXPECT_EQ(joined(reader.history(kMain, 10, 9)), "cccccc ");
  EXPECT_EQ(joined(reader.history(kMain, 10, 5)), "");
}

void a_reset_hides_what_was(StoreUnderTest& store) {
  say(store, kMain, "old");
  say(store, "other", "stays");
  EXPECT_EQ(store.writer.one(SessionChange{.action = OC_SESSION_RESET}).status, OC_OK);
  EXPECT_TRUE(store.reader().history(kMain).empty());
  say(store, kMain, "new");
  store.reopen();
  EXPECT_EQ(joined(store.reader().history(kMain)), "new ");
  EXPECT_EQ(joined(store.reader().history("other")), "stays ");
  const auto sessions = store.reader().sessions(kMain);
  ASSERT_EQ(sessions.size(), 1u);
  EXPECT_EQ(sessions[0].entries, 1u);
  EXPECT_EQ(sessions[0].bytes, 3u);
  EXPECT_EQ(store.writer.one(SessionChange{"nobody", OC_SESSION_RESET}).status, OC_OK);
}

void a_deleted_session_is_gone(StoreUnderTest& store) {
  say(store, kMain, "archived");
  store.writer.one(SessionChange{.action = OC_SESSION_RESET});
  say(store, kMain, "current");
  say(store, "other", "stays");
  EXPECT_EQ(store.writer.one(SessionChange{.action = OC_SESSION_DELETE}).status, OC_OK);
  auto reader = store.reader();
  EXPECT_TRUE(reader.history(kMain).empty());
  EXPECT_EQ(reader.sessions().size(), 1u);
  EXPECT_EQ(joined(reader.history("other")), "stays ");
  say(store, kMain, "again");
  EXPECT_EQ(joined(reader.history(kMain)), "again ");
}

void sessions_are_listed_in_byte_order(StoreUnderTest& store) {
  for (const char* session : {"b", "a:2", "a:10", "a:1", "a;", "a", "\xC3\xA9"}) {
    say(store, session, "x");
  }
  auto reader = store.reader();
  const auto keys = [](const std::vector<SessionRow>& rows) {
    std::string all;
    for (const auto& r : rows) all += r.session + ' ';
    return all;
  };
  EXPECT_EQ(keys(reader.sessions()), "a a:1 a:10 a:2 a; b \xC3\xA9 ");
  EXPECT_EQ(keys(reader.sessions("a:")), "a:1 a:10 a:2 ");
  EXPECT_EQ(keys(reader.sessions("a:", "a:1", 1)), "a:10 ");
  EXPECT_EQ(keys(reader.sessions("a:", "a:2")), "");
  EXPECT_EQ(keys(reader.sessions("a:", "0")), "a:1 a:10 a:2 ");
  EXPECT_EQ(keys(reader.sessions({}, {}, 2)), "a a:1 ");
  EXPECT_EQ(keys(reader.sessions("a:", {}, 0)), "");
  EXPECT_EQ(keys(reader.sessions("none")), "");
}

void a_session_counts_its_entries(StoreUnderTest& store) {
  say(store, kMain, "123", 50);
  say(store, kMain, "45", 60);
  const auto rows = store.reader().sessions();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].entries, 2u);
  EXPECT_EQ(rows[0].bytes, 5u);
  EXPECT_EQ(rows[0].updated_ms, 60);
}

void long_and_strange_texts_come_back(StoreUnderTest& store) {
  using namespace std::string_literals;
  const std::string longest(1 << 20, 'y');
  for (const auto& text : {""s, "nul\0inside"s, "\xF0\x9F\xA6\x9E"s, longest}) {
    say(store, kMain, text);
  }
  const auto entries = store.reader().history(kMain);
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[0].text, "");
  EXPECT_EQ(entries[1].text, "nul\0inside"s);
  EXPECT_EQ(entries[2].text, "\xF0\x9F\xA6\x9E");
  EXPECT_TRUE(entries[3].text == longest);
}

}  // namespace

Checks transcript_checks() {
  return {{"HistoryIsOldestFirst", history_is_oldest_first},
          {"HistoryIsLimitedByEntries", history_is_limited_by_entries},
          {"HistoryIsLimitedByBytes", history_is_limited_by_bytes},
          {"AResetHidesWhatWas", a_reset_hides_what_was},
          {"ADeletedSessionIsGone", a_deleted_session_is_gone},
          {"SessionsAreListedInByteOrder", sessions_are_listed_in_byte_order},
          {"ASessionCountsItsEntries", a_session_counts_its_entries},
          {"LongAndStrangeTextsComeBack", long_and_strange_texts_come_back}};
}

}  // namespace openclaw::testing
