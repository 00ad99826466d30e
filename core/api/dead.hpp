// Dead letters over HTTP: listed, tried again, dropped; for `openclaw dead`.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"

namespace openclaw::api {

/// GET /api/dead[?after=ID][&limit=N][&text=1], POST /api/dead/retry and /api/dead/drop
/// {"ids":["m12","r7"]}; all of them need the API key.
void add_dead_routes(http::Routes& routes, Gateway& gateway);

}  // namespace openclaw::api
