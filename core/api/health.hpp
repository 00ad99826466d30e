// GET /health, /health/detailed, /api/health, /livez and /readyz.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/host/instance.hpp"
#include "core/host/storage/held_counts.hpp"
#include "core/http/routes.hpp"
#include "core/pipeline/ledger.hpp"

namespace openclaw::api {

/// One configured channel or provider, as health shows it.
struct Part {
  std::string name;
  bool enabled = true;
  host::InstanceStatus status;
};

/// What the handlers ask of the gateway, from any thread.
struct HealthSource {
  std::function<std::vector<Part>()> channels;
  std::function<std::vector<Part>()> providers;
  std::function<pipeline::Ledger::Snapshot()> ledger;
  std::function<host::HeldCounts::Snapshot()> dead;
  std::function<std::string()> storage_error;  ///< empty = healthy
  std::function<bool()> draining;              ///< it was told to stop, and takes nothing new
  std::string storage_type;
  std::string instance;  ///< this gateway's name among several; empty = it is alone
  std::string version;
  runtime::TimePoint started;
};

/// Routes without a key, for the main port and for the metrics port. What they say is for everyone.
void add_health_routes(http::Routes& routes, const HealthSource& source);
/// /api/health: as /health/detailed, and what only the operator may know.
void add_operators_health_route(http::Routes& routes, const HealthSource& source);

}  // namespace openclaw::api
