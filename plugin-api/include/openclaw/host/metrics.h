/* "oc.metrics/1": the plugin's own figures at the gateway's Prometheus port. */
#ifndef OPENCLAW_HOST_METRICS_H
#define OPENCLAW_HOST_METRICS_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_METRIC_COUNTER 1u
#define OC_METRIC_GAUGE 2u

typedef struct oc_metrics {
  uint32_t size, reserved;
  /* [load, strand] The host names it openclaw_plugin_ID_NAME and adds the label "instance". At most
   * 32 per instance; 0 = refused. Counters end in _total. */
  uint32_t (*define)(oc_host*, uint32_t kind, oc_str name, oc_str help) OC_NOEXCEPT;
  void (*add)(oc_host*, uint32_t metric, double value) OC_NOEXCEPT; /* [any] */
  void (*set)(oc_host*, uint32_t metric, double value) OC_NOEXCEPT; /* [any] gauges only */
} oc_metrics;

OC_ASSERT(sizeof(oc_metrics) == 32);

OC_EXTERN_C_END
#endif
