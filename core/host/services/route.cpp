// "oc.route/1": HTTP requests and WebSockets that reach a channel through the gateway's own port.
#include "openclaw/host/route.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using runtime::Millis;
using sdk::copy;
using sdk::str;
using sdk::view;

/// One open WebSocket as the instance's loop and the connection's loop share it.
struct Instance::Socket {
  std::unique_ptr<http::WebSocket> socket;
};

namespace {

/// A request's fields, owned: they cross from the connection's loop to the instance's.
struct OwnedRequest {
  std::string method, path, query, body, client_ip;
  http::Headers headers;

  OwnedRequest(const http::Request& r, bool with_body)
      : method(r.method()),
        path(r.path()),
        query(r.query()),
        body(with_body ? r.body() : std::string_view{}),
        client_ip(r.client_ip()),
        headers(r.headers()) {}

  template <class Fn>
  void borrow(Fn fn) const {
    std::vector<oc_kv> kv;
    kv.reserve(headers.size());
    for (const auto& [key, value] : headers) kv.push_back({str(key), str(value)});
    const oc_route_request r = {sizeof r,  0,         str(method), str(path),     str(query),
                                kv.data(), kv.size(), str(body),   str(client_ip)};
    fn(&r);
  }
};

using RequestSlot = void (*)(oc_inst*, void*, oc_op, const oc_route_request*) noexcept;

void hand_over(Instance& self, RequestSlot slot, void* user, http::ResponderPtr responder) {
  const OwnedRequest request(responder->request(), true);
  Instance::Reply waiting{std::move(responder), {}};
  const oc_op op = self.replies().open(std::move(waiting));
  if (op == 0) {  // not taken: it is still ours to answer
    http::respond_error(*waiting.responder, 503, "unavailable",
                        "too many requests wait for this channel", {{"Retry-After", "1"}});
    return;
  }
  const Millis deadline = self.deadlines().reply;
  self.replies().find(op)->deadline = self.loop().after(deadline, [handle = self.handle(), op] {
    if (*handle == nullptr) return;
    auto late = (*handle)->replies().close(op);
    if (!late) return;
    (*handle)->log(
        log::Level::warn, "plugin.no_reply",
        {{"hint", "an HTTP request was not answered in time; report this to its author"}});
    http::respond_error(*late->responder, 504, "timeout", "the channel did not answer in time");
  });
  self.enter("route", [&](oc_inst* inst) {
    request.borrow([&](const oc_route_request* r) { slot(inst, user, op, r); });
  });
}

oc_status add(oc_host* host, oc_str method, oc_str path, RequestSlot slot, void* user) noexcept {
  Instance& self = Instance::of(host);
  const auto auth = self.route_auth(view(path));
  if (!auth || slot == nullptr) {
    self.log(log::Level::error, "plugin.route_refused",
             {{"path", view(path)}, {"hint", "the manifest's routes do not name it"}});
    return OC_E_AUTH;
  }
  self.environment().routes.add(
      copy(method), copy(path), *auth,
      *auth == http::Auth::handler ? http::OriginCheck::never : http::OriginCheck::mutations,
      [handle = self.handle(), &loop = self.loop(), slot, user](http::ResponderPtr responder) {
        loop.post([handle, slot, user, r = std::move(responder)]() mutable {
          if (*handle == nullptr || !(*handle)->alive()) {
            http::respond_error(*r, 503, "unavailable", "this channel is not running");
            return;
          }
          hand_over(**handle, slot, user, std::move(r));
        });
      });
  self.remember_route(copy(method), copy(path));
  return OC_OK;
}

oc_status reply(oc_host* host, oc_op op, std::uint32_t status, const oc_kv* kv, std::uint64_t n,
                oc_buf body) noexcept {
  Instance& self = Instance::of(host);
  std::string bytes = sdk::take(body);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  auto open = self.replies().close(op);
  if (!open) return OC_E_NOTFOUND;
  self.loop().cancel(open->deadline);
  http::Headers headers;
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto key = view(kv[i].key);
    const auto value = view(kv[i].value);
    if (key.find_first_of("\r\n: ") != std::string_view::npos ||
        value.find_first_of("\r\n") != std::string_view::npos) {
      continue;  // never let a plugin split the response
    }
    headers.emplace_back(key, value);
  }
  if (status < 200 || status > 599) status = 500;
  open->responder->respond(status, std::move(headers), std::move(bytes));
  return OC_OK;
}

/// The connection's side: forwards what happens to the instance's loop, in order.
class SocketEvents final : public http::WebSocketEvents {
 public:
  SocketEvents(std::shared_ptr<Instance*> handle, runtime::Loop& loop, oc_ws_events events,
               void* user, std::shared_ptr<oc_op> op)
      : handle_(std::move(handle)), loop_(loop), events_(events), user_(user), op_(std::move(op)) {}

  void message(std::string_view payload, bool binary, http::InFlightPtr in_flight) override {
    loop_.post([handle = handle_, e = events_, user = user_, op = op_, p = std::string(payload),
                binary, in_flight = std::move(in_flight)] {
      if (*handle == nullptr || *op == 0 || (*handle)->sockets().find(*op) == nullptr) return;
      (*handle)->enter("ws.message",
                       [&](oc_inst* inst) { e.message(inst, user, *op, str(p), binary ? 1 : 0); });
    });
  }

  void closed(std::uint16_t code) override {
    loop_.post([handle = handle_, e = events_, user = user_, op = op_, code] {
      if (*handle == nullptr || *op == 0 || !(*handle)->sockets().close(*op)) return;
      (*handle)->enter("ws.closed", [&](oc_inst* inst) { e.closed(inst, user, *op, code); });
    });
  }

 private:
  std::shared_ptr<Instance*> handle_;  ///< shared with every callback that may outlive the instance
  runtime::Loop& loop_;
  oc_ws_events events_;
  void* user_;
  std::shared_ptr<oc_op> op_;  ///< shared: set on the instance's loop once the socket has its id
};

oc_status add_ws(oc_host* host, oc_str path, const oc_str* origins, std::uint64_t n,
                 const oc_ws_events* events, void* user) noexcept {
  Instance& self = Instance::of(host);
  const auto auth = self.route_auth(view(path));
  if (!OC_HAS(events, oc_ws_events, closed) || events->open == nullptr ||
      events->message == nullptr) {
    services::malformed(self, "oc_ws_events");
    return OC_E_INVAL;
  }
  if (!auth) {
    self.log(log::Level::error, "plugin.route_refused",
             {{"path", view(path)}, {"hint", "the manifest's routes do not name it"}});
    return OC_E_AUTH;
  }
  std::vector<std::string> allowed;
  for (std::uint64_t i = 0; i < n; ++i) allowed.push_back(copy(origins[i]));
  self.environment().routes.add_websocket(
      copy(path), *auth, std::move(allowed),
      [handle = self.handle(), &loop = self.loop(), e = *events, user](
          const http::Request& request,
          std::unique_ptr<http::WebSocket> socket) -> std::unique_ptr<http::WebSocketEvents> {
        auto op = std::make_shared<oc_op>(0);
        auto shared = std::make_shared<Instance::Socket>();
        shared->socket = std::move(socket);
        auto owned = std::make_shared<OwnedRequest>(request, false);
        loop.post([handle, e, user, op, shared, owned] {
          if (*handle == nullptr || !(*handle)->alive()) return;
          Instance& instance = **handle;
          *op = instance.sockets().open(std::shared_ptr<Instance::Socket>(shared));
          if (*op == 0) return;
          instance.enter("ws.open", [&](oc_inst* inst) {
            owned->borrow([&](const oc_route_request* r) { e.open(inst, user, *op, r); });
          });
        });
        return std::make_unique<SocketEvents>(handle, loop, e, user, op);
      });
  self.remember_route("", copy(path));
  return OC_OK;
}

oc_status ws_send(oc_host* host, oc_op ws, oc_str payload, std::uint32_t binary) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  auto* open = self.sockets().find(ws);
  if (open == nullptr) return OC_E_NOTFOUND;
  return (*open)->socket->send(copy(payload), binary != 0) ? OC_OK : OC_E_NOTFOUND;
}

oc_status ws_close(oc_host* host, oc_op ws, std::uint32_t code, oc_str reason) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  auto* open = self.sockets().find(ws);
  if (open == nullptr) return OC_E_NOTFOUND;
  (*open)->socket->close(static_cast<std::uint16_t>(code), view(reason));
  return OC_OK;
}

}  // namespace

const void* services::route() {
  static const oc_route table = {sizeof(oc_route), 0, &add, &reply, &add_ws, &ws_send, &ws_close};
  return &table;
}

}  // namespace openclaw::host
