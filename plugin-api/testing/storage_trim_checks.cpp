// Checks of finding idle sessions and removing them in steps.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

/// A session of `n` entries, each of 10 bytes, last used at `ts_ms`.
void speak(StoreUnderTest& store, const std::string& session, int n, std::int64_t ts_ms) {
  std::vector<Entry> entries;
  for (int i = 0; i < n; ++i) {
    entries.push_back({OC_ROLE_USER, "entry-" + std::to_string(1000 + i)});
  }
  store.writer.one(Finish{.session = session, .transcript = entries, .ts_ms = ts_ms});
}

std::string names(const std::vector<SessionRow>& rows) {
  std::string all;
  for (const auto& row : rows) all += row.session + ' ';
  return all;
}

void the_longest_idle_come_first(StoreUnderTest& store) {
  speak(store, "b", 1, 3000);
  speak(store, "a", 2, 1000);
  speak(store, "c", 1, 2000);
  auto reader = store.reader();
  EXPECT_EQ(names(reader.idle_sessions(10'000)), "a c b ");
  EXPECT_EQ(names(reader.idle_sessions(3000)), "a c ") << "before, not at";
  EXPECT_EQ(names(reader.idle_sessions(10'000, 2)), "a c ");
  EXPECT_EQ(names(reader.idle_sessions(1000)), "");
  EXPECT_EQ(reader.idle_sessions(10'000, 1).at(0).entries, 2u);
  EXPECT_EQ(reader.idle_sessions(10'000, 1).at(0).bytes, 20u);
  EXPECT_EQ(reader.idle_sessions(10'000, 1).at(0).updated_ms, 1000);
  speak(store, "a", 1, 4000);
  EXPECT_EQ(names(reader.idle_sessions(10'000)), "c b a ");
}

void a_session_goes_in_steps(StoreUnderTest& store) {
  speak(store, "s", 5, 1000);
  speak(store, "other", 1, 1000);
  const auto first = store.writer.one(TrimStep{.session = "s", .limit = 2});
  EXPECT_EQ(first.id, 2u);
  EXPECT_EQ(first.flags, 0u);
  auto reader = store.reader();
  const auto left = reader.history("s");
  ASSERT_EQ(left.size(), 3u);
  EXPECT_EQ(left[0].text, "entry-1002") << "the oldest go first";
  EXPECT_EQ(reader.sessions("s").at(0).entries, 3u);
  EXPECT_EQ(reader.sessions("s").at(0).bytes, 30u);
  const auto last = store.writer.one(TrimStep{.session = "s", .limit = 100});
  EXPECT_EQ(last.id, 3u);
  EXPECT_EQ(last.flags, OC_RESULT_GONE);
  EXPECT_TRUE(reader.history("s").empty());
  EXPECT_EQ(names(reader.sessions()), "other ");
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s"}).status, OC_E_NOTFOUND);
  EXPECT_EQ(reader.history("other").size(), 1u);
}

void archived_entries_go_before_current_ones(StoreUnderTest& store) {
  speak(store, "s", 4, 1000);
  store.writer.one(SessionChange{.session = "s", .ts_ms = 1000});
  speak(store, "s", 3, 1000);
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s", .limit = 3}).id, 3u);
  auto reader = store.reader();
  EXPECT_EQ(reader.history("s").size(), 3u);
  EXPECT_EQ(reader.sessions().at(0).entries, 3u);
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s", .limit = 2}).id, 2u);
  EXPECT_EQ(reader.history("s").size(), 2u);
  EXPECT_EQ(reader.sessions().at(0).entries, 2u);
  EXPECT_EQ(reader.sessions().at(0).bytes, 20u);
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s", .limit = 2}).flags, OC_RESULT_GONE);
}

void a_session_that_was_used_stays(StoreUnderTest& store) {
  speak(store, "s", 2, 5000);
  const auto used = store.writer.one(TrimStep{.session = "s", .idle_before_ms = 5000});
  EXPECT_EQ(used.status, OC_E_CONFLICT);
  EXPECT_EQ(used.id, 0u);
  EXPECT_EQ(store.reader().history("s").size(), 2u);
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s", .idle_before_ms = 5001}).id, 2u);
}

void a_session_whose_message_waits_stays(StoreUnderTest& store) {
  speak(store, "s", 2, 1000);
  speak(store, "other", 2, 1000);
  const auto id = store.ingest("e", "s");
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s"}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.writer.one(TrimStep{.session = "other"}).flags, OC_RESULT_GONE);
  store.writer.one(Attempt{.session = "s", .ids = {id}});
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s"}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.reader().history("s").size(), 2u);
  store.writer.one(Finish{.session = "s", .ids = {id}, .disposition = OC_DONE_SILENT});
  EXPECT_EQ(store.writer.one(TrimStep{.session = "s"}).flags, OC_RESULT_GONE);
}

void a_trimmed_session_may_speak_again(StoreUnderTest& store) {
  speak(store, "s", 3, 1000);
  store.writer.one(TrimStep{.session = "s", .limit = 1});
  speak(store, "s", 1, 2000);
  EXPECT_EQ(store.reader().history("s").size(), 3u);
  store.writer.one(TrimStep{.session = "s"});
  speak(store, "s", 1, 3000);
  const auto again = store.reader().history("s");
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(store.reader().sessions().at(0).entries, 1u);
}

void an_emptied_session_goes_too(StoreUnderTest& store) {
  speak(store, "s", 2, 1000);
  store.writer.one(SessionChange{.session = "s", .ts_ms = 1000});
  const auto all = store.writer.one(TrimStep{.session = "s"});
  EXPECT_EQ(all.id, 2u);
  EXPECT_EQ(all.flags, OC_RESULT_GONE);
  EXPECT_EQ(store.writer.stat("sessions"), 0);
}

void a_step_of_nothing_removes_nothing(StoreUnderTest& store) {
  speak(store, "s", 1, 1000);
  const auto none = store.writer.one(TrimStep{.session = "s", .limit = 0});
  EXPECT_EQ(none.status, OC_OK);
  EXPECT_EQ(none.id, 0u);
  EXPECT_EQ(none.flags, 0u);
  EXPECT_EQ(store.reader().history("s").size(), 1u);
}

void stats_count_the_sessions(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.stat("sessions"), 0);
  speak(store, "a", 1, 1000);
  speak(store, "b", 1, 1000);
  EXPECT_EQ(store.writer.stat("sessions"), 2);
  store.writer.one(TrimStep{.session = "a"});
  EXPECT_EQ(store.writer.stat("sessions"), 1);
}

void what_is_used_falls_with_the_sessions(StoreUnderTest& store) {
  const auto before = store.writer.stat("usedBytes");
  for (int i = 0; i < 20; ++i) {
    store.writer.one(Finish{
        .session = "s", .transcript = {{OC_ROLE_USER, std::string(50'000, 'x')}}, .ts_ms = 1000});
  }
  store.writer.one(SessionChange{.session = "s", .ts_ms = 1000});
  const auto full = store.writer.stat("usedBytes");
  EXPECT_GE(full, before + 1'000'000) << "archived entries count";
  store.writer.one(TrimStep{.session = "s", .limit = 10});
  EXPECT_LE(store.writer.stat("usedBytes"), full - 450'000);
  store.writer.one(TrimStep{.session = "s"});
  EXPECT_LE(store.writer.stat("usedBytes"), full - 900'000);
}

void what_is_held_is_kept_by_renewing(StoreUnderTest& store) {
  store.writer.renew();
  EXPECT_EQ(store.writer.last.status, OC_OK) << store.writer.last.message;
  store.ingest("e");
  store.writer.renew();
  EXPECT_EQ(store.writer.last.status, OC_OK) << store.writer.last.message;
  EXPECT_EQ(store.reader().inbox().size(), 1u);
}

}  // namespace

Checks trim_checks() {
  return {{"TheLongestIdleComeFirst", the_longest_idle_come_first},
          {"ASessionGoesInSteps", a_session_goes_in_steps},
          {"ArchivedEntriesGoBeforeCurrentOnes", archived_entries_go_before_current_ones},
          {"ASessionThatWasUsedStays", a_session_that_was_used_stays},
          {"ASessionWhoseMessageWaitsStays", a_session_whose_message_waits_stays},
          {"ATrimmedSessionMaySpeakAgain", a_trimmed_session_may_speak_again},
          {"AnEmptiedSessionGoesToo", an_emptied_session_goes_too},
          {"AStepOfNothingRemovesNothing", a_step_of_nothing_removes_nothing},
          {"StatsCountTheSessions", stats_count_the_sessions},
          {"WhatIsUsedFallsWithTheSessions", what_is_used_falls_with_the_sessions},
          {"WhatIsHeldIsKeptByRenewing", what_is_held_is_kept_by_renewing}};
}

}  // namespace openclaw::testing
