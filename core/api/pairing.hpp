// The operator's view of pairing: who waits, who is approved; for `openclaw pairing`.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"

namespace openclaw::api {

/// GET /api/pairing, POST /api/pairing/approve {"channel","code"}, POST /api/pairing/revoke
/// {"channel","peer"}; all of them need the API key.
void add_pairing_routes(http::Routes& routes, Gateway& gateway);

}  // namespace openclaw::api
