// What a plugin tells the fake host, written down: log lines, emissions, status, metrics.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;

oc_log FakeHost::Services::make_log() {
  return {sizeof(oc_log), 0,
          [](oc_host* h, uint32_t level) noexcept -> int32_t {
            return level >= host(h).log_level ? 1 : 0;
          },
          [](oc_host* h, uint32_t level, oc_str event, oc_str fields) noexcept {
            if (level < host(h).log_level) return;
            host(h).logs.push_back({level, copy(event), copy(fields)});
          }};
}

oc_stream FakeHost::Services::make_stream() {
  return {sizeof(oc_stream), 0,
          [](oc_host* h, oc_op op, uint32_t kind, oc_str data) noexcept -> oc_status {
            if (host(h).open_.count(op) == 0) return OC_E_INVAL;
            host(h).emitted.push_back({op, kind, copy(data)});
            return host(h).emit_answer;
          }};
}

std::string FakeHost::text(oc_op op) const {
  std::string out;
  for (const auto& e : emitted) {
    if (e.op == op && e.kind == OC_CHAT_TEXT) out += e.data;
  }
  return out;
}

oc_status_service FakeHost::Services::make_status() {
  return {sizeof(oc_status_service), 0,
          [](oc_host* h, uint32_t s, oc_str reason) noexcept {
            host(h).statuses.emplace_back(s, copy(reason));
          },
          [](oc_host* h, uint32_t kind) noexcept { host(h).evidence.push_back(kind); }};
}

oc_metrics FakeHost::Services::make_metrics() {
  return {sizeof(oc_metrics), 0,
          [](oc_host* h, uint32_t, oc_str name, oc_str) noexcept {
            host(h).metric_names_.push_back(copy(name));
            host(h).metrics[copy(name)];
            return static_cast<uint32_t>(host(h).metric_names_.size());
          },
          [](oc_host* h, uint32_t id, double v) noexcept {
            host(h).metrics[host(h).metric_names_.at(id - 1)] += v;
          },
          [](oc_host* h, uint32_t id, double v) noexcept {
            host(h).metrics[host(h).metric_names_.at(id - 1)] = v;
          }};
}

}  // namespace openclaw::testing
