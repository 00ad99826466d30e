// Loads what the configuration names: one storage, every provider, every channel.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/api/health.hpp"
#include "core/config/config.hpp"
#include "core/daemon/loader.hpp"
#include "core/daemon/loops.hpp"
#include "core/daemon/watchdog.hpp"
#include "core/host/channel_port.hpp"
#include "core/host/instance.hpp"
#include "core/host/provider_link.hpp"
#include "core/host/registry.hpp"

namespace openclaw::daemon {

/// One configured channel account; `instance` is null when its plugin could not be loaded.
struct ChannelSlot {
  const config::Channel* config = nullptr;
  std::string name;        ///< "telegram", "telegram/work"
  std::string load_error;  ///< why there is no instance
  std::unique_ptr<host::Instance> instance;
  std::unique_ptr<host::ChannelPort> port;
};

/// One configured provider, with an instance on a loop of its own for turns, and one on every HTTP
/// loop for direct answers. The ports by the loop that calls them.
struct ProviderSlot {
  const config::Provider* config = nullptr;
  std::string load_error;
  std::map<runtime::Loop*, std::unique_ptr<host::Instance>> instances;
  std::map<runtime::Loop*, std::unique_ptr<pipeline::ProviderPort>> ports;
};

class Plugins {
 public:
  Plugins(const config::Config& config, const host::Registry& registry, Loops& loops,
          log::Log& log);

  /// Logs the configured files and folders that hold no plugin.
  void log_useless_places();
  /// The storage instance, created. The error names the remedy.
  Result<host::Instance*> load_storage(host::Environment& environment);
  /// Never fails as a whole: what cannot be loaded is kept with its reason.
  void load_providers(host::Environment& environment);
  void load_channels(host::Environment& environment);

  [[nodiscard]] std::vector<ChannelSlot>& channels() { return channels_; }
  [[nodiscard]] std::vector<ProviderSlot>& providers() { return providers_; }
  /// [any thread] The provider's port on the calling loop, or null.
  [[nodiscard]] pipeline::ProviderPort* provider(const std::string& name);
  [[nodiscard]] std::vector<api::Part> channel_parts() const;   ///< [any thread]
  [[nodiscard]] std::vector<api::Part> provider_parts() const;  ///< [any thread]
  /// The pages that loaded channels serve to everyone, from their manifests: "/chat".
  [[nodiscard]] std::vector<std::string> public_pages() const;
  /// Fences every instance that blocks; to be called about once a second, by one thread.
  void watch();
  /// True when every HTTP loop is held by a plugin that was shut out: none will ever answer again.
  [[nodiscard]] bool http_is_lost() const;
  /// Tells every channel to take in nothing new; ready as each has done so.
  std::vector<std::future<void>> quiesce_channels();
  /// Ends every instance on its own loop, bounded by `deadline`. [not a loop]
  void stop_all(runtime::Millis deadline);
  /// True when a plugin never returned from being loaded or created: its thread cannot be ended.
  [[nodiscard]] bool stuck_in_create() const { return loader_.stuck(); }
  /// After the store was closed and the loops have ended.
  void destroy_storage();

 private:
  Result<std::unique_ptr<host::Instance>> create(std::string_view kind, const std::string& plugin,
                                                 const std::string& name,
                                                 const std::string& section, EgressLoop& where,
                                                 host::Environment& environment);
  Result<std::shared_ptr<host::Library>> library(const host::Manifest& manifest);
  [[nodiscard]] Error never_returned(const host::Manifest& manifest, const char* what) const;

  const config::Config& config_;
  const host::Registry& registry_;
  Loops& loops_;
  log::Log& log_;
  Loader loader_;
  Watchdog watchdog_;
  /// Shared by the instances of one file.
  std::map<std::string, std::shared_ptr<host::Library>> libraries_;
  std::unique_ptr<host::Instance> storage_;
  std::vector<ProviderSlot> providers_;
  std::vector<ChannelSlot> channels_;
  std::int64_t started_unix_ms_ = 0;
};

}  // namespace openclaw::daemon
