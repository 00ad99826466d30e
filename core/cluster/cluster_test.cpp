#include "core/cluster/cluster.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <utility>

#include "core/pipeline/testing/memory_cluster.hpp"
#include "core/runtime/testing/test_loop.hpp"

namespace openclaw::cluster {
namespace {

using pipeline::scripted::MemoryMember;
using pipeline::scripted::MemoryStore;
using runtime::SteadyClock;

class Clusters : public ::testing::Test, protected runtime::TestLoop {
 protected:
  Clusters() { loop.start(); }
  ~Clusters() override {
    loop.stop();
    loop.join();
  }
  /// Rounds of collecting, as the pipeline makes them; none is under way any more behind it.
  bool until_looking(Cluster& cluster, MemoryMember& member, std::function<bool()> holds) {
    const auto looking = std::make_shared<bool>(false);
    const bool held = until([&] {
      if (!std::exchange(*looking, true)) {
        member.collect({}, [&cluster, looking](const Result<pipeline::Collected>& got) {
          for (const auto& notice : got->notices) cluster.noticed(notice);
          cluster.collected();
          *looking = false;
        });
      }
      return holds();
    });
    return until([&] { return !*looking; }) && held;
  }

  /// Ends on its loop, as what it asked for may be under way there.
  std::shared_ptr<Cluster> make(pipeline::StorePort& port) {
    return {new Cluster(loop, port, log), [this](Cluster* c) { on([c] { delete c; }); }};
  }

  log::Log log{static_cast<log::Level>(5), false};  // quiet
  MemoryStore store{loop};
  MemoryMember a{loop, store, "a"}, b{loop, store, "b"};
};

TEST_F(Clusters, OneGatewayAloneHasEverythingAndNobodyToTell) {
  const auto alone = make(store);
  std::vector<bool> changes;
  on([&] { alone->want("telegram:poll", [&](bool held) { changes.push_back(held); }); });
  ASSERT_TRUE(until([&] { return changes.size() == 1; }));
  EXPECT_TRUE(changes[0]);
  EXPECT_TRUE(alone->held("telegram:poll"));
  EXPECT_FALSE(alone->held("telegram:other")) << "it was never asked for";
  EXPECT_EQ(alone->others(), 0U);
  EXPECT_TRUE(on([&] { return alone->tell("webchat", "t", "x"); }));
  EXPECT_TRUE(store.journal.empty());
}

TEST_F(Clusters, ALeaseGoesOnWhenItsHolderEnds) {
  const auto first = make(a), second = make(b);
  bool first_holds = false, second_holds = false;
  on([&] { first->want("telegram:poll", [&](bool held) { first_holds = held; }); });
  ASSERT_TRUE(until([&] { return first_holds; }));
  on([&] { second->want("telegram:poll", [&](bool held) { second_holds = held; }); });
  ASSERT_TRUE(until_looking(*second, b, [&] { return second->others() == 1; }));
  EXPECT_FALSE(second->held("telegram:poll"));
  on([&] { a.leave(); });
  ASSERT_TRUE(until_looking(*second, b, [&] { return second_holds; }));
  EXPECT_TRUE(second->held("telegram:poll"));
}

TEST_F(Clusters, WhoIsThereIsCounted) {
  const auto first = make(a);
  ASSERT_TRUE(until_looking(*first, a, [&] { return first->others() == 1; }));
  on([&] { b.leave(); });
  ASSERT_TRUE(until_looking(*first, a, [&] { return first->others() == 0; }));
}

TEST_F(Clusters, ALeaseThatIsReleasedGoesOnToo) {
  const auto first = make(a), second = make(b);
  bool first_holds = false, second_holds = false;
  on([&] { first->want("telegram:poll", [&](bool held) { first_holds = held; }); });
  ASSERT_TRUE(until([&] { return first_holds; }));
  on([&] { second->want("telegram:poll", [&](bool held) { second_holds = held; }); });
  on([&] { first->release_all("telegram:"); });
  ASSERT_TRUE(until([&] { return !first->held("telegram:poll"); }));
  ASSERT_TRUE(until_looking(*second, b, [&] { return second_holds; }));
}

TEST_F(Clusters, ByTheClockItIsLostBeforeAnybodyIsCalled) {
  const auto first = make(a);
  bool holds = false;
  on([&] { first->want("x", [&](bool held) { holds = held; }); });
  ASSERT_TRUE(until([&] { return holds; }));
  on([&] {
    a.lease = SteadyClock::now() - std::chrono::milliseconds(1);
    EXPECT_FALSE(first->held("x")) << "at once";
  });
  ASSERT_TRUE(until_looking(*first, a, [&] { return !holds; }));
  on([&] { a.lease = runtime::TimePoint::max(); });
  ASSERT_TRUE(until_looking(*first, a, [&] { return holds; })) << "it was kept after all";
}

TEST_F(Clusters, APartHearsWhatTheSamePartTellsElsewhere) {
  const auto first = make(a), second = make(b);
  std::vector<std::string> heard, others;
  on([&] {
    second->listen("webchat", [&](const std::string& topic, const std::string& text) {
      heard.push_back(topic + "=" + text);
    });
    second->listen("webchat/work",
                   [&](const std::string& topic, const std::string&) { others.push_back(topic); });
  });
  ASSERT_TRUE(until_looking(*first, a, [&] { return first->others() == 1; }));
  on([&] {
    first->tell("webchat", "event", "1");
    first->tell("webchat", "event", "2\n3");
    first->tell("nobody", "event", "4");
  });
  ASSERT_TRUE(until_looking(*second, b, [&] { return heard.size() == 2; }));
  EXPECT_EQ(heard, (std::vector<std::string>{"event=1", "event=2\n3"}));
  EXPECT_TRUE(others.empty());
  on([&] { second->stop_listening("webchat"); });
  on([&] { second->noticed({"a", "part webchat\nevent", "5"}); });
  on([&] { second->noticed({"a", "of a later version", "6"}); });
  EXPECT_EQ(on([&] { return heard.size(); }), 2U);
}

}  // namespace
}  // namespace openclaw::cluster
