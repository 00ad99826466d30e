// The lists of checks, one a subject.
#pragma once

#include <vector>

#include "openclaw/testing/storage_contract.hpp"

namespace openclaw::testing {

using StorageCheck = void (*)(StoreUnderTest&);
struct NamedCheck {
  const char* claim;
  StorageCheck check;
};
using Checks = std::vector<NamedCheck>;

Checks inbox_checks();
Checks turn_checks();
Checks outbox_checks();
Checks resolve_checks();
Checks transcript_checks();
Checks kv_checks();
Checks batch_checks();
Checks sweep_checks();
Checks trim_checks();
Checks dump_checks();
Checks concurrency_checks();
Checks version_checks();

// Of members.
Checks member_checks();
Checks lane_checks();
Checks takeover_checks();
Checks between_members_checks();
Checks shared_version_checks();

}  // namespace openclaw::testing
