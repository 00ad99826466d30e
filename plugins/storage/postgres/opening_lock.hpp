// The lock under which a schema is made, brought up to date and taken.
#pragma once

#include <functional>

#include "link.hpp"
#include "settings.hpp"
#include "store_lease.hpp"

namespace openclaw::postgres {

/// Takes it for the transaction under way: a row of the schema, which nobody else may lock; while
/// there is no schema, an advisory lock. Throws PgError, with kLockIsHeld while another has it.
void lock_opening(Link& link, const Settings& settings, bool schema_exists, TimePoint deadline);

constexpr const char* kLockIsHeld = "55P03";  // lock_not_available

/// What `attempt` answers, which is repeated while another has the lock. Throws StoreError
/// (OC_E_AGAIN) that names that one when it takes too long.
Claim under_opening_lock(Link& link, const Settings& settings, TimePoint deadline,
                         const std::function<Claim()>& attempt);

}  // namespace openclaw::postgres
