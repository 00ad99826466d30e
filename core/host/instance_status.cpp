// What an instance is known to be doing, from its own word, from evidence, and from the watchdog.
#include <chrono>

#include "core/host/instance.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/host/status.h"

namespace openclaw::host {

const char* to_string(InstanceState state) {
  switch (state) {
    case InstanceState::connected:
      return "connected";
    case InstanceState::degraded:
      return "degraded";
    case InstanceState::failed:
      return "failed";
    case InstanceState::stopped:
      return "stopped";
    case InstanceState::standby:
      return "standby";
    case InstanceState::connecting:
      break;
  }
  return "connecting";
}

InstanceStatus Instance::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

void Instance::on_status(std::function<void(const InstanceStatus&)> changed) {
  const std::lock_guard lock(status_mutex_);
  status_changed_.push_back(std::move(changed));
}

void Instance::set_status(InstanceState state, std::string reason) {
  change_status(state, std::move(reason), false);
}

void Instance::change_status(InstanceState state, std::string reason, bool by_fence) {
  std::vector<std::function<void(const InstanceStatus&)>> changed;
  InstanceStatus now;
  {
    const std::lock_guard lock(status_mutex_);
    // Whatever a shut-out plugin says when its call returns at last, it stays failed.
    if (fenced_.load() && !by_fence) return;
    reason = secrets_.redact(reason);
    status_.told_unix_ms = runtime::unix_ms();
    if (status_.state == state && status_.reason == reason) return;
    status_.state = state;
    status_.came_up = status_.came_up || state != InstanceState::connecting;
    status_.reason = std::move(reason);
    status_.since_unix_ms = status_.told_unix_ms;
    now = status_;
    changed = status_changed_;
  }
  log(state == InstanceState::failed || state == InstanceState::degraded ? log::Level::warn
                                                                         : log::Level::info,
      "plugin.state",
      {{"state", to_string(state)}, {"loop", loop_.name()}, {"reason", now.reason}});
  for (const auto& tell : changed) tell(now);
}

void Instance::note_evidence(std::uint32_t kind) {
  const std::lock_guard lock(status_mutex_);
  switch (kind) {
    case OC_EVIDENCE_RECEIVED:
      status_.can_receive = true;
      status_.received_unix_ms = runtime::unix_ms();
      break;
    case OC_EVIDENCE_SENT:
      status_.can_send = true;
      status_.sent_unix_ms = runtime::unix_ms();
      break;
    case OC_EVIDENCE_RECEIVE_LOST:
      status_.can_receive = false;
      break;
    case OC_EVIDENCE_SEND_LOST:
      status_.can_send = false;
      break;
    default:
      break;
  }
}

std::optional<runtime::TimePoint> Instance::in_call_since() const {
  const auto since = in_call_.load();
  if (since == 0) return std::nullopt;
  return runtime::TimePoint(runtime::SteadyClock::duration(since));
}

void Instance::fence(const std::string& reason) {
  if (fenced_.exchange(true)) return;
  inflow_->shut();
  let_go_of_leases();
  change_status(InstanceState::failed, reason, true);
  // Runs once the loop is free again; until then nothing of the instance can run anyway.
  loop_.post([handle = handle_, reason] {
    if (*handle == nullptr) return;
    (*handle)->drop_requests("this channel was shut out");
    (*handle)->fail_open_calls({{Errc::plugin, reason, 0, false, true}, OC_EF_MAYBE_DONE});
  });
}

}  // namespace openclaw::host
