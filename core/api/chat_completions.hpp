// POST /v1/chat/completions, as OpenAI's clients know it.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"

namespace openclaw::api {

/// `model: openclaw/AGENT` is a turn in a session, `model: PROVIDER/MODEL` goes straight to that
/// provider. The gateway must outlive the routes.
void add_chat_completions_route(http::Routes& routes, Gateway& gateway);

}  // namespace openclaw::api
