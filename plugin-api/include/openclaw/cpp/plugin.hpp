// Base classes of plugins, and the barrier that keeps exceptions inside.
//
//   class Echo final : public openclaw::sdk::Provider {
//    public:
//     Echo(Host& host, std::string_view name, std::string_view config_json);  // throws Refused
//     void chat(oc_op op, const oc_chat_request& request) override;
//   };
//   OPENCLAW_PLUGIN(Echo, openclaw::sdk::ProviderSlots<Echo>, 0)
//
// An exception that leaves a slot which was given an op fails that op with OC_E_PLUGIN.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "openclaw/channel.h"
#include "openclaw/cpp/host.hpp"
#include "openclaw/provider.h"

namespace openclaw::sdk {

/// Thrown by a constructor whose configuration is wrong; the sentence names the key to change.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Plugin {
 public:
  explicit Plugin(Host& host) : host_(host) {}
  virtual ~Plugin() = default;
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  virtual void start(oc_op op) { host_.complete(op); }
  virtual void quiesce(oc_op op) { host_.complete(op); }
  virtual void cancel(oc_op /*op*/) {}
  virtual void stop(oc_op op) { host_.complete(op); }

 protected:
  [[nodiscard]] Host& host() const { return host_; }

 private:
  Host& host_;
};

class Channel : public Plugin {
 public:
  using Plugin::Plugin;
  static constexpr std::uint32_t kCaps = 0;          ///< hide with OC_CHANNEL_* bits
  static constexpr std::uint64_t kIdempotentMs = 0;  ///< hide with oc_channel.idempotent_ms
  virtual void send(oc_op op, const oc_message& message) = 0;
  virtual void partial(const oc_partial& /*partial*/) {}
  virtual void typing(const oc_typing& /*typing*/) {}
  virtual void fetch(oc_op op, const oc_attachment& /*attachment*/, std::uint64_t /*max_bytes*/) {
    host().fail(op, {OC_E_NOSYS, "this channel has no attachments", OC_EF_NOT_DONE});
  }
  virtual void react(const oc_reaction& /*reaction*/) {}
};

class Provider : public Plugin {
 public:
  using Plugin::Plugin;
  virtual void chat(oc_op op, const oc_chat_request& request) = 0;
};

/// What an oc_inst points to: the host wrapper outlives the plugin object.
template <class T>
struct Instance {
  Instance(oc_host* h, const oc_host_api* api) : host(h, api) {}
  Host host;
  std::unique_ptr<T> plugin;
  static Instance& of(oc_inst* inst) { return *reinterpret_cast<Instance*>(inst); }

  /// Calls `fn(plugin)`; what it throws fails `op`.
  template <class Fn>
  static void guarded(oc_inst* inst, oc_op op, const char* slot, Fn fn) noexcept {
    Instance& self = of(inst);
    try {
      fn(*self.plugin);
    } catch (...) {
      self.host.caught(slot);
      if (op != 0) {
        self.host.fail(op, {OC_E_PLUGIN, std::string("the plugin threw an exception in ") + slot,
                            OC_EF_MAYBE_DONE});
      }
    }
  }
};

template <class T>
struct ChannelSlots {
  static constexpr const char* kId = "oc.channel/1";
  static constexpr oc_channel table = {
      sizeof(oc_channel),
      T::kCaps,
      T::kIdempotentMs,
      [](oc_inst* i, oc_op op, const oc_message* m) noexcept {
        Instance<T>::guarded(i, op, "send", [&](T& p) { p.send(op, *m); });
      },
      [](oc_inst* i, const oc_partial* part) noexcept {
        Instance<T>::guarded(i, 0, "partial", [&](T& p) { p.partial(*part); });
      },
      [](oc_inst* i, const oc_typing* typing) noexcept {
        Instance<T>::guarded(i, 0, "typing", [&](T& p) { p.typing(*typing); });
      },
      [](oc_inst* i, oc_op op, const oc_attachment* a, std::uint64_t max_bytes) noexcept {
        Instance<T>::guarded(i, op, "fetch", [&](T& p) { p.fetch(op, *a, max_bytes); });
      },
      [](oc_inst* i, const oc_reaction* reaction) noexcept {
        Instance<T>::guarded(i, 0, "react", [&](T& p) { p.react(*reaction); });
      }};
};

template <class T>
struct ProviderSlots {
  static constexpr const char* kId = "oc.provider/1";
  static constexpr oc_provider table = {
      sizeof(oc_provider), 0, [](oc_inst* i, oc_op op, const oc_chat_request* r) noexcept {
        Instance<T>::guarded(i, op, "chat", [&](T& p) { p.chat(op, *r); });
      }};
};

template <class T, class Slots>
struct PluginApi {
  static oc_inst* create(oc_host* host, const oc_host_api* api, oc_str name, oc_str config,
                         oc_error* error) noexcept {
    static thread_local std::string reason;
    try {
      auto instance = std::make_unique<Instance<T>>(host, api);
      instance->plugin = std::make_unique<T>(instance->host, view(name), view(config));
      return reinterpret_cast<oc_inst*>(instance.release());
    } catch (const std::exception& e) {
      reason = e.what();
    } catch (...) {
      reason = "the plugin threw an unknown exception in create";
    }
    fill(error, OC_E_INVAL, reason, OC_EF_NOT_DONE);
    return nullptr;
  }
  static const void* ext(oc_inst*, oc_str id) noexcept {
    return view(id) == Slots::kId ? &Slots::table : nullptr;
  }
  static constexpr oc_plugin_api table = {
      sizeof(oc_plugin_api),
      0,
      &create,
      &ext,
      [](oc_inst* i, oc_op op) noexcept {
        Instance<T>::guarded(i, op, "start", [&](T& p) { p.start(op); });
      },
      [](oc_inst* i, oc_op op) noexcept {
        Instance<T>::guarded(i, op, "quiesce", [&](T& p) { p.quiesce(op); });
      },
      [](oc_inst* i, oc_op op) noexcept {
        Instance<T>::guarded(i, 0, "cancel", [&](T& p) { p.cancel(op); });
      },
      [](oc_inst* i, oc_op op) noexcept {
        Instance<T>::guarded(i, op, "stop", [&](T& p) { p.stop(op); });
      },
      [](oc_inst* i) noexcept { delete &Instance<T>::of(i); }};
};

}  // namespace openclaw::sdk

/// Defines the entry symbol. OPENCLAW_PLUGIN_ID and _VERSION come from openclaw_add_plugin().
#define OPENCLAW_PLUGIN(Type, Slots, plugin_flags)                                       \
  extern "C" OC_EXPORT const oc_descriptor* oc_plugin_entry_1(uint32_t index) noexcept { \
    static constexpr oc_descriptor descriptor = {                                        \
        sizeof(oc_descriptor),                                                           \
        OC_ABI_MAJOR,                                                                    \
        OC_ABI_MINOR,                                                                    \
        0,                                                                               \
        0,                                                                               \
        (plugin_flags),                                                                  \
        {OPENCLAW_PLUGIN_ID, sizeof(OPENCLAW_PLUGIN_ID) - 1},                            \
        {OPENCLAW_PLUGIN_VERSION, sizeof(OPENCLAW_PLUGIN_VERSION) - 1},                  \
        &::openclaw::sdk::PluginApi<Type, Slots>::table};                                \
    return index == 0 ? &descriptor : nullptr;                                           \
  }
