#include "core/daemon/newest_word.hpp"

#include <algorithm>

namespace openclaw::daemon {

using host::InstanceState;
using host::InstanceStatus;

InstanceStatus newest_word(const std::vector<InstanceStatus>& statuses) {
  InstanceStatus well;
  well.state = InstanceState::connected;
  const InstanceStatus* trouble = nullptr;
  for (const auto& status : statuses) {
    if (status.state == InstanceState::failed) return status;
    if (status.received_unix_ms > well.received_unix_ms) {
      well.received_unix_ms = status.received_unix_ms;
      well.can_receive = true;
    }
    if (status.state == InstanceState::degraded &&
        (trouble == nullptr || status.told_unix_ms > trouble->told_unix_ms)) {
      trouble = &status;
    }
  }
  const bool over = trouble == nullptr || well.received_unix_ms > trouble->told_unix_ms;
  return over ? well : *trouble;
}

}  // namespace openclaw::daemon
