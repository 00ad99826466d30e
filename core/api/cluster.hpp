// GET /api/cluster: the gateways that share the store; for `openclaw cluster status`.
#pragma once

#include "core/api/gateway.hpp"
#include "core/http/routes.hpp"
#include "core/pipeline/ports.hpp"

namespace openclaw::api {

/// `shared` is null when the store is this gateway's alone.
void add_cluster_routes(http::Routes& routes, Gateway& gateway, pipeline::SharedStorePort* shared);

/// {"instance": "a" or null, "members": [...]}, see docs/api.md.
std::string cluster_json(const std::string* instance, const std::vector<pipeline::Member>& members);

}  // namespace openclaw::api
