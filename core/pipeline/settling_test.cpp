// The end of messages without a turn, when the store does not take it.
#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

/// A store whose finishes fail so while `wrong` holds.
void refuse_finishes(World& w, Errc code, std::function<bool(const Finish&)> wrong) {
  w.store.fault = [code, wrong = std::move(wrong)](const Write& write) -> std::optional<Error> {
    const auto* finish = std::get_if<Finish>(&write);
    if (finish == nullptr || !wrong(*finish)) return std::nullopt;
    return Error{code, "as the test wants it"};
  };
}

TEST(Settling, AnAnswerThatTheStoreNeverTakesBecomesADeadLetter) {
  World w;
  refuse_finishes(w, Errc::invalid, [](const Finish& f) { return !f.outbox.empty(); });
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.store.dead.size(), 1U);
  EXPECT_EQ(w.store.dead.begin()->second.row.reason,
            "the store refused the answer: as the test wants it");
  EXPECT_TRUE(w.channel.sent.empty());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
}

TEST(Settling, WhatTheStoreNeverEndsStaysQueuedForTheNextStart) {
  World w;
  refuse_finishes(w, Errc::invalid, [](const Finish&) { return true; });
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.until([&] { return w.store.journal.size() >= 3; }));  // ingest, two claims
  std::promise<void> drained;
  w.on([&] { w.pipeline->drain([&] { drained.set_value(); }); });
  drained.get_future().get();
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 0 dead, 1 queued");
  w.kill();
  w.on([&] { w.store.fault = nullptr; });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
}

TEST(Settling, WhatAnotherEpochOwnsIsNeitherSilentNorAnswered) {
  World w;
  refuse_finishes(w, Errc::conflict, [](const Finish&) { return true; });
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(w.channel.sent.empty());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 0 dead, 0 queued, 1 fenced");
}

}  // namespace
}  // namespace openclaw::pipeline
