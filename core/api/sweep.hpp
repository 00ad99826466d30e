// Automatic cleanup over HTTP: what would go, and going at once; for `openclaw storage sweep`.
#pragma once

#include <functional>

#include "core/http/routes.hpp"
#include "core/retention/forecast.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::api {

struct SweepSource {
  runtime::Loop& loop;  ///< the pipeline's
  pipeline::StorePort& store;
  bool enabled = false;  ///< storage.retention.enabled
  retention::Limits limits;
  std::function<bool()> look_now;  ///< on the loop: false when a look is under way; null when off
};

/// GET /api/storage/sweep: what would go. POST: it goes now. Both need the API key. `source`
/// outlives the routes.
void add_sweep_routes(http::Routes& routes, const SweepSource& source);

}  // namespace openclaw::api
