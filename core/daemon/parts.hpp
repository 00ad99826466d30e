// Every part of the running gateway, and how they are put together.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <optional>

#include "core/api/gateway.hpp"
#include "core/api/health.hpp"
#include "core/api/sweep.hpp"
#include "core/daemon/daemon.hpp"
#include "core/daemon/inbound_bridge.hpp"
#include "core/daemon/loops.hpp"
#include "core/daemon/plugins.hpp"
#include "core/daemon/store_watch.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"
#include "core/retention/cleaner.hpp"
#include "core/retention/sweeper.hpp"

namespace openclaw::daemon {

/// In order of dependence: what is declared later goes first at the end.
struct Daemon::Parts {
  Parts(const config::Config& config, const DaemonOptions& options);

  log::Log log;
  std::optional<RunFile> run_file;
  host::Registry registry;
  metrics::Metrics metrics;
  http::Routes routes, metrics_routes;
  Loops loops;
  runtime::Loop listener;
  InboundBridge bridge;
  host::StoragePort store;
  cluster::Cluster cluster;
  StoreWatch store_watch;
  host::Environment environment;
  Plugins plugins;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<retention::Sweeper> sweeper;
  std::unique_ptr<retention::Cleaner> cleaner;  ///< null while storage.retention is off
  std::unique_ptr<api::Gateway> gateway;
  api::HealthSource health;
  std::optional<api::SweepSource> sweep;
  std::unique_ptr<http::Server> server, metrics_server;
  std::atomic<bool> store_failed{false}, draining{false};
  bool storage_refused = false;  ///< by its plugin, for what is configured
  RunInfo info;
  bool started = false, stuck_inside = false;

  void fail_store(const std::string& reason);
  Result<void> open_store();
  void build_pipeline(const config::Config& config, std::uint64_t first_epoch);
  void build_api(const config::Config& config);
  void watch_figures();
  /// Looks for calls into plugins and the store that do not return; about once a second.
  void watch();
  Result<void> recover();
  Result<void> listen(const config::Config& config);
  void start_providers();
  void start_channels();
  void start_instance(host::Instance* instance, const char* kind);
  void log_ready(const config::Config& config);
  /// False when a plugin or the store is stuck, so that nothing may be destroyed any more.
  bool stop(std::uint32_t drain_seconds);
  bool wait_for(const std::vector<std::future<void>>& ends, runtime::TimePoint until);
  bool wait_for_answers(runtime::TimePoint until);
};

}  // namespace openclaw::daemon
