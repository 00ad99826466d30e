// A provider, over a plugin instance on the same loop: no hop between the two.
#pragma once

#include <string>

#include "core/config/config.hpp"
#include "core/host/instance.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::host {

class ProviderPort final : public pipeline::ProviderPort {
 public:
  /// The instance has been created and outlives the port. `grace` is what the host waits beyond the
  /// total deadline that the plugin keeps itself.
  ProviderPort(Instance& instance, const config::Provider& config,
               runtime::Millis grace = runtime::Millis{5000});

  [[nodiscard]] const std::string& name() const override { return config_.name; }
  [[nodiscard]] const std::string& default_model() const override { return config_.model; }
  pipeline::ChatId chat(const pipeline::ChatCall& call, pipeline::ChatEvents events) override;
  void cancel(pipeline::ChatId id) override;
  /// How long a chat may take before the host ends it.
  [[nodiscard]] runtime::Millis deadline() const;

 private:
  Instance& instance_;
  const config::Provider& config_;
  runtime::Millis grace_;
};

}  // namespace openclaw::host
