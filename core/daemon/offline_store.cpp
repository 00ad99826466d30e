// The parts that a plugin's instance refers to; none of its loops ever runs.
#include "core/daemon/offline_store.hpp"

#include "core/daemon/inbound_bridge.hpp"
#include "core/daemon/loops.hpp"
#include "core/daemon/plugins.hpp"
#include "core/host/registry.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"

namespace openclaw::daemon {

struct OfflineStore::Parts {
  Parts(config::Config given, const std::string& executable)
      : config(std::move(given)),
        log(log::parse_level("warn"), false, {}),
        registry({host::Registry::directories(config.plugins.directories, executable),
                  config.plugins.load}),
        metrics(OPENCLAW_VERSION),
        loops(1),
        bridge(loops.pipeline().loop),
        port(log, {}, [](const std::string&) {}),
        cluster(loops.pipeline().loop, port, log),
        environment{log, routes, bridge, port, cluster, metrics, OPENCLAW_VERSION},
        plugins(config, registry, loops, log) {}

  config::Config config;
  log::Log log;
  host::Registry registry;
  metrics::Metrics metrics;
  http::Routes routes;
  Loops loops;
  InboundBridge bridge;
  host::StoragePort port;
  cluster::Cluster cluster;
  host::Environment environment;
  Plugins plugins;
  host::Instance* instance = nullptr;
};

OfflineStore::OfflineStore(config::Config config, const std::string& executable)
    : parts_(std::make_unique<Parts>(std::move(config), executable)) {}

OfflineStore::~OfflineStore() {
  if (parts_->instance != nullptr) parts_->plugins.destroy_storage();
}

Result<host::WholeStore> OfflineStore::open(std::uint32_t role) {
  if (parts_->instance == nullptr) {
    auto loaded = parts_->plugins.load_storage(parts_->environment);
    if (loaded.has_error()) return loaded.error();
    parts_->instance = *loaded;
  }
  return host::WholeStore::open(*parts_->instance, role);
}

}  // namespace openclaw::daemon
