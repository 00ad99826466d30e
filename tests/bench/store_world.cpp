#include "tests/bench/store_world.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <unordered_set>

#include "core/daemon/inbound_bridge.hpp"
#include "core/daemon/loops.hpp"
#include "core/daemon/plugins.hpp"
#include "core/host/registry.hpp"
#include "core/http/server.hpp"
#include "core/metrics/metrics.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::bench {

using pipeline::Done;

namespace {

class InstantProvider final : public pipeline::ProviderPort {
 public:
  InstantProvider(runtime::Loop& loop, std::string answer)
      : loop_(loop), answer_(std::move(answer)) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& default_model() const override { return name_; }
  pipeline::ChatId chat(const pipeline::ChatCall&, pipeline::ChatEvents events) override {
    const auto id = ++last_;
    open_.insert(id);
    loop_.post([this, id, e = std::move(events)] {
      if (open_.erase(id) == 0) return;
      e.event(pipeline::ChatEvent::text, answer_);
      e.event(pipeline::ChatEvent::finish, "stop");
      e.done(std::nullopt);
    });
    return id;
  }
  void cancel(pipeline::ChatId id) override { open_.erase(id); }

 private:
  runtime::Loop& loop_;
  std::string name_ = "instant", answer_;
  pipeline::ChatId last_ = 0;
  std::unordered_set<pipeline::ChatId> open_;
};

class InstantChannel final : public pipeline::ChannelPort {
 public:
  InstantChannel(runtime::Loop& loop, World& world, std::string instance)
      : loop_(loop), world_(world) {
    traits_.instance = traits_.channel = std::move(instance);
    traits_.account = "default";
  }

  [[nodiscard]] const pipeline::ChannelTraits& traits() const override { return traits_; }
  [[nodiscard]] bool can_deliver() const override { return true; }
  void send(const pipeline::Outbound& message, Done<std::string> done) override {
    if (world_.heard) world_.heard(message.chat_id);
    loop_.post([d = std::move(done)]() mutable { d(std::string("m")); });
  }
  void partial(pipeline::PartialKind, const pipeline::Inbound&, const std::string&,
               std::string_view) override {}
  void typing(const pipeline::Inbound&, bool) override {}
  pipeline::FetchId fetch(const pipeline::Attachment&, std::uint64_t,
                          Done<pipeline::FetchedMedia> done) override {
    loop_.post([d = std::move(done)]() mutable { d(Error{Errc::unsupported, "no files"}); });
    return 1;
  }
  void cancel_fetch(pipeline::FetchId) override {}
  void react(const pipeline::Inbound&, const std::string&, bool) override {}

 private:
  runtime::Loop& loop_;
  World& world_;
  pipeline::ChannelTraits traits_;
};

config::Config configured(const WorldOptions& options) {
  config::Config out;
  const auto section = nlohmann::json::parse(options.storage_json);
  out.storage.type = section.at("type").get<std::string>();
  out.storage.section_json = options.storage_json;
  out.gateway.instance = options.instance;
  out.queue.mode = options.mode;
  out.queue.debounce_ms = 0;
  out.queue.sender_per_minute = 0;
  out.queue.concurrency = options.concurrency;
  return out;
}

host::StoragePort::Options store_options(const config::Config& config, std::size_t readers) {
  host::StoragePort::Options out;
  out.readers = readers;
  if (config.gateway.instance.empty()) return out;
  out.member = {config.gateway.instance, "{}", config.gateway.lease_seconds * 1000};
  return out;
}

}  // namespace

struct World::Parts {
  Parts(const WorldOptions& options, World& world, const std::string& executable)
      : config(configured(options)),
        log(log::parse_level("warn"), false, {}),
        registry({host::Registry::directories({}, executable), {}}),
        metrics(OPENCLAW_VERSION),
        loops(1),
        bridge(loops.pipeline().loop),
        store(log, store_options(config, options.readers),
              [this](const std::string& reason) { fail(reason); }),
        cluster(loops.pipeline().loop, store, log),
        environment{log, routes, bridge, store, cluster, metrics, OPENCLAW_VERSION},
        plugins(config, registry, loops, log),
        provider(loops.pipeline().loop, options.answer) {
    for (std::uint32_t i = 0; i < options.channels; ++i) {
      channels.push_back(std::make_unique<InstantChannel>(loops.pipeline().loop, world,
                                                          "bench" + std::to_string(i)));
    }
  }

  void fail(const std::string& reason) {
    const std::lock_guard lock(mutex);
    failed = reason;
  }

  config::Config config;
  log::Log log;
  host::Registry registry;
  metrics::Metrics metrics;
  http::Routes routes;
  daemon::Loops loops;
  daemon::InboundBridge bridge;
  host::StoragePort store;
  cluster::Cluster cluster;
  host::Environment environment;
  daemon::Plugins plugins;
  InstantProvider provider;
  std::vector<std::unique_ptr<InstantChannel>> channels;
  std::unique_ptr<pipeline::Pipeline> pipeline;
  std::mt19937 random{std::random_device{}()};
  std::string run = std::to_string(runtime::unix_ms());
  std::uint64_t events = 0;
  mutable std::mutex mutex;
  std::string failed;
};

World::World(WorldOptions options, const std::string& executable)
    : parts_(std::make_unique<Parts>(options, *this, executable)) {
  auto instance = parts_->plugins.load_storage(parts_->environment);
  if (instance.has_error()) throw std::runtime_error(instance.error().message);
  auto opened = parts_->store.open(**instance);
  if (opened.has_error()) throw std::runtime_error(opened.error().message);
  parts_->loops.start();
}

World::~World() {
  if (parts_->pipeline) on([this] { parts_->pipeline.reset(); });
  const bool closed = parts_->store.close(runtime::SteadyClock::now() + std::chrono::seconds(30));
  const bool ended = parts_->loops.stop(runtime::Millis{5000}).empty();
  if (!closed || !ended) std::_Exit(1);
  parts_->plugins.destroy_storage();
}

void World::start() {
  const auto epoch = parts_->store.max_epoch_now();
  if (epoch.has_error()) throw std::runtime_error(epoch.error().message);
  std::promise<Result<void>> recovered;
  on([&] {
    pipeline::Pipeline::Environment around{
        loop(),           parts_->store,
        parts_->log,      [this] { return std::uint32_t(parts_->random()); },
        runtime::unix_ms, {}};
    around.noticed = [this](const pipeline::Notice& n) { parts_->cluster.noticed(n); };
    around.collected = [this] { parts_->cluster.collected(); };
    parts_->pipeline =
        std::make_unique<pipeline::Pipeline>(parts_->config, std::move(around), *epoch + 1);
    parts_->pipeline->add_provider(parts_->provider);
    for (const auto& channel : parts_->channels) {
      parts_->pipeline->add_channel(*channel, {"open", {"*"}, "open", {"*"}, false});
    }
    parts_->pipeline->recover([&](Result<void> r) { recovered.set_value(std::move(r)); });
  });
  const auto result = recovered.get_future().get();
  if (result.has_error()) throw std::runtime_error(result.error().message);
}

void World::begin_turns() {
  on([this] { parts_->pipeline->begin_turns(); });
}

runtime::Loop& World::loop() {
  return parts_->loops.pipeline().loop;
}
host::StoragePort& World::store() {
  return parts_->store;
}
pipeline::Pipeline& World::pipeline() {
  return *parts_->pipeline;
}

pipeline::Inbound World::message(const std::string& who, std::uint32_t channel, std::string text) {
  pipeline::Inbound m;
  m.instance = m.from.channel = "bench" + std::to_string(channel);
  m.from.account = "default";
  m.from.chat_id = m.from.sender_id = m.sender_name = who;
  m.event_id = parts_->run + "-" + std::to_string(++parts_->events);
  m.message_id = std::to_string(parts_->events);
  m.ts_ms = runtime::unix_ms();
  m.text = std::move(text);
  return m;
}

pipeline::Ingest World::row(pipeline::Inbound message, std::size_t bytes) const {
  pipeline::Ingest out;
  out.session = pipeline::session_key("main", message.from, parts_->config.session.dm_scope, {});
  out.agent = "main";
  out.channel = message.instance;
  out.account = message.from.account;
  out.event_id = message.event_id;
  out.received_ms = message.ts_ms;
  out.payload_json = pipeline::to_json(message);
  if (out.payload_json.size() < bytes) {
    message.text += std::string(bytes - out.payload_json.size(), 'x');
    out.payload_json = pipeline::to_json(message);
  }
  return out;
}

std::string World::failure() const {
  const std::lock_guard lock(parts_->mutex);
  return parts_->failed;
}

}  // namespace openclaw::bench
