// Names of hosts to addresses, within a deadline.
#pragma once

#include <netdb.h>

#include <memory>
#include <string>

#include "error.hpp"

namespace openclaw::redis {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// Throws RedisError (unreachable). A name server that is silent does not hold the caller up longer
/// than `deadline`: the question then ends on a thread of its own.
Addresses resolve(const std::string& host, const std::string& port, TimePoint deadline);

}  // namespace openclaw::redis
