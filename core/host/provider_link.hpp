// The pipeline's end of a provider that lives on a loop of its own.
#pragma once

#include <memory>
#include <string>

#include "core/host/provider_port.hpp"

namespace openclaw::host {

/// Calls hop to the provider's loop and events come back in batches, so that a provider that blocks
/// holds up nobody but itself. When the watchdog shuts it out, every call under way fails at once,
/// although the provider's own loop may never run again.
class ProviderLink final : public pipeline::ProviderPort {
 public:
  /// The instance has been created and outlives the link. `grace` is what home waits longer than
  /// the provider's loop: enough for one that runs to report first.
  ProviderLink(Instance& instance, const config::Provider& config, runtime::Loop& home,
               runtime::Millis grace = runtime::Millis{5000});

  [[nodiscard]] const std::string& name() const override { return near_.name(); }
  [[nodiscard]] const std::string& default_model() const override { return near_.default_model(); }
  pipeline::ChatId chat(const pipeline::ChatCall& call, pipeline::ChatEvents events) override;
  void cancel(pipeline::ChatId id) override;

 private:
  struct Call;
  struct Open;

  Instance& instance_;
  host::ProviderPort near_;  ///< only used on the provider's loop, but for its names
  runtime::Loop& home_;
  runtime::Millis deadline_;
  /// Calls under way; shared with the tasks that bring their events. Only used at home.
  std::shared_ptr<Open> open_;
};

}  // namespace openclaw::host
