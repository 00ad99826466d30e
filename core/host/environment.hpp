// What the host services lend to plugins: the gateway's parts, as references.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/cluster/cluster.hpp"
#include "core/http/routes.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/message.hpp"
#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::host {

/// The way into the pipeline, from an instance's loop; callbacks come back on the calling loop.
class InboundSink {
 public:
  virtual ~InboundSink() = default;
  virtual void submit(pipeline::Inbound message, pipeline::Done<pipeline::Submitted> done) = 0;
  virtual void history(pipeline::Inbound chat, std::uint32_t limit,
                       pipeline::Done<pipeline::History> done) = 0;
  virtual void stop(pipeline::Inbound chat, pipeline::Done<std::size_t> done) = 0;
};

/// [any thread] A plugin's own figures.
class MetricSink {
 public:
  virtual ~MetricSink() = default;
  /// 0 = refused: the name is malformed.
  virtual std::uint32_t define(bool counter, const std::string& plugin, const std::string& instance,
                               const std::string& name, const std::string& help) = 0;
  virtual void add(std::uint32_t metric, double value) = 0;
  virtual void set(std::uint32_t metric, double value) = 0;
};

struct Environment {
  log::Log& log;
  http::Routes& routes;
  InboundSink& inbound;
  pipeline::StorePort& store;
  cluster::Cluster& cluster;
  MetricSink& metrics;
  std::string version;
};

}  // namespace openclaw::host
