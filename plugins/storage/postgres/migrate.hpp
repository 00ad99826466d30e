// The schema's versions.
#pragma once

#include "link.hpp"
#include "settings.hpp"
#include "store_lease.hpp"

namespace openclaw::postgres {

constexpr std::int64_t kSchemaVersion = 3;

/// Brings the schema to kSchemaVersion, or makes it, in one transaction under a lock, so that of
/// several gateways one does it; none while a gateway lives on an older version, see claim().
/// Throws PgError, and StoreError for a newer one's schema.
Claim migrate(Link& link, const Settings& settings, const std::string& gone, TimePoint deadline);

/// Throws StoreError unless the schema is of kSchemaVersion.
void check_schema(Link& link, const Settings& settings, TimePoint deadline);

}  // namespace openclaw::postgres
