// The gateway's Prometheus figures: openclaw_*, base units, bounded labels.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/host/environment.hpp"

namespace openclaw::metrics {

/// [any thread] All of it.
class Metrics final : public host::MetricSink {
 public:
  explicit Metrics(const std::string& version);
  ~Metrics() override;

  void http_request(std::string_view method, std::string_view route, unsigned status,
                    double seconds);
  void message(const std::string& channel, const char* outcome);
  void turn(const char* outcome, double seconds);
  void delivery(const std::string& channel, const char* outcome);
  void provider_call(const std::string& provider, const char* outcome, double seconds);

  /// A gauge (or a counter kept elsewhere) that is read at each scrape. `label` may be empty.
  void watch(bool counter, const std::string& name, const std::string& help,
             const std::string& label, const std::string& value, std::function<double()> read);

  std::uint32_t define(bool counter, const std::string& plugin, const std::string& instance,
                       const std::string& name, const std::string& help) override;
  void add(std::uint32_t metric, double value) override;
  void set(std::uint32_t metric, double value) override;

  /// The text exposition format 0.0.4.
  std::string scrape();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace openclaw::metrics
