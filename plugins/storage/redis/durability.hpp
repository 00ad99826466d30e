// Asks a server for what server_check.hpp judges.
#pragma once

#include "link.hpp"
#include "server_check.hpp"

namespace openclaw::redis {

/// What INFO and CONFIG GET tell; what is forbidden is left out. Throws RedisError, but for a
/// refusal of either.
ServerFacts look_at_server(Link& link, TimePoint deadline);

}  // namespace openclaw::redis
