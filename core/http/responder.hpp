// Carries a handler's answer from any thread to the connection's loop.
#pragma once

#include <memory>

#include "core/http/connection.hpp"

namespace openclaw::http {

/// `connection` is shared with its loop, so that a late answer finds it.
ResponderPtr make_responder(std::shared_ptr<Connection> connection);

}  // namespace openclaw::http
