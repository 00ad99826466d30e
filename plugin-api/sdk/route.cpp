// Routes and incoming WebSockets of the SDK's host: std::function on this side, function pointers
// on the other.
#include <strings.h>

#include "pending.hpp"

namespace openclaw::sdk {

namespace {

RouteRequest to_request(const oc_route_request* r) {
  return {view(r->method),    view(r->path), view(r->query), view(r->body),
          view(r->client_ip), r->headers,    r->n_headers};
}

}  // namespace

std::string_view RouteRequest::header(std::string_view name) const {
  for (std::uint64_t i = 0; i < n_headers; ++i) {
    const auto key = view(headers[i].key);
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return view(headers[i].value);
    }
  }
  return {};
}

oc_status Host::route(std::string_view method, std::string_view path,
                      std::function<void(oc_op, const RouteRequest&)> handler) {
  if (route_ == nullptr) return OC_E_NOSYS;
  auto pending = std::make_unique<Pending>();
  pending->route = std::move(handler);
  Pending* kept = keep(std::move(pending));
  const oc_status status = route_->add(
      host_, str(method), str(path),
      [](oc_inst*, void* user, oc_op op, const oc_route_request* r) noexcept {
        auto* p = static_cast<Pending*>(user);
        try {
          p->route(op, to_request(r));
        } catch (...) {
          p->host->caught("route");
        }
      },
      kept);
  if (status != OC_OK) drop(kept);
  return status;
}

void Host::reply(oc_op op, std::uint32_t status, const Headers& headers, std::string body) {
  const auto kv = borrow(headers);
  if (route_ != nullptr)
    route_->reply(host_, op, status, kv.data(), kv.size(), buf(std::move(body)));
}

oc_status Host::websocket(std::string_view path, const std::vector<std::string>& origins,
                          WebSocketHandler handler) {
  if (route_ == nullptr) return OC_E_NOSYS;
  std::vector<oc_str> borrowed;
  for (const auto& o : origins) borrowed.push_back(str(o));
  auto pending = std::make_unique<Pending>();
  pending->ws = std::move(handler);
  Pending* kept = keep(std::move(pending));
  oc_ws_events events{};
  events.size = sizeof events;
  events.open = [](oc_inst*, void* user, oc_op ws, const oc_route_request* r) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      if (p->ws.open) p->ws.open(ws, to_request(r));
    } catch (...) {
      p->host->caught("ws.open");
    }
  };
  events.message = [](oc_inst*, void* user, oc_op ws, oc_str payload,
                      std::uint32_t binary) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      if (p->ws.message) p->ws.message(ws, view(payload), binary != 0);
    } catch (...) {
      p->host->caught("ws.message");
    }
  };
  events.closed = [](oc_inst*, void* user, oc_op ws, std::uint32_t code) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      if (p->ws.closed) p->ws.closed(ws, code);
    } catch (...) {
      p->host->caught("ws.closed");
    }
  };
  const oc_status status =
      route_->add_ws(host_, str(path), borrowed.data(), borrowed.size(), &events, kept);
  if (status != OC_OK) drop(kept);
  return status;
}

oc_status Host::ws_send(oc_op ws, std::string_view payload, bool binary) {
  return route_ == nullptr ? OC_E_NOSYS : route_->ws_send(host_, ws, str(payload), binary ? 1 : 0);
}

void Host::ws_close(oc_op ws, std::uint32_t code, std::string_view reason) {
  if (route_ != nullptr) route_->ws_close(host_, ws, code, str(reason));
}

}  // namespace openclaw::sdk
