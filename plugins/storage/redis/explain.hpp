// Errors of the server and of the network, in sentences that name the remedy.
#pragma once

#include "error.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::redis {

/// `doing`: "write to", "read from", or "open", of which the gateway or command ends. The status is
/// never OC_E_UNKNOWN: whether an outcome is open is for the caller to say.
sdk::StoreError explain(const RedisError& error, const std::string& doing);

/// Whether the command, as a script that looks before it writes, has surely changed nothing. False
/// for errors that nobody knows: they may be the middle of a script.
bool surely_not_done(const RedisError& error);

/// Whether the server may soon say something else to the same command, by itself.
bool passes_by(const RedisError& error);

/// Whether another server may have become the one to ask: connecting anew may find it.
bool has_moved(const RedisError& error);

}  // namespace openclaw::redis
