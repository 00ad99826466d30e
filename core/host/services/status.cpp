// "oc.status/1": what an instance says of itself.
#include "openclaw/host/status.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

void set(oc_host* host, std::uint32_t state, oc_str reason) noexcept {
  InstanceState to = InstanceState::degraded;
  switch (state) {
    case OC_STATE_CONNECTING:
      to = InstanceState::connecting;
      break;
    case OC_STATE_CONNECTED:
      to = InstanceState::connected;
      break;
    case OC_STATE_FAILED:
      to = InstanceState::failed;
      break;
    case OC_STATE_STANDBY:
      to = InstanceState::standby;
      break;
    default:
      break;
  }
  Instance::of(host).set_status(to, sdk::copy(reason));
}

void evidence(oc_host* host, std::uint32_t kind) noexcept {
  Instance::of(host).note_evidence(kind);
}

}  // namespace

const void* services::status() {
  static const oc_status_service table = {sizeof(oc_status_service), 0, &set, &evidence};
  return &table;
}

}  // namespace openclaw::host
