// What the API handlers ask of the gateway.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/log/log.hpp"
#include "core/metrics/metrics.hpp"
#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::api {

struct Gateway {
  const config::Config& config;
  log::Log& log;
  metrics::Metrics& metrics;
  runtime::Loop& pipeline_loop;
  pipeline::Pipeline& pipeline;  ///< on pipeline_loop only
  /// The provider of that name for the calling loop, or null. Providers live on every HTTP loop.
  std::function<pipeline::ProviderPort*(const std::string& name)> provider;
  /// How long an event stream may be silent before it carries a comment.
  runtime::Millis keep_alive{15'000};
};

}  // namespace openclaw::api
