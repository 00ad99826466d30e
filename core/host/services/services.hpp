// The host's side of the ABI: the core table and every service by its id.
#pragma once

#include <string_view>

#include "openclaw/host/core.h"

namespace openclaw::host {

/// The same table for every instance and for the life of the process.
const oc_host_api& host_api();

class Instance;

namespace services {
/// Says in the log that a plugin handed in a struct which cannot be used.
void malformed(Instance& self, std::string_view what);

// One file a service; each table lives for the life of the process.
const void* cluster();
const void* connection();
const void* http();
const void* inbound();
const void* log();
const void* markup();
const void* metrics();
const void* route();
const void* secret();
const void* state();
const void* status();
const void* stream();
const void* timer();
}  // namespace services

}  // namespace openclaw::host
