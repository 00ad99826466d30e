// Two gateways on one store in memory, for tests.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/testing/memory_cluster.hpp"
#include "core/pipeline/testing/pipeline_world.hpp"
#include "core/runtime/testing/test_loop.hpp"

namespace openclaw::pipeline {

/// One gateway of several: its own channel and provider, a view of the common store.
struct GatewayOfMany {
  GatewayOfMany(runtime::Loop& loop, scripted::MemoryStore& store, const std::string& name)
      : member(loop, store, name), provider(loop, "first"), channel(loop, "chat", true) {}
  scripted::MemoryMember member;
  scripted::ScriptedProvider provider;
  scripted::RecordingChannel channel;
  std::vector<Notice> noticed;
  std::unique_ptr<Pipeline> pipeline;
};

class Several : public ::testing::Test, protected runtime::TestLoop {
 protected:
  using Texts = std::vector<std::string>;

  Several() {
    config.queue.debounce_ms = 0;
    config.queue.sender_per_minute = 0;
    loop.start();
    on([this] {
      a = std::make_unique<GatewayOfMany>(loop, store, "a");
      b = std::make_unique<GatewayOfMany>(loop, store, "b");
    });
  }
  ~Several() override {
    on([this] {
      for (auto* gateway : {a.get(), b.get()}) gateway->pipeline.reset();
    });
    // Their channels and providers stay until nothing of them is under way on the loop.
    loop.stop();
    loop.join();
  }

  void start(GatewayOfMany& g) {
    std::promise<bool> recovered;
    on([&] {
      Pipeline::Environment environment{
          loop,
          g.member,
          log,
          [this] { return (random = random * 1664525U + 1013904223U) >> 8U; },
          [] { return std::int64_t{1'700'000'000'000}; },
          {}};
      environment.store_retry = environment.send_retry = runtime::Millis{5};
      environment.look_at_replies = runtime::Millis{5};
      environment.noticed = [&g](const Notice& notice) { g.noticed.push_back(notice); };
      g.pipeline = std::make_unique<Pipeline>(config, std::move(environment), store.max_epoch + 1);
      g.pipeline->add_channel(g.channel, policy);
      g.pipeline->add_provider(g.provider);
      g.pipeline->recover([&](const Result<void>& r) { recovered.set_value(!r.has_error()); });
    });
    ASSERT_TRUE(recovered.get_future().get());
    on([&] { g.pipeline->begin_turns(); });
  }
  void start_both() {
    start(*a);
    start(*b);
  }
  Submitted::Outcome say(GatewayOfMany& g, std::string text, std::string who = "u1") {
    std::promise<Result<Submitted>> done;
    on([&] {
      g.pipeline->submit(World::message(std::move(text), std::move(who)),
                         [&](Result<Submitted> r) { done.set_value(std::move(r)); });
    });
    return done.get_future().get()->outcome;
  }
  std::string counted(GatewayOfMany& g) {
    const auto s = on([&] { return g.pipeline->ledger().snapshot(); });
    return counts(s) + ", " + std::to_string(s.elsewhere) + " elsewhere";
  }

  config::Config config;
  AccessPolicy policy{"open", {"*"}, "open", {"*"}, false};
  log::Log log{static_cast<log::Level>(5), false};  // quiet
  scripted::MemoryStore store{loop};
  std::unique_ptr<GatewayOfMany> a, b;
  std::uint32_t random = 1;
};

}  // namespace openclaw::pipeline
