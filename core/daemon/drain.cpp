// The end: nothing new comes in, what runs may finish, then everything is taken down.
#include <algorithm>
#include <future>
#include <thread>

#include "core/daemon/parts.hpp"

namespace openclaw::daemon {

using runtime::Millis;

namespace {
constexpr Millis kStopDeadline{5000}, kWatchEvery{1000};
/// For what is being stored or sent when the time is over: cut now, replies would be in doubt.
constexpr Millis kLastWrites{1000};
/// What was answered last is still on its way to whoever reads it.
constexpr Millis kLastWords{1000}, kLook{5};
/// What a slow disk may take to write what is queued. What it does not write was never accepted.
constexpr Millis kStoreDeadline{10'000};
}  // namespace

/// The watchdog goes on, so that a plugin that blocks now does not use up everybody's time.
bool Daemon::Parts::wait_for(const std::vector<std::future<void>>& ends, runtime::TimePoint until) {
  for (const auto& end : ends) {
    while (end.wait_until(std::min(until, runtime::SteadyClock::now() + kWatchEvery)) !=
           std::future_status::ready) {
      if (runtime::SteadyClock::now() >= until) return false;
      watch();
    }
  }
  return true;
}

/// Whoever asked over HTTP; a model's direct answer is no turn of the pipeline's.
bool Daemon::Parts::wait_for_answers(runtime::TimePoint until) {
  auto watched = runtime::SteadyClock::now();
  while (server != nullptr && server->under_way() != 0) {
    const auto now = runtime::SteadyClock::now();
    if (now >= until) return false;
    if (now - watched >= kWatchEvery) {
      watch();
      watched = now;
    }
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

bool Daemon::Parts::stop(std::uint32_t drain_seconds) {
  const auto until = runtime::SteadyClock::now() + std::chrono::seconds(drain_seconds);
  draining.store(true);
  if (server != nullptr) server->stop_accepting();
  if (started && run_file && info.pid != 0) {  // 0: it ends before it was ready
    info.draining = true;
    if (auto told = run_file->write(info); told.has_error()) {
      log.warn("gateway.run_file", {{"error", told.error().message}});
    }
  }
  if (started) {
    auto ends = plugins.quiesce_channels();
    // Shared with the pipeline: it may drain after the wait was given up.
    auto drained = std::make_shared<std::promise<void>>();
    ends.push_back(drained->get_future());
    loops.pipeline().loop.post([this, drained] {
      sweeper->stop();
      if (cleaner) cleaner->stop();
      pipeline->drain([drained] { drained->set_value(); });
    });
    if (!wait_for(ends, until) || !wait_for_answers(until)) {
      if (drain_seconds > 0) {
        log.warn(
            "gateway.drain_cut",
            {{"hint", "running turns are answered after the next start; direct answers are not"}});
      }
      // They must not be ended by what follows: their rows stay as they are.
      auto abandoned = std::make_shared<std::promise<void>>();  // shared as above
      auto left = abandoned->get_future();
      loops.pipeline().loop.post([this, abandoned] {
        pipeline->abandon();
        abandoned->set_value();
      });
      left.wait_for(kStopDeadline);
      wait_for(ends, runtime::SteadyClock::now() + kLastWrites);
    }
    plugins.stop_all(kStopDeadline);
  }
  if (server != nullptr) {
    const auto told_by = runtime::SteadyClock::now() + kLastWords;
    while (server->connections() != 0 && runtime::SteadyClock::now() < told_by) {
      std::this_thread::sleep_for(kLook);
    }
    server->close_all();
  }
  if (metrics_server != nullptr) metrics_server->close_all();
  const bool store_closed = store.close(runtime::SteadyClock::now() + kStoreDeadline);
  const auto stuck = loops.stop(kStopDeadline);
  listener.stop();
  listener.join();
  if (!store_closed || !stuck.empty() || plugins.stuck_in_create()) {
    for (const auto& name : stuck) {
      log.error(
          "plugin.stuck",
          {{"loop", name}, {"hint", "it never returned from a call; report it to its author"}});
    }
    run_file.reset();
    stuck_inside = true;
    return false;
  }
  plugins.destroy_storage();
  return true;
}

}  // namespace openclaw::daemon
