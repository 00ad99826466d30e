// The composition root: builds every part, runs until told to stop, drains.
#include "core/daemon/daemon.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <openssl/rand.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "core/api/chat_completions.hpp"
#include "core/api/dead.hpp"
#include "core/api/health.hpp"
#include "core/api/models.hpp"
#include "core/api/pairing.hpp"
#include "core/daemon/inbound_bridge.hpp"
#include "core/daemon/loops.hpp"
#include "core/daemon/notify.hpp"
#include "core/daemon/plugins.hpp"
#include "core/daemon/sweeper.hpp"
#include "core/host/storage_port.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"

namespace openclaw::daemon {

using runtime::Millis;

namespace {

constexpr Millis kStopDeadline{5000};

std::int64_t unix_ms() {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Unpredictable: pairing codes are made of it.
std::uint32_t random_word() {
  std::uint32_t word = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&word), sizeof word) != 1) {
    throw std::runtime_error("the system has no randomness");
  }
  return word;
}

http::ServerOptions server_options(const config::Config& config) {
  http::ServerOptions out;
  out.host = config.server.host;
  out.port = config.server.port;
  out.api_key = config.auth.api_key;
  out.bearer_token = config.auth.bearer_token;
  out.open_access = config.dev && config.auth.api_key.empty();
  out.cors_enabled = config.server.cors.enabled;
  out.cors_origins = config.server.cors.origins;
  out.allowed_hosts = config.server.allowed_hosts;
  out.trusted_proxies = config.server.trusted_proxies;
  return out;
}

std::vector<std::string> plugin_directories(const config::Config& config,
                                            const std::string& executable) {
  std::vector<std::string> out = config.plugins.directories;
  for (auto& d : host::Registry::default_directories(executable)) out.push_back(std::move(d));
  return out;
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

/// A hang-up means that the terminal has gone, unless there never was one, or nohup says otherwise.
bool hangup_stops() {
  struct sigaction now {};
  if (::sigaction(SIGHUP, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return false;
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return false;
  ::close(terminal);
  return true;
}

/// Where a local client reaches a listening address.
std::string connectable(const std::string& host) {
  if (host == "0.0.0.0" || host.empty()) return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

}  // namespace

/// In order of dependence: what is declared later goes first at the end.
struct Daemon::Parts {
  Parts(const config::Config& config, const DaemonOptions& options)
      : log(log::parse_level(config.server.log_level), config.server.log_format == "json",
            options.log_file),
        registry({plugin_directories(config, options.executable), config.plugins.load}),
        metrics(OPENCLAW_VERSION),
        loops(std::max(1U, std::thread::hardware_concurrency())),
        metrics_loop("metrics"),
        bridge(loops.pipeline().loop),
        store(log, {}, [this](const std::string& reason) { fail_store(reason); }),
        environment{log, routes, bridge, store, metrics, OPENCLAW_VERSION},
        plugins(config, registry, loops, log) {}

  log::Log log;
  std::optional<RunFile> run_file;
  host::Registry registry;
  metrics::Metrics metrics;
  http::Routes routes, metrics_routes;
  Loops loops;
  runtime::Loop metrics_loop;
  InboundBridge bridge;
  host::StoragePort store;
  host::Environment environment;
  Plugins plugins;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::unique_ptr<Sweeper> sweeper;
  std::unique_ptr<api::Gateway> gateway;
  api::HealthSource health;
  std::unique_ptr<http::Server> server, metrics_server;
  std::atomic<bool> store_failed{false};
  RunInfo info;
  bool started = false;

  void fail_store(const std::string& reason);
  Result<void> open_store();
  void build_pipeline(const config::Config& config, std::uint64_t first_epoch);
  void build_api(const config::Config& config);
  void watch_figures();
  Result<void> recover();
  Result<void> listen(const config::Config& config);
  void start_providers();
  void start_channels();
  void start_instance(host::Instance* instance, const char* kind);
  void stop(std::uint32_t drain_seconds);
};

void Daemon::Parts::fail_store(const std::string& reason) {
  log.error("store.fatal",
            {{"reason", reason},
             {"hint", "the gateway stops; what was accepted is found again at the next start"}});
  store_failed.store(true);
  ::kill(::getpid(), SIGTERM);
}

Result<void> Daemon::Parts::open_store() {
  auto instance = plugins.load_storage(environment);
  if (instance.has_error()) return instance.error();
  return store.open(**instance);
}

void Daemon::Parts::build_pipeline(const config::Config& config, std::uint64_t first_epoch) {
  pipeline::PipelineObserver observer;
  observer.submitted = [this](const std::string& channel, const char* outcome) {
    metrics.message(channel, outcome);
  };
  observer.turn = [this](const char* outcome, double seconds) { metrics.turn(outcome, seconds); };
  observer.delivery.ended = [this](const std::string& channel, const char* outcome) {
    metrics.delivery(channel, outcome);
  };
  auto& home = loops.pipeline().loop;
  pipeline = std::make_unique<pipeline::Pipeline>(
      config,
      pipeline::Pipeline::Environment{home, store, log, random_word, unix_ms, std::move(observer)},
      first_epoch);
  bridge.connect(*pipeline);
  for (auto& slot : plugins.providers()) {
    const auto port = slot.ports.find(&home);
    if (port != slot.ports.end()) pipeline->add_provider(*port->second);
  }
  for (auto& slot : plugins.channels()) {
    if (slot.port == nullptr) continue;
    const auto& c = *slot.config;
    pipeline->add_channel(*slot.port,
                          {c.dm_policy, c.allow_from, c.group_policy, c.groups, c.require_mention});
    slot.instance->on_status([this, name = slot.name](const host::InstanceStatus& status) {
      if (status.state != host::InstanceState::connected &&
          status.state != host::InstanceState::degraded) {
        return;
      }
      loops.pipeline().loop.post([this, name] { pipeline->channel_can_deliver(name); });
    });
  }
  sweeper = std::make_unique<Sweeper>(home, store, log, unix_ms);
}

void Daemon::Parts::build_api(const config::Config& config) {
  gateway = std::make_unique<api::Gateway>(
      api::Gateway{config, log, metrics, loops.pipeline().loop, *pipeline,
                   [this](const std::string& name) { return plugins.provider(name); }});
  health.channels = [this] { return plugins.channel_parts(); };
  health.providers = [this] { return plugins.provider_parts(); };
  health.ledger = [this] { return pipeline->ledger().snapshot(); };
  health.dead = [this] { return store.held(); };
  health.storage_error = [this] { return store.healthy() ? std::string{} : store.last_error(); };
  health.storage_type = config.storage.type;
  health.version = OPENCLAW_VERSION;
  health.started = runtime::SteadyClock::now();
  if (config.monitoring.health_check) api::add_health_routes(routes, health);
  api::add_chat_completions_route(routes, *gateway);
  api::add_models_routes(routes, *gateway);
  api::add_pairing_routes(routes, *gateway);
  api::add_dead_routes(routes, *gateway);
  // The metrics port answers from a thread of its own, also when every other loop is stuck.
  api::add_health_routes(metrics_routes, health);
  metrics_routes.add(
      "GET", "/metrics", http::Auth::none, http::OriginCheck::mutations,
      [this](http::ResponderPtr r) {
        r->respond(200, {{"Content-Type", "text/plain; version=0.0.4"}}, metrics.scrape());
      });
}

void Daemon::Parts::watch_figures() {
  const auto ledger = [this](const char* state, auto member) {
    metrics.watch(
        false, "openclaw_ledger_messages",
        "Messages by state; accepted = answered + silent + queued + dead + fenced.", "state", state,
        [this, member] { return static_cast<double>(pipeline->ledger().snapshot().*member); });
  };
  ledger("accepted", &pipeline::Ledger::Snapshot::accepted);
  ledger("answered", &pipeline::Ledger::Snapshot::answered);
  ledger("silent", &pipeline::Ledger::Snapshot::silent);
  ledger("queued", &pipeline::Ledger::Snapshot::queued);
  ledger("dead", &pipeline::Ledger::Snapshot::dead);
  ledger("fenced", &pipeline::Ledger::Snapshot::fenced);
  const auto held = [this](const char* kind, auto member) {
    metrics.watch(false, "openclaw_dead_letters",
                  "What waits for the operator: openclaw dead list.", "kind", kind,
                  [this, member] { return static_cast<double>(store.held().*member); });
  };
  held("message", &host::HeldCounts::Snapshot::messages);
  held("unknown_reply", &host::HeldCounts::Snapshot::unknown_replies);
  held("dead_reply", &host::HeldCounts::Snapshot::dead_replies);
  const auto& counters = store.counters();
  metrics.watch(true, "openclaw_store_commits_total", "Transactions of the store.", "", "",
                [&counters] { return static_cast<double>(counters.batches.load()); });
  metrics.watch(true, "openclaw_store_writes_total", "Writes, several to a transaction.", "", "",
                [&counters] { return static_cast<double>(counters.writes.load()); });
  metrics.watch(true, "openclaw_store_failures_total", "Transactions that failed.", "", "",
                [&counters] { return static_cast<double>(counters.failures.load()); });
  metrics.watch(true, "openclaw_store_commit_seconds_total", "Time spent committing.", "", "",
                [&counters] { return static_cast<double>(counters.commit_ns.load()) * 1e-9; });
  for (const auto& part : plugins.channel_parts()) {
    metrics.watch(false, "openclaw_channel_up", "1 when the channel is connected.", "channel",
                  part.name, [this, name = part.name] {
                    for (const auto& p : plugins.channel_parts()) {
                      if (p.name == name) {
                        return p.enabled && p.status.state == host::InstanceState::connected ? 1.0
                                                                                             : 0.0;
                      }
                    }
                    return 0.0;
                  });
  }
}

Result<void> Daemon::Parts::recover() {
  std::promise<Result<void>> recovered;
  auto future = recovered.get_future();
  loops.pipeline().loop.post([this, &recovered] {
    pipeline->recover([&recovered](Result<void> done) { recovered.set_value(std::move(done)); });
  });
  return future.get();
}

Result<void> Daemon::Parts::listen(const config::Config& config) {
  server = std::make_unique<http::Server>(
      loops.http_loops(), routes, server_options(config),
      [this](std::string_view method, std::string_view route, unsigned status, double seconds) {
        metrics.http_request(method, route, status, seconds);
      });
  auto port = server->listen();
  if (port.has_error()) return port.error();
  http::ServerOptions own = server_options(config);
  own.host = config.monitoring.metrics_host;
  own.port = config.monitoring.metrics_port;
  own.max_connections = 64;
  const auto open_metrics = [this](const http::ServerOptions& options) {
    return std::make_unique<http::Server>(
        std::vector<runtime::Loop*>{&metrics_loop}, metrics_routes, options,
        [](std::string_view, std::string_view, unsigned, double) {});
  };
  metrics_server = open_metrics(own);
  auto metrics_port = metrics_server->listen();
  if (metrics_port.has_error() && metrics_port.error().code == Errc::conflict &&
      config.monitoring.metrics_port_moves) {
    own.port = 0;
    metrics_server = open_metrics(own);
    metrics_port = metrics_server->listen();
    if (!metrics_port.has_error()) {
      log.info("metrics.port_moved", {{"wanted", config.monitoring.metrics_port},
                                      {"port", *metrics_port},
                                      {"hint", "set monitoring.metricsPort to choose another"}});
    }
  }
  if (metrics_port.has_error()) {
    return Error{metrics_port.error().code,
                 "the metrics port cannot be opened (monitoring.metricsHost " + own.host +
                     ", monitoring.metricsPort " + std::to_string(own.port) +
                     "): " + metrics_port.error().message};
  }
  info = {::getpid(),  connectable(config.server.host), *port, *metrics_port,
          config.file, plugins.public_pages()};
  return run_file->write(info);
}

void Daemon::Parts::start_instance(host::Instance* instance, const char* kind) {
  instance->loop().post([this, instance, kind] {
    instance->start([this, instance, kind](const Result<void>& result) {
      if (result.has_error()) {
        log.error("plugin.start_failed",
                  {{"kind", kind}, {"name", instance->name()}, {"reason", result.error().message}});
      }
    });
  });
}

void Daemon::Parts::start_providers() {
  for (auto& slot : plugins.providers()) {
    for (auto& [loop, instance] : slot.instances) start_instance(instance.get(), "provider");
  }
}

void Daemon::Parts::start_channels() {
  for (auto& slot : plugins.channels()) {
    if (slot.instance != nullptr) start_instance(slot.instance.get(), "channel");
  }
}

void Daemon::Parts::stop(std::uint32_t drain_seconds) {
  const auto until = runtime::SteadyClock::now() + std::chrono::seconds(drain_seconds);
  if (server != nullptr) server->stop_accepting();
  if (started) {
    plugins.stop_channels(Millis(std::uint64_t{drain_seconds} * 1000));
    // Shared with the pipeline: it may drain after the wait was given up.
    auto drained = std::make_shared<std::promise<void>>();
    auto future = drained->get_future();
    loops.pipeline().loop.post([this, drained] {
      sweeper->stop();
      pipeline->drain([drained] { drained->set_value(); });
    });
    if (future.wait_until(until) != std::future_status::ready) {
      if (drain_seconds > 0) {
        log.warn("gateway.drain_cut",
                 {{"hint", "running turns are answered after the next start"}});
      }
      // They must not be ended by what follows: their rows stay as they are.
      auto abandoned = std::make_shared<std::promise<void>>();  // shared as above
      auto left = abandoned->get_future();
      loops.pipeline().loop.post([this, abandoned] {
        pipeline->abandon();
        abandoned->set_value();
      });
      left.wait_for(kStopDeadline);
    }
    plugins.stop_all(kStopDeadline);
  }
  if (server != nullptr) server->close_all();
  if (metrics_server != nullptr) metrics_server->close_all();
  store.close();
  loops.stop();
  metrics_loop.stop();
  metrics_loop.join();
  plugins.destroy_storage();
}

Daemon::Daemon(config::Config config, DaemonOptions options)
    : config_(std::move(config)), options_(std::move(options)) {}

Daemon::~Daemon() {
  if (parts_ == nullptr) return;
  // Destroyed on this thread, with no loop running any more.
  parts_->server.reset();
  parts_->metrics_server.reset();
  parts_->pipeline.reset();
}

Result<void> Daemon::start() {
  // A daemon's many threads need no arena each: this halves the idle memory.
  ::mallopt(M_ARENA_MAX, 2);
  const sigset_t set = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  parts_ = std::make_unique<Parts>(config_, options_);
  Parts& parts = *parts_;
  parts.log.info("gateway.starting",
                 {{"version", OPENCLAW_VERSION}, {"config", config_.file}, {"pid", ::getpid()}});
  const auto failed = [&parts](const Error& error) {
    parts.stop(0);
    return error;
  };
  auto run_file = RunFile::take(RunFile::path(options_.home, config_.dev));
  if (run_file.has_error()) return failed(run_file.error());
  parts.run_file.emplace(std::move(*run_file));

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
  parts.metrics_loop.start();
  parts.started = true;
  if (auto recovered = parts.recover(); recovered.has_error()) return failed(recovered.error());
  parts.start_providers();
  if (auto listening = parts.listen(config_); listening.has_error()) {
    return failed(listening.error());
  }
  parts.start_channels();
  parts.loops.pipeline().loop.post([&parts] {
    parts.pipeline->begin_turns();
    parts.sweeper->start();
  });
  parts.log.info("gateway.ready", {{"host", config_.server.host},
                                   {"port", parts.info.port},
                                   {"metricsPort", parts.info.metrics_port}});
  if (!notify_service_manager("READY=1")) {
    parts.log.warn("gateway.notify_failed", {{"hint", "NOTIFY_SOCKET cannot be reached"}});
  }
  if (options_.on_ready) options_.on_ready(parts.info);
  return {};
}

int Daemon::run() {
  Parts& parts = *parts_;
  const sigset_t set = stop_signals();
  const bool hangup_stops_us = hangup_stops();
  while (true) {
    const timespec tick{1, 0};
    const int signal = ::sigtimedwait(&set, nullptr, &tick);
    if (signal == SIGTERM || signal == SIGINT) break;
    if (signal == SIGHUP) {
      if (hangup_stops_us) break;
      // A daemon must not end because somebody hoped that it would read its configuration again.
      parts.log.warn("gateway.hangup_ignored",
                     {{"hint", "a changed configuration is read at the next start"}});
    }
    parts.plugins.watch();
  }
  notify_service_manager("STOPPING=1");
  parts.log.info("gateway.draining", {{"seconds", config_.server.drain_seconds}});
  // A second signal ends the process at once: nothing is lost then either, the store is the truth.
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGHUP, SIG_IGN);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  const bool failed = parts.store_failed.load();
  parts.stop(failed ? 0 : config_.server.drain_seconds);
  parts.log.info("gateway.stopped");
  return failed ? 1 : 0;
}

}  // namespace openclaw::daemon
