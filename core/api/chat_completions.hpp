// POST /v1/chat/completions, as OpenAI's clients know it.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"

namespace openclaw::api {

/// `model: openclaw/AGENT` is a turn in a session, `model: PROVIDER/MODEL` goes straight to that
/// provider. The gateway must outlive the routes.
///
/// The API key is the operator's: with x-openclaw-session-key its holder may read and continue any
/// session, also one that a person holds on a channel. The `user` field cannot: its sessions have a
/// prefix of their own, so an application may pass on what its users call themselves.
void add_chat_completions_route(http::Routes& routes, Gateway& gateway);

}  // namespace openclaw::api
