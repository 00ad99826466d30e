// GET /v1/models: the agents and the configured models, under the names chat completions take.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"

namespace openclaw::api {

void add_models_routes(http::Routes& routes, Gateway& gateway);

}  // namespace openclaw::api
