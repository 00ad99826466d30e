// A chat completion that is a turn in one of the gateway's sessions.
#pragma once

#include <string>

#include "core/api/chat_request.hpp"
#include "core/api/gateway.hpp"
#include "core/http/message.hpp"

namespace openclaw::api {

/// `session` empty: a conversation of its own, made of the client's messages. A client that goes
/// away does not end the turn: what was accepted is answered, and stands in the session.
void answer_with_agent(http::ResponderPtr responder, ChatRequest request, const std::string& agent,
                       std::string session, Gateway& gateway);

}  // namespace openclaw::api
