// A chat completion that a provider answers itself: no session, nothing stored.
#pragma once

#include <string>

#include "core/api/chat_request.hpp"
#include "core/api/gateway.hpp"
#include "core/http/message.hpp"

namespace openclaw::api {

/// On the connection's loop, where `provider` lives too. What the provider says in OpenAI's form is
/// passed through byte for byte. A client that goes away cancels the call.
void answer_directly(http::ResponderPtr responder, const ChatEnvelope& envelope,
                     const std::string& model, pipeline::ProviderPort& provider, Gateway& gateway);

}  // namespace openclaw::api
