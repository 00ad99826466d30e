// The composition root: builds every part, runs until told to stop, drains.
#include "core/daemon/daemon.hpp"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <optional>

#include "core/daemon/descriptors.hpp"
#include "core/daemon/notify.hpp"
#include "core/daemon/parts.hpp"
#include "core/daemon/signals.hpp"

namespace openclaw::daemon {

Daemon::Daemon(config::Config config, DaemonOptions options)
    : config_(std::move(config)), options_(std::move(options)) {}

Daemon::~Daemon() {
  if (parts_ == nullptr) return;
  if (parts_->stuck_inside) {
    // A plugin's code still runs on it, and always will: the process ends with it.
    static_cast<void>(parts_.release());
    return;
  }
  // Destroyed on this thread, with no loop running any more.
  parts_->server.reset();
  parts_->metrics_server.reset();
  parts_->pipeline.reset();
}

Result<void> Daemon::start() {
  // A daemon's many threads need no arena each: this halves the idle memory.
  ::mallopt(M_ARENA_MAX, 2);
  raise_descriptor_limit();
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  std::optional<StartInterrupt> interrupt(std::in_place);
  parts_ = std::make_unique<Parts>(config_, options_);
  Parts& parts = *parts_;
  const auto failed = [&parts](const Error& error) {
    // With --daemon the terminal that shows the reason may be long gone.
    if (parts.run_file) parts.log.error("gateway.not_started", {{"reason", error.message}});
    parts.stop(0);
    parts.log.flush();  // before the reason that is printed next
    return error;
  };
  auto run_file = RunFile::take(RunFile::path(options_.home, config_.dev), config_.dev);
  if (run_file.has_error()) return failed(run_file.error());
  parts.run_file.emplace(std::move(*run_file));
  // Not before: with --daemon the log is that of the gateway which may be running already.
  parts.log.info("gateway.starting",
                 {{"version", OPENCLAW_VERSION}, {"config", config_.file}, {"pid", ::getpid()}});

  parts.plugins.log_useless_places();
  if (auto opened = parts.open_store(); opened.has_error()) return failed(opened.error());
  const auto max_epoch = parts.store.max_epoch_now();
  if (max_epoch.has_error()) return failed(max_epoch.error());
  parts.plugins.load_providers(parts.environment);
  parts.plugins.load_channels(parts.environment);
  parts.build_pipeline(config_, *max_epoch + 1);  // above: so older writes are fenced
  parts.build_api(config_);
  parts.watch_figures();

  // What an earlier run left is read before anything new comes in; its turns begin once the port is
  // ours and the plugins have been started.
  parts.loops.start();
  parts.listener.start();
  parts.started = true;
  if (auto recovered = parts.recover(); recovered.has_error()) return failed(recovered.error());
  parts.start_providers();
  if (auto listening = parts.listen(config_); listening.has_error()) {
    return failed(listening.error());
  }
  interrupt.reset();  // from here on a signal drains, see run()
  parts.start_channels();
  parts.loops.pipeline().loop.post([&parts] {
    parts.pipeline->begin_turns();
    parts.sweeper->start();
    if (parts.cleaner) parts.cleaner->start();
  });
  parts.log_ready(config_);
  if (!notify_service_manager("READY=1")) {
    parts.log.warn("gateway.notify_failed", {{"hint", "NOTIFY_SOCKET cannot be reached"}});
  }
  parts.log.flush();
  if (options_.on_ready) options_.on_ready(parts.info);
  return {};
}

bool Daemon::configuration_is_wrong() const {
  return parts_ != nullptr && parts_->storage_refused;
}

int Daemon::run() {
  Parts& parts = *parts_;
  const sigset_t set = stop_signals();
  const bool hangup_stops_us = hangup_stops();
  bool lost = false;
  while (!parts.store_failed.load() && !lost) {
    const timespec tick{1, 0};
    const int signal = ::sigtimedwait(&set, nullptr, &tick);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP) {
      if (hangup_stops_us) break;
      // A daemon must not end because somebody hoped that it would read its configuration again.
      parts.log.warn("gateway.hangup_ignored",
                     {{"hint", "a changed configuration is read at the next start"}});
    }
    parts.watch();
    lost = parts.plugins.http_is_lost();
  }
  if (lost) {
    parts.log.error("gateway.http_lost",
                    {{"hint",
                      "every HTTP loop is held by a provider that blocks; the gateway stops, to be "
                      "started anew by its service manager"}});
  }
  notify_service_manager("STOPPING=1");
  parts.log.info("gateway.draining", {{"seconds", config_.server.drain_seconds}});
  // A second signal ends the process at once: nothing is lost then either, the store is the truth.
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGHUP, SIG_IGN);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  const bool whole = parts.stop(parts.store_failed.load() ? 0 : config_.server.drain_seconds);
  const bool failed = lost || parts.store_failed.load();  // which may have been in the drain
  parts.log.info("gateway.stopped");
  if (!whole) {
    // What could be written is; destructors would pull the rug from under the plugin that is stuck.
    parts.log.flush();
    ::_exit(failed ? 1 : 0);
  }
  return failed ? 1 : 0;
}

}  // namespace openclaw::daemon
