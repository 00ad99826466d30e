// "oc.metrics/1": a plugin's own figures.
#include "openclaw/host/metrics.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

std::uint32_t define(oc_host* host, std::uint32_t kind, oc_str name, oc_str help) noexcept {
  Instance& self = Instance::of(host);
  if (kind != OC_METRIC_COUNTER && kind != OC_METRIC_GAUGE) return 0;
  return self.environment().metrics.define(kind == OC_METRIC_COUNTER, self.manifest().id,
                                           self.name(), sdk::copy(name), sdk::copy(help));
}
void add(oc_host* host, std::uint32_t metric, double value) noexcept {
  Instance::of(host).environment().metrics.add(metric, value);
}
void set(oc_host* host, std::uint32_t metric, double value) noexcept {
  Instance::of(host).environment().metrics.set(metric, value);
}

}  // namespace

const void* services::metrics() {
  static const oc_metrics table = {sizeof(oc_metrics), 0, &define, &add, &set};
  return &table;
}

}  // namespace openclaw::host
