// The WebSocket half of "oc.route/1".
#pragma once

#include <cstdint>

#include "openclaw/host/route.h"

namespace openclaw::host::services {

oc_status add_ws(oc_host* host, oc_str path, const oc_str* origins, std::uint64_t n,
                 const oc_ws_events* events, void* user) noexcept;
oc_status ws_send(oc_host* host, oc_op ws, oc_str payload, std::uint32_t binary) noexcept;
oc_status ws_close(oc_host* host, oc_op ws, std::uint32_t code, oc_str reason) noexcept;

}  // namespace openclaw::host::services
