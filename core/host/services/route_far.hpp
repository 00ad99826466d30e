// What a connection's loop knows of the instance that serves a route.
#pragma once

#include <memory>
#include <vector>

#include "core/host/handover.hpp"
#include "core/host/instance.hpp"
#include "openclaw/cpp/text.hpp"
#include "openclaw/host/route.h"

namespace openclaw::host::services {

struct FarInstance {
  explicit FarInstance(Instance& self)
      : handle(self.handle()), inflow(self.inflow()), loop(self.loop()) {}

  std::shared_ptr<Instance*> handle;  ///< shared with the instance; only read on its loop
  std::shared_ptr<Inflow> inflow;     ///< shared with the instance
  runtime::Loop& loop;
};

/// Why its inflow takes nothing more.
inline const char* refusal(const Inflow& inflow) {
  return inflow.is_shut() ? "this channel is not running"
                          : "too many requests wait for this channel";
}

/// Lends `request` to `fn` in the ABI's form.
template <class Fn>
void lend(const OwnedRequest& request, Fn fn) {
  std::vector<oc_kv> kv;
  kv.reserve(request.headers.size());
  for (const auto& [key, value] : request.headers) kv.push_back({sdk::str(key), sdk::str(value)});
  const oc_route_request r = {sizeof r,
                              0,
                              sdk::str(request.method),
                              sdk::str(request.path),
                              sdk::str(request.query),
                              kv.data(),
                              kv.size(),
                              sdk::str(request.body),
                              sdk::str(request.client_ip)};
  fn(&r);
}

}  // namespace openclaw::host::services
