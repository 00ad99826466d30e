// A pipeline on a real loop with everything around it in memory, for its tests.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/testing/scripted_ports.hpp"
#include "core/runtime/testing/test_loop.hpp"

namespace openclaw::pipeline {

using scripted::fails;
using scripted::hangs;
using scripted::says;

inline const Error kDiskFull{Errc::storage, "no space left"};

/// Tests speak to the pipeline through on(): on its loop, one task.
class World : public runtime::TestLoop {
 public:
  World() {
    config.queue.debounce_ms = 0;
    config.queue.sender_per_minute = 0;
    loop.start();
  }
  ~World() {
    on([this] { pipeline.reset(); });
    loop.stop();
    loop.join();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  config::Config config;
  AccessPolicy policy{"open", {"*"}, "open", {"*"}, false};
  log::Log log{static_cast<log::Level>(5), false};  // quiet
  scripted::MemoryStore store{loop};
  scripted::ScriptedProvider provider{loop, "first"}, second{loop, "second"};
  scripted::RecordingChannel channel{loop, "chat", true}, plain{loop, "plain", false};
  std::unique_ptr<Pipeline> pipeline;
  std::vector<std::string> turns;  ///< outcomes as the metrics see them
  std::vector<std::string> deliveries;
  std::int64_t unix_ms = 1'700'000'000'000;
  std::uint32_t random = 1;
  bool with_plain = true;

  void build() {
    on([this] {
      PipelineObserver observer;
      observer.turn = [this](const char* outcome, double) { turns.emplace_back(outcome); };
      observer.delivery.ended = [this](const std::string&, const char* outcome) {
        deliveries.emplace_back(outcome);
      };
      Pipeline::Environment environment{
          loop,    store, log, [this] { return random *= 48271U; }, [this] { return unix_ms; },
          observer};
      environment.store_retry = environment.send_retry = runtime::Millis{5};
      environment.look_at_replies = runtime::Millis{5};
      environment.boot_ms = [this] { return unix_ms; };
      pipeline = std::make_unique<Pipeline>(config, std::move(environment), store.max_epoch + 1);
      pipeline->add_channel(channel, policy);
      if (with_plain) pipeline->add_channel(plain, policy);
      pipeline->add_provider(provider);
      pipeline->add_provider(second);
    });
  }
  void start() {
    build();
    std::promise<bool> recovered;
    on([&] {
      pipeline->recover([&](const Result<void>& r) { recovered.set_value(!r.has_error()); });
    });
    ASSERT_TRUE(recovered.get_future().get());
    on([&] { pipeline->begin_turns(); });
  }
  /// As kill -9: nothing that was asked for comes back.
  void kill(bool apply_pending = true) {
    on([&] {
      store.cut(apply_pending);
      channel.cut();
      plain.cut();
      pipeline.reset();
    });
  }

  static Inbound message(std::string text, std::string who = "u1", std::string event = {},
                         std::string instance = "chat") {
    Inbound m;
    m.instance = m.from.channel = std::move(instance);
    m.from.account = "default";
    m.from.chat_id = "c-" + who;
    m.from.sender_id = std::move(who);
    m.text = std::move(text);
    m.event_id = std::move(event);
    m.ts_ms = 1;
    return m;
  }
  Result<Submitted> submit(Inbound m) {
    std::promise<Result<Submitted>> done;
    on([&] {
      pipeline->submit(std::move(m), [&](Result<Submitted> r) { done.set_value(std::move(r)); });
    });
    return done.get_future().get();
  }
  Result<Submitted> say(std::string text, std::string who = "u1", std::string event = {},
                        std::string instance = "chat") {
    return submit(message(std::move(text), std::move(who), std::move(event), std::move(instance)));
  }
  std::shared_ptr<scripted::RecordingListener> ask(std::string text, std::string session = "s") {
    auto listener = std::make_shared<scripted::RecordingListener>();
    const auto before = ledger().accepted;
    on([&] { pipeline->ask({"main", std::move(session), std::move(text), {}, {}, {}, listener}); });
    EXPECT_TRUE(until([&] {
      return pipeline->ledger().snapshot().accepted > before || !listener->ends.empty();
    }));
    return listener;
  }
  [[nodiscard]] bool shown(std::size_t n) {
    return until([this, n] { return channel.shown.size() >= n; });
  }
  /// Every accepted message has ended and every reply has left its chat.
  [[nodiscard]] bool settled() {
    return until([this] {
      return pipeline->ledger().snapshot().queued == 0 && pipeline->running() == 0 &&
             store.outbox_in(OutboxState::stored) + store.outbox_in(OutboxState::started) == 0;
    });
  }
  Ledger::Snapshot ledger() {
    return on([this] { return pipeline->ledger().snapshot(); });
  }
};

inline std::string counts(const Ledger::Snapshot& s) {
  return std::to_string(s.accepted) + " accepted, " + std::to_string(s.answered) + " answered, " +
         std::to_string(s.silent) + " silent, " + std::to_string(s.dead) + " dead, " +
         std::to_string(s.queued) + " queued" +
         (s.fenced == 0 ? "" : ", " + std::to_string(s.fenced) + " fenced") +
         (s.balanced() ? "" : ", UNBALANCED");
}

}  // namespace openclaw::pipeline
