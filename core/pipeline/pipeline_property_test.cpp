// Whatever fails and whenever the process dies, every accepted message ends exactly once.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

unsigned seed_of_this_run() {
  const char* given = std::getenv("OPENCLAW_TEST_SEED");
  return given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
}

/// One life after another on the same store, with faults in every port.
class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed), port_random_(seed + 1) {
    static constexpr const char* kModes[] = {"collect", "followup", "interrupt"};
    w_.config.queue.mode = kModes[random_() % 3];
    w_.config.queue.max_attempts = 5;
    w_.store.fault = [this](const Write&) -> std::optional<Error> {
      if (!calm_ && port_one_in(12))
        return Error{port_one_in(2) ? Errc::storage : Errc::again, "full"};
      return std::nullopt;
    };
    for (auto* provider : {&w_.provider, &w_.second}) {
      provider->otherwise = [this] {
        if (calm_ || !port_one_in(4)) return says({"an ", "answer"});
        if (port_one_in(3)) return says({"NO_REPLY"});
        return fails(
            port_one_in(2) ? Errc::plugin : Errc::invalid,
            port_one_in(2) ? std::vector<std::string>{"half"} : std::vector<std::string>{});
      };
    }
    for (auto* channel : {&w_.channel, &w_.plain}) {
      channel->answer = [this](const Outbound&) -> Result<std::string> {
        if (calm_ || !port_one_in(5)) return std::string("m");
        return Error{Errc::network, "reset", 0, true, port_one_in(2)};
      };
    }
  }

  void run() {
    for (int life = 0; life < 5; ++life) {
      w_.start();
      const unsigned steps = 5 + static_cast<unsigned>(random_() % 30);
      for (unsigned i = 0; i < steps; ++i) step();
      w_.kill(one_in(2));
    }
    w_.on([this] { calm_ = true; });
    w_.start();
    for (const auto& again : unsure_) EXPECT_TRUE(w_.submit(again).has_value());
    ASSERT_TRUE(w_.settled());
    check();
  }

 private:
  bool one_in(unsigned n) { return random_() % n == 0; }
  /// On the loop's thread, in the ports.
  bool port_one_in(unsigned n) { return port_random_() % n == 0; }

  void step() {
    if (one_in(3)) w_.on([] {});  // lets some tasks of the loop pass
    const std::string n = std::to_string(++count_);
    static constexpr const char* kTexts[] = {"hello", "/whoami", "/stop", "/new", "hm"};
    auto m =
        World::message(kTexts[one_in(4) ? 1 + random_() % 3 : 0] + (" " + n),
                       "u" + std::to_string(random_() % 3), "e" + n, one_in(3) ? "plain" : "chat");
    if (m.text[0] == '/') m.text = m.text.substr(0, m.text.find(' '));
    if (one_in(10)) {  // nobody waits for the outcome: as a channel that was cut
      w_.on([&] { w_.pipeline->submit(m, [](const Result<Submitted>&) {}); });
      unsure_.push_back(m);
      return;
    }
    if (w_.submit(m).has_error()) unsure_.push_back(m);
    EXPECT_TRUE(w_.ledger().balanced());
  }

  void check() {
    auto& store = w_.store;
    EXPECT_TRUE(w_.ledger().balanced());
    EXPECT_TRUE(store.live.empty());
    // Every event was ingested once, and every row that was ingested has ended once.
    const auto ingested = static_cast<std::size_t>(
        std::count_if(store.journal.begin(), store.journal.end(),
                      [](const std::string& what) { return what.starts_with("ingest"); }));
    EXPECT_EQ(ingested, count_);
    EXPECT_EQ(store.ended.size(), ingested);
    // What people see: no reply twice where there are keys, and nowhere one that was not "started".
    std::multiset<std::string> sent_plain;
    for (const auto& m : w_.plain.sent) sent_plain.insert(m.idem_key);
    std::size_t visible = 0;
    for (const auto& [id, row] : store.outbox_rows) {
      const auto key = row.entry.idem_key;
      if (row.entry.channel == "chat" && row.state == OutboxState::sent) ++visible;
      if (row.entry.channel == "plain" && row.state == OutboxState::sent) {
        EXPECT_GE(sent_plain.count(key), 1U) << key;
      }
      EXPECT_NE(row.state, OutboxState::stored);
      EXPECT_NE(row.state, OutboxState::started);
    }
    EXPECT_GE(w_.channel.shown.size(), visible);
    std::set<std::string> keys;
    for (const auto& m : w_.channel.sent) {
      EXPECT_FALSE(m.idem_key.empty());
      keys.insert(m.idem_key);
    }
    EXPECT_LE(w_.channel.shown.size(), keys.size());
  }

  std::mt19937 random_, port_random_;
  World w_;
  bool calm_ = false;
  std::size_t count_ = 0;
  std::vector<Inbound> unsure_;  ///< the platform delivers these again
};

TEST(PipelineProperty, EveryAcceptedMessageEndsOnceWhateverHappens) {
  const unsigned seed = seed_of_this_run();
  for (unsigned round = 0; round < 40; ++round) {
    SCOPED_TRACE("OPENCLAW_TEST_SEED=" + std::to_string(seed + round));
    std::printf("seed %u\n", seed + round);
    Chaos(seed + round).run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace openclaw::pipeline
