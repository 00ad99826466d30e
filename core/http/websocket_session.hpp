// Turns a connection that asked for it into a WebSocket.
#pragma once

#include <cstdint>
#include <memory>

#include "core/http/connection.hpp"

namespace openclaw::http {

enum class UpgradeResult : std::uint8_t { upgraded, refused, malformed };

/// [loop] Asks the route's handler for the events' owner. Only when it agrees are the socket and
/// the slot taken.
UpgradeResult upgrade_websocket(const std::shared_ptr<ServerState>& state, Shard& shard,
                                ConnectionSlot& slot, Socket& socket,
                                const ReceivedRequest& request,
                                const std::shared_ptr<const Route>& route);

}  // namespace openclaw::http
