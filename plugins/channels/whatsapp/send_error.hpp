// What a failed send means: for the message, for its chat, its number and the whole channel.
#pragma once

#include <cstdint>
#include <string>

#include "answer.hpp"

namespace openclaw::whatsapp {

/// Whom a limit holds up.
enum class Scope : std::uint8_t { message, chat, number, everything };

struct SendError {
  sdk::Failure failure;          ///< for the host
  Scope scope = Scope::message;  ///< who waits for failure.retry_after_ms
  bool token_refused = false;    ///< the channel has failed
  bool needs_operator = false;   ///< failure.message says what to do; other numbers may work
};

/// A 5xx may come after the message went out, so it is never resent unseen.
SendError read_send_error(const ApiError& error, const std::string& key_prefix);

/// Meta cannot get what a message was to show, or cannot show it; a text may still go.
bool media_refused(const ApiError& error);

/// What to do about a code that came later, with a `failed` status; empty: nothing is known.
std::string remedy_of(std::int64_t code);

}  // namespace openclaw::whatsapp
