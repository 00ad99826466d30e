// Lets a gateway into a store that several share.
#pragma once

#include "store_lease.hpp"

namespace openclaw::redis {

struct Joining {
  std::string instance, info_json;
  std::uint32_t lease_ms = 0;
};

/// Joins, and makes the store when there is none. What one gateway left is first given to nobody,
/// in short steps, while the store is held. Throws RedisError, and StoreError: OC_E_AGAIN while a
/// living gateway has that name, or one has the whole store.
Taken join_store(Link& link, const Settings& settings, const Joining& who, TimePoint deadline);

}  // namespace openclaw::redis
