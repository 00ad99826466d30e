#include "core/retention/cleaner.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/memory_store.hpp"
#include "core/runtime/testing/test_loop.hpp"

namespace openclaw::retention {
namespace {

using pipeline::Role;
using pipeline::TranscriptEntry;

constexpr std::int64_t kNow = 1'700'000'000'000, kHour = 3'600'000, kDay = 24 * kHour;

class CleanerTest : public ::testing::Test, protected runtime::TestLoop {
 protected:
  CleanerTest() { loop.start(); }
  ~CleanerTest() override {
    on([this] {
      if (cleaner_) cleaner_->stop();
    });
    // The store may still answer: what it answers to goes after the loop, as in the daemon.
    loop.stop();
    loop.join();
  }

  void session(const std::string& name, std::size_t entries, std::int64_t used_ms) {
    store_.transcripts[name].assign(entries,
                                    TranscriptEntry{1, Role::user, used_ms, "0123456789", ""});
  }
  void start(Limits limits, bool calendar_is_right = true) {
    on([&] {
      cleaner_ = std::make_unique<Cleaner>(
          loop, store_, log_, limits,
          [this, calendar_is_right](std::optional<std::int64_t>) {
            ++looks_;
            return Cleaner::Clock{kNow, calendar_is_right};
          },
          Cleaner::Pace{runtime::Millis(0), runtime::Millis(1), runtime::Millis(0)});
      cleaner_->start();
    });
  }
  /// The look that was under way has come to its end, and a whole one after it.
  bool looked() {
    const int before = on([this] { return looks_; });
    return until([this, before] { return looks_ >= before + 3; });
  }
  std::string left() {
    return on([this] {
      std::string names;
      for (const auto& [name, entries] : store_.transcripts) names += name + " ";
      return names;
    });
  }

  log::Log log_{static_cast<log::Level>(5), false};  // quiet
  pipeline::scripted::MemoryStore store_{loop};
  std::unique_ptr<Cleaner> cleaner_;
  int looks_ = 0;
};

TEST_F(CleanerTest, WhatIsOlderGoesAndTheRestStays) {
  on([this] {
    session("old", 3, kNow - 3 * kDay);
    session("older", 2, kNow - 4 * kDay);
    session("young", 1, kNow - kDay);
  });
  start({.max_age_ms = 2 * kDay});
  ASSERT_TRUE(looked());
  EXPECT_EQ(left(), "young ");
  EXPECT_EQ(cleaner_->counters().sessions.load(), 2U);
  EXPECT_EQ(cleaner_->counters().entries.load(), 5U);
}

TEST_F(CleanerTest, ALongConversationGoesInSteps) {
  on([this] { session("long", 3 * Cleaner::kStepEntries + 1, kNow - 3 * kDay); });
  start({.max_age_ms = 2 * kDay});
  ASSERT_TRUE(until([this] { return store_.transcripts.empty(); }));
  EXPECT_EQ(cleaner_->counters().sessions.load(), 1U);
  EXPECT_EQ(cleaner_->counters().entries.load(), 3 * Cleaner::kStepEntries + 1);
}

TEST_F(CleanerTest, TooManyAreFallenBelowByAFifthTheLongestUnusedFirst) {
  on([this] {
    for (int i = 0; i < 13; ++i) {
      session(std::string(1, static_cast<char>('a' + i)), 1, kNow - kDay + i);
    }
  });
  start({.max_sessions = 10});
  ASSERT_TRUE(looked());
  EXPECT_EQ(left(), "f g h i j k l m ");
}

TEST_F(CleanerTest, TooMuchIsFallenBelowByAFifth) {
  on([this] {
    session("big", 50, kNow - 2 * kDay);
    for (const char* name : {"a", "b", "c"}) session(name, 10, kNow - kDay);
  });
  start({.max_bytes = 700});
  ASSERT_TRUE(looked());
  const auto bytes = on([this] {
    std::size_t sum = 0;
    for (const auto& [name, entries] : store_.transcripts) sum += entries.size() * 10;
    return sum;
  });
  EXPECT_LE(bytes, 560U);
  EXPECT_EQ(on([this] { return store_.transcripts.count("big"); }), 0U) << "longest unused";
}

TEST_F(CleanerTest, WhatIsInUseStaysHoweverManyThereAre) {
  on([this] {
    for (const char* name : {"a", "b", "c"}) session(name, 1, kNow - 60'000);
    session("idle", 1, kNow - kHour);
  });
  start({.max_sessions = 1});
  ASSERT_TRUE(looked());
  EXPECT_EQ(left(), "a b c ");
}

TEST_F(CleanerTest, WhileTheCalendarIsInDoubtAgeRemovesNothing) {
  on([this] { session("old", 1, kNow - 30 * kDay); });
  start({.max_age_ms = kDay}, false);
  ASSERT_TRUE(looked());
  EXPECT_EQ(left(), "old ");
}

TEST_F(CleanerTest, ItLooksWhenItIsAsked) {
  on([this] {
    session("old", 1, kNow - 30 * kDay);
    store_.now_ms = kNow - 7;
    cleaner_ = std::make_unique<Cleaner>(
        loop, store_, log_, Limits{.max_age_ms = kDay},
        [](std::optional<std::int64_t> store_ms) {
          return Cleaner::Clock{kNow, store_ms == kNow - 7};
        },
        Cleaner::Pace{runtime::Millis(3'600'000), runtime::Millis(3'600'000), runtime::Millis(0)});
    cleaner_->start();
  });
  EXPECT_TRUE(on([this] { return cleaner_->look_now() && !cleaner_->look_now(); }))
      << "one at a time";
  ASSERT_TRUE(until([this] { return store_.transcripts.empty(); }));
  ASSERT_TRUE(until([this] { return cleaner_->look_now(); }))
      << "again, once it has come to its end";
}

TEST_F(CleanerTest, AStoreThatFailsIsAskedAgainLater) {
  on([this] {
    session("old", 1, kNow - 30 * kDay);
    store_.fault = [](const pipeline::Write&) { return Error{Errc::storage, "no space left"}; };
  });
  start({.max_age_ms = kDay});
  ASSERT_TRUE(looked());
  EXPECT_EQ(left(), "old ");
  on([this] { store_.fault = nullptr; });
  ASSERT_TRUE(until([this] { return store_.transcripts.empty(); }));
}

}  // namespace
}  // namespace openclaw::retention
