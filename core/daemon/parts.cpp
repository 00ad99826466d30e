// Builds the parts, connects them, opens the ports.
#include "core/daemon/parts.hpp"

#include <openssl/rand.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "core/api/chat_completions.hpp"
#include "core/api/cluster.hpp"
#include "core/api/dead.hpp"
#include "core/api/models.hpp"
#include "core/api/pairing.hpp"
#include "core/daemon/descriptors.hpp"
#include "core/runtime/wall_clock.hpp"
#include "core/transfer/transfer.hpp"

namespace openclaw::daemon {

namespace {

constexpr std::size_t kFewConnections = 1000;

/// Unpredictable: pairing codes are made of it.
std::uint32_t random_word() {
  std::uint32_t word = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&word), sizeof word) != 1) {
    throw std::runtime_error("the system has no randomness");
  }
  return word;
}

http::ServerOptions server_options(const config::Config& config, log::Log& log) {
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
  out.on_handler_threw = [&log](std::string_view route, std::string_view what) {
    log.error("http.handler_threw",
              {{"route", route}, {"what", what}, {"hint", "this is a bug: please report it"}});
  };
  return out;
}

host::StoragePort::Options store_options(const config::Config& config) {
  host::StoragePort::Options out;
  if (config.gateway.instance.empty()) return out;
  const nlohmann::json info{{"version", OPENCLAW_VERSION},
                            {"port", config.server.port},
                            {"leaseSeconds", config.gateway.lease_seconds}};
  out.member = {config.gateway.instance, info.dump(), config.gateway.lease_seconds * 1000};
  return out;
}

bool every_address(const std::string& host) {
  return host == "0.0.0.0" || host.empty() || host == "::";
}

/// Where a local client reaches a listening address.
std::string connectable(const std::string& host) {
  if (!every_address(host)) return host;
  return host == "::" ? "::1" : "127.0.0.1";
}

}  // namespace

Daemon::Parts::Parts(const config::Config& config, const DaemonOptions& options)
    : log(log::parse_level(config.server.log_level), config.server.log_format == "json",
          options.log_file),
      registry({host::Registry::directories(config.plugins.directories, options.executable),
                config.plugins.load}),
      metrics(OPENCLAW_VERSION),
      loops(std::max(1U, std::thread::hardware_concurrency())),
      listener("listener"),
      bridge(loops.pipeline().loop),
      store(log, store_options(config), [this](const std::string& reason) { fail_store(reason); }),
      cluster(loops.pipeline().loop, store, log),
      store_watch(runtime::Millis{host::StoragePort::Options{}.deadline_ms}),
      environment{log, routes, bridge, store, cluster, metrics, OPENCLAW_VERSION},
      plugins(config, registry, loops, log) {}

void Daemon::Parts::fail_store(const std::string& reason) {
  log.error("store.fatal",
            {{"reason", reason},
             {"hint", "the gateway stops; what was accepted is found again at the next start"}});
  store_failed.store(true);  // run() sees it within a second; until then every write is refused
}

void Daemon::Parts::watch() {
  plugins.watch();
  store.judge(store_watch.look(runtime::SteadyClock::now(), store.calls()));
}

Result<void> Daemon::Parts::open_store() {
  auto instance = plugins.load_storage(environment);
  if (instance.has_error()) {
    storage_refused = instance.error().code == Errc::invalid;
    return instance.error();
  }
  if (auto opened = store.open(**instance); opened.has_error()) {
    storage_refused = opened.error().code == Errc::invalid;
    return opened;
  }
  auto state = store.value_now(transfer::kNamespace, transfer::kKey);
  if (state.has_error()) return state.error();
  if (*state) return transfer::unfinished(**state);
  return {};
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
  pipeline::Pipeline::Environment around{
      home, store, log, random_word, runtime::unix_ms, std::move(observer)};
  around.noticed = [this](const pipeline::Notice& notice) { cluster.noticed(notice); };
  around.collected = [this] { cluster.collected(); };
  pipeline = std::make_unique<pipeline::Pipeline>(config, std::move(around), first_epoch);
  bridge.connect(*pipeline);
  for (auto& slot : plugins.providers()) {
    const auto port = slot.ports.find(&home);
    if (port != slot.ports.end()) pipeline->add_provider(*port->second);
  }
  for (auto& slot : plugins.channels()) {
    if (slot.port == nullptr) continue;
    const auto& c = *slot.config;
    pipeline->add_channel(*slot.port,
                          {c.dm_policy, c.allow_from, c.group_policy, c.groups, c.require_mention},
                          {c.ack_reaction, c.ack_reaction_scope, c.remove_ack_after_reply});
    slot.instance->on_status([this, name = slot.name](const host::InstanceStatus& status) {
      // What waits goes out then, or to another gateway.
      if (status.state == host::InstanceState::connecting) return;
      loops.pipeline().loop.post([this, name] { pipeline->channel_can_deliver(name); });
    });
  }
  sweeper = std::make_unique<retention::Sweeper>(home, store, log, [] {
    return retention::SweepClock::Now{runtime::unix_ms(), runtime::boot_ms()};
  });
  const config::Retention& limits = config.storage.retention;
  if (!limits.enabled) return;
  const auto now = [] {
    return retention::SweepClock::Now{runtime::unix_ms(), runtime::boot_ms()};
  };
  auto clock = std::make_shared<retention::SweepClock>(now(), limits.max_age_ms.value_or(0));
  cleaner = std::make_unique<retention::Cleaner>(
      home, store, log, retention::Limits{limits.max_age_ms, limits.max_sessions, limits.max_bytes},
      [now, clock](std::optional<std::int64_t> store_ms) {
        retention::SweepClock::Now read = now();
        read.store_ms = store_ms;
        return retention::Cleaner::Clock{read.unix_ms, clock->look(read).sweep};
      },
      retention::Cleaner::kPace);
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
  health.draining = [this] { return draining.load(); };
  health.storage_type = config.storage.type;
  health.instance = config.gateway.instance;
  health.version = OPENCLAW_VERSION;
  health.started = runtime::SteadyClock::now();
  if (config.monitoring.health_check) api::add_health_routes(routes, health);
  api::add_operators_health_route(routes, health);
  api::add_chat_completions_route(routes, *gateway);
  api::add_models_routes(routes, *gateway);
  api::add_pairing_routes(routes, *gateway);
  api::add_dead_routes(routes, *gateway);
  api::add_cluster_routes(routes, *gateway, store.shared());
  const config::Retention& limits = config.storage.retention;
  sweep.emplace(api::SweepSource{loops.pipeline().loop,
                                 store,
                                 limits.enabled,
                                 {limits.max_age_ms, limits.max_sessions, limits.max_bytes},
                                 {}});
  if (cleaner) sweep->look_now = [this] { return cleaner->look_now(); };
  api::add_sweep_routes(routes, *sweep);
  // The metrics port answers from a thread of its own, also when every other loop is stuck.
  api::add_health_routes(metrics_routes, health);
  metrics_routes.add(
      "GET", "/metrics", http::Auth::none, http::OriginCheck::mutations,
      [this](http::ResponderPtr r) {
        r->respond(200, {{"Content-Type", "text/plain; version=0.0.4"}}, metrics.scrape());
      });
}

Result<void> Daemon::Parts::recover() {
  std::promise<Result<void>> recovered;
  auto future = recovered.get_future();
  loops.pipeline().loop.post([this, &recovered] {
    pipeline->recover([&recovered](Result<void> done) { recovered.set_value(std::move(done)); });
  });
  constexpr std::chrono::seconds kTellEvery{10};
  for (auto waited = kTellEvery; future.wait_for(kTellEvery) != std::future_status::ready;
       waited += kTellEvery) {
    log.warn("gateway.recovering",
             {{"seconds", waited.count()},
              {"hint",
               "the store is slow to hand over what an earlier run left; SIGTERM ends the "
               "start"}});
    log.flush();
  }
  return future.get();
}

Result<void> Daemon::Parts::listen(const config::Config& config) {
  const std::size_t limit = descriptor_limit();
  const DescriptorShare share = share_descriptors(limit, open_descriptors());
  if (share.connections < kFewConnections) {
    log.warn("server.few_connections",
             {{"connections", share.connections},
              {"descriptors", limit},
              {"hint", "raise `ulimit -Hn`, or LimitNOFILE of the unit"}});
  }
  http::ServerOptions main = server_options(config, log);
  main.max_connections = share.connections;
  // Accepted where nothing of a plugin runs, so that a stuck loop is noticed and passed by.
  server = std::make_unique<http::Server>(
      listener, loops.http_loops(), routes, std::move(main),
      [this](std::string_view method, std::string_view route, unsigned status, double seconds) {
        metrics.http_request(method, route, status, seconds);
      });
  auto port = server->listen();
  if (port.has_error()) return port.error();
  http::ServerOptions own = server_options(config, log);
  own.host = config.monitoring.metrics_host;
  own.port = config.monitoring.metrics_port;
  own.host_setting = "monitoring.metricsHost";
  own.port_setting = "monitoring.metricsPort";
  own.max_connections = share.metrics_connections;
  const auto open_metrics = [this](const http::ServerOptions& options) {
    return std::make_unique<http::Server>(
        listener, std::vector<runtime::Loop*>{&listener}, metrics_routes, options,
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
                 "the metrics port cannot be opened: " + metrics_port.error().message};
  }
  info = {::getpid(),
          connectable(config.server.host),
          *port,
          *metrics_port,
          config.file,
          plugins.public_pages(),
          connectable(config.monitoring.metrics_host),
          every_address(config.server.host),
          false};
  return run_file->write(info);
}

void Daemon::Parts::start_instance(host::Instance* instance, const char* kind) {
  instance->loop().post([this, instance, kind] {
    instance->start([this, instance, kind](const Result<void>& result) {
      if (result.has_error()) {
        log.error("plugin.start_failed",
                  {{"kind", kind}, {"name", instance->name()}, {"reason", result.error().message}});
        // Not inside the completion that the plugin is just making.
        instance->loop().post([instance] { instance->destroy(); });
      }
    });
  });
}

void Daemon::Parts::log_ready(const config::Config& config) {
  const log::Field host("host", config.server.host), port("port", info.port),
      metrics_port("metricsPort", info.metrics_port), storage("storage", config.storage.type),
      instance("instance", config.gateway.instance);
  if (config.gateway.instance.empty()) {
    log.info("gateway.ready", {host, port, metrics_port, storage});
  } else {
    log.info("gateway.ready", {host, port, metrics_port, storage, instance});
  }
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

}  // namespace openclaw::daemon
