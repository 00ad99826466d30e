// One callback that waits for the host, as the parts of Host share it.
#pragma once

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

struct Host::Pending {
  Host* host = nullptr;
  std::list<std::unique_ptr<Pending>>::iterator self;
  Done done;
  HttpHandler http;
  ConnectionHandler connection;
  std::uint32_t http_status = 0;
  std::function<void()> fn;
  std::function<void(oc_op, const RouteRequest&)> route;
  WebSocketHandler ws;
  std::function<void(bool)> lease_changed;
  std::function<void(std::string_view, std::string_view)> told;

  static std::unique_ptr<Pending> of(Done done) {
    auto pending = std::make_unique<Pending>();
    pending->done = std::move(done);
    return pending;
  }
};

inline std::vector<oc_kv> borrow(const Headers& headers) {
  std::vector<oc_kv> out;
  out.reserve(headers.size());
  for (const auto& [key, value] : headers) out.push_back({str(key), str(value)});
  return out;
}

}  // namespace openclaw::sdk
