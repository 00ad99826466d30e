// Tells systemd how the gateway is doing, when systemd asked to be told.
#pragma once

#include <string>

namespace openclaw::daemon {

/// Sends `state` ("READY=1", "STOPPING=1", "STATUS=...") to $NOTIFY_SOCKET; nothing without it.
/// The protocol is sd_notify(3)'s datagram, which systemd promises to keep. False when it failed.
bool notify_service_manager(const std::string& state);

}  // namespace openclaw::daemon
