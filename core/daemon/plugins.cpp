// Loads what the configuration names: one storage, every provider, every channel.
#include "core/daemon/plugins.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <system_error>

#include "core/config/instance_name.hpp"
#include "core/daemon/newest_word.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/channel.h"
#include "openclaw/provider.h"

namespace openclaw::daemon {

using runtime::Millis;

namespace {

/// Runs `task` on the loop; the future is ready once the task called what it was given.
std::future<void> run_on(runtime::Loop& loop, std::function<void(std::function<void()>)> task) {
  // Shared with the task: it may outlive a wait that was given up.
  auto done = std::make_shared<std::promise<void>>();
  auto future = done->get_future();
  loop.post([task = std::move(task), done] { task([done] { done->set_value(); }); });
  return future;
}

void wait_for_all(const std::vector<std::future<void>>& futures, Millis deadline) {
  const auto until = runtime::SteadyClock::now() + deadline;
  for (const auto& future : futures) future.wait_until(until);
}

api::Part failed_part(const std::string& name, const std::string& reason, std::int64_t since) {
  api::Part part;
  part.name = name;
  part.status.state = host::InstanceState::failed;
  part.status.reason = reason;
  part.status.came_up = true;  // nothing more is to be waited for
  part.status.since_unix_ms = since;
  return part;
}

}  // namespace

Plugins::Plugins(const config::Config& config, const host::Registry& registry, Loops& loops,
                 log::Log& log)
    : config_(config),
      registry_(registry),
      loops_(loops),
      log_(log),
      started_unix_ms_(runtime::unix_ms()) {}

void Plugins::log_useless_places() {
  for (const auto& file : config_.plugins.load) {
    if (const auto manifest = host::Registry::read(file); manifest.has_error()) {
      log_.warn("plugin.refused", {{"file", file}, {"reason", manifest.error().message}});
    }
  }
  for (const auto& folder : config_.plugins.directories) {
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) {
      log_.warn("plugin.folder_missing", {{"folder", folder}});
    }
  }
}

Result<std::shared_ptr<host::Library>> Plugins::library(const host::Manifest& manifest) {
  auto& known = libraries_[manifest.file];
  if (known != nullptr) return known;
  // Shared with the loader's thread, which may outlive the wait.
  auto loaded = std::make_shared<std::optional<Result<host::Library>>>();
  if (!loader_.run([loaded, manifest] { loaded->emplace(host::Library::load(manifest)); })) {
    return never_returned(manifest, "being loaded");
  }
  if ((*loaded)->has_error()) return (*loaded)->error();
  known = std::make_shared<host::Library>(std::move(***loaded));
  return known;
}

Error Plugins::never_returned(const host::Manifest& manifest, const char* what) const {
  return {Errc::plugin,
          manifest.file + ": it did not return from " + what + " within " +
              std::to_string(loader_.deadline().count() / 1000) +
              " s and was given up; remove it from the configuration, and report this to the "
              "plugin's author"};
}

Result<std::unique_ptr<host::Instance>> Plugins::create(
    std::string_view kind, const std::string& plugin, const std::string& name,
    const std::string& section, EgressLoop& where, host::Environment& environment) {
  auto manifest = registry_.find(kind, plugin);
  if (manifest.has_error()) return manifest.error();
  auto loaded = library(*manifest);
  if (loaded.has_error()) return loaded.error();
  struct Creating {
    std::unique_ptr<host::Instance> instance;
    Result<void> created;
  };
  auto creating = std::make_shared<Creating>();  // shared with the loader's thread, as above
  creating->instance = std::make_unique<host::Instance>(host::Instance::Setup{
      name, *manifest, *loaded, section, where.loop, where.egress, environment});
  if (!loader_.run([creating] { creating->created = creating->instance->create(); })) {
    const Error error = never_returned(*manifest, "create");
    creating->instance->fence(error.message);  // should it return after all, it is not used
    return error;
  }
  if (creating->created.has_error()) return creating->created.error();
  return std::move(creating->instance);
}

Result<host::Instance*> Plugins::load_storage(host::Environment& environment) {
  const auto& storage = config_.storage;
  auto created = create("storage", storage.plugin.empty() ? storage.type : storage.plugin,
                        storage.type, storage.section_json, loops_.pipeline(), environment);
  if (created.has_error()) return created.error();
  storage_ = std::move(*created);
  return storage_.get();
}

void Plugins::load_providers(host::Environment& environment) {
  for (const auto& provider : config_.providers) {
    ProviderSlot slot;
    slot.config = &provider;
    slot.load_error = provider.unusable_reason;
    std::vector<EgressLoop*> places;
    if (slot.load_error.empty()) {
      places.push_back(&loops_.add_plugin(provider.name));
      for (auto& l : loops_.http()) places.push_back(l.get());
    }
    for (EgressLoop* place : places) {
      if (!slot.load_error.empty()) break;
      auto created = create("provider", provider.plugin.empty() ? provider.name : provider.plugin,
                            provider.name, provider.section_json, *place, environment);
      if (created.has_error()) {
        slot.load_error = created.error().message;
      } else if (!OC_HAS((*created)->slots<oc_provider>("oc.provider/1"), oc_provider, chat)) {
        slot.load_error = (*created)->manifest().file + ": it lacks the provider slot chat";
      } else {
        auto& home = loops_.pipeline().loop;
        if (place == places.front()) {
          slot.ports[&home] = std::make_unique<host::ProviderLink>(**created, provider, home);
        } else {
          slot.ports[&place->loop] = std::make_unique<host::ProviderPort>(**created, provider);
        }
        slot.instances[&place->loop] = std::move(*created);
      }
    }
    if (!slot.load_error.empty()) {
      log_.error("provider.failed", {{"provider", provider.name}, {"reason", slot.load_error}});
      slot.ports.clear();
    }
    providers_.push_back(std::move(slot));
  }
}

void Plugins::load_channels(host::Environment& environment) {
  for (const auto& channel : config_.channels) {
    ChannelSlot slot;
    slot.config = &channel;
    slot.name = config::instance_name(channel.name, channel.account);
    if (channel.enabled) {
      slot.load_error = channel.unusable_reason;
      if (slot.load_error.empty()) {
        auto created =
            create("channel", channel.plugin.empty() ? channel.name : channel.plugin, slot.name,
                   channel.section_json, loops_.add_plugin(slot.name), environment);
        if (created.has_error()) {
          slot.load_error = created.error().message;
        } else if (!OC_HAS((*created)->slots<oc_channel>("oc.channel/1"), oc_channel, send)) {
          slot.load_error = (*created)->manifest().file + ": it lacks the channel slot send";
        } else {
          slot.instance = std::move(*created);
          slot.port = std::make_unique<host::ChannelPort>(*slot.instance, loops_.pipeline().loop);
          if (!slot.config->send_pictures) slot.port->send_no_pictures();
        }
      }
      if (!slot.load_error.empty()) {
        log_.error("channel.failed", {{"channel", slot.name}, {"reason", slot.load_error}});
      }
    }
    channels_.push_back(std::move(slot));
  }
}

pipeline::ProviderPort* Plugins::provider(const std::string& name) {
  for (auto& slot : providers_) {
    if (slot.config->name != name) continue;
    const auto port = slot.ports.find(runtime::Loop::current());
    return port == slot.ports.end() ? nullptr : port->second.get();
  }
  return nullptr;
}

std::vector<api::Part> Plugins::channel_parts() const {
  std::vector<api::Part> out;
  for (const auto& slot : channels_) {
    if (!slot.config->enabled) {
      api::Part part;
      part.name = slot.name;
      part.enabled = false;
      part.status.since_unix_ms = started_unix_ms_;
      out.push_back(std::move(part));
    } else if (slot.instance == nullptr) {
      out.push_back(failed_part(slot.name, slot.load_error, started_unix_ms_));
    } else {
      out.push_back({slot.name, true, slot.instance->status()});
    }
  }
  return out;
}

std::vector<api::Part> Plugins::provider_parts() const {
  std::vector<api::Part> out;
  for (const auto& slot : providers_) {
    if (slot.ports.empty()) {
      out.push_back(failed_part(slot.config->name, slot.load_error, started_unix_ms_));
      continue;
    }
    std::vector<host::InstanceStatus> statuses;
    for (const auto& [loop, instance] : slot.instances) statuses.push_back(instance->status());
    api::Part part{slot.config->name, true, newest_word(statuses)};
    if (part.status.since_unix_ms == 0) part.status.since_unix_ms = started_unix_ms_;
    out.push_back(std::move(part));
  }
  return out;
}

std::vector<std::string> Plugins::public_pages() const {
  std::vector<std::string> out;
  for (const auto& slot : channels_) {
    if (slot.instance == nullptr) continue;
    const std::string& name = slot.instance->name();
    const auto slash = name.find('/');
    const std::string account = slash == std::string::npos ? "" : name.substr(slash + 1);
    for (const auto& route : slot.instance->manifest().routes) {
      const bool page = route.auth == host::ManifestRoute::Auth::none && route.path.size() > 1 &&
                        route.path.back() != '*';
      if (!page) continue;
      const std::string own = account.empty() ? route.path : route.path + "/" + account;
      if (slot.instance->route_auth(own) == http::Auth::none) out.push_back(own);
    }
  }
  return out;
}

void Plugins::watch() {
  watchdog_.tick(runtime::SteadyClock::now());
  const auto check = [this](host::Instance& instance) {
    if (watchdog_.blocked(&instance, instance.in_call_since())) {
      instance.fence(instance.name() +
                     " blocked for more than 5 s inside one call and was shut out; restart the "
                     "gateway to use it again, and report this to the plugin's author");
    }
  };
  for (auto& slot : channels_) {
    if (slot.instance != nullptr) check(*slot.instance);
  }
  for (auto& slot : providers_) {
    for (auto& [loop, instance] : slot.instances) check(*instance);
  }
}

bool Plugins::http_is_lost() const {
  const auto held = [this](const runtime::Loop* loop) {
    return std::any_of(providers_.begin(), providers_.end(), [loop](const ProviderSlot& slot) {
      return std::any_of(slot.instances.begin(), slot.instances.end(), [loop](const auto& placed) {
        const host::Instance& instance = *placed.second;
        return placed.first == loop && instance.fenced() && instance.in_call_since();
      });
    });
  };
  const auto loops = loops_.http_loops();
  return std::all_of(loops.begin(), loops.end(), held);
}

std::vector<std::future<void>> Plugins::quiesce_channels() {
  std::vector<std::future<void>> ends;
  for (auto& slot : channels_) {
    if (slot.instance == nullptr || slot.instance->fenced()) continue;
    ends.push_back(
        run_on(slot.instance->loop(), [instance = slot.instance.get()](std::function<void()> done) {
          instance->quiesce([done = std::move(done)] { done(); });
        }));
  }
  return ends;
}

void Plugins::stop_all(Millis deadline) {
  std::vector<std::future<void>> ends;
  const auto stop = [&ends](host::Instance* instance) {
    if (instance->fenced()) return;
    ends.push_back(run_on(instance->loop(), [instance](std::function<void()> done) {
      instance->stop([instance, done = std::move(done)] {
        // Not inside the completion that the plugin is just making.
        instance->loop().post([instance, done] {
          instance->destroy();
          done();
        });
      });
    }));
  };
  for (auto& slot : channels_) {
    if (slot.instance != nullptr) stop(slot.instance.get());
  }
  for (auto& slot : providers_) {
    for (auto& [loop, instance] : slot.instances) stop(instance.get());
  }
  wait_for_all(ends, deadline);
}

void Plugins::destroy_storage() {
  if (storage_ != nullptr) storage_->destroy();
}

}  // namespace openclaw::daemon
