// Errors of the server and of the network, in sentences that name the remedy.
#pragma once

#include "error.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::postgres {

/// `doing`: "write to", "read from", or "open", of which the gateway or command ends. The status is
/// never OC_E_UNKNOWN: whether an outcome is open is for the caller to say.
sdk::StoreError explain(const PgError& error, const std::string& doing);

/// Nothing happened, and the same statement may go well at once: it met another transaction.
bool try_again_at_once(const PgError& error);

}  // namespace openclaw::postgres
