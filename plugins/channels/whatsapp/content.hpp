// What a message says, whatever its type.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "incoming.hpp"

namespace openclaw::whatsapp {

/// Fills text and attachments from one element of messages[]. False: nothing in it for an agent (a
/// reaction, a system notice, what WhatsApp does not pass on).
bool fill_content(const nlohmann::json& message, Incoming& out);

}  // namespace openclaw::whatsapp
