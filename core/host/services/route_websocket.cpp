// The WebSocket half of "oc.route/1".
#include "core/host/services/route_websocket.hpp"

#include "core/host/services/route_far.hpp"
#include "core/host/services/services.hpp"

namespace openclaw::host {

using sdk::copy;
using sdk::str;
using sdk::view;

/// One open WebSocket as the instance's loop and the connection's loop share it.
struct Instance::Socket {
  std::unique_ptr<http::WebSocket> socket;
};

namespace services {
namespace {

constexpr std::uint16_t kTryAgainLater = 1013;
constexpr std::size_t kMessageCost = 256;  // what a message takes beside its payload

/// The connection's side: forwards what happens to the instance's loop, in order.
class SocketEvents final : public http::WebSocketEvents {
 public:
  SocketEvents(FarInstance far, oc_ws_events events, void* user)
      : far_(std::move(far)), events_(events), user_(user) {}

  void open(const http::Request& request, std::unique_ptr<http::WebSocket> socket) {
    OwnedRequest owned(request);
    auto share = far_.inflow->request(owned.weight());
    if (!share) {
      refused_ = true;
      socket->close(kTryAgainLater, refusal(*far_.inflow));
      return;
    }
    auto shared = std::make_shared<Instance::Socket>();
    shared->socket = std::move(socket);
    socket_ = shared;
    far_.loop.post([handle = far_.handle, e = events_, user = user_, op = op_, shared,
                    owned = std::move(owned), share = std::move(*share)] {
      if (*handle == nullptr || !(*handle)->alive()) return;
      Instance& instance = **handle;
      *op = instance.sockets().open(std::shared_ptr<Instance::Socket>(shared));
      if (*op == 0) {
        shared->socket->close(kTryAgainLater, "too many WebSockets are open");
        return;
      }
      instance.enter("ws.open", [&](oc_inst* inst) {
        lend(owned, [&](const oc_route_request* r) { e.open(inst, user, *op, r); });
      });
    });
  }

  void message(std::string_view payload, bool binary, http::InFlightPtr in_flight) override {
    if (refused_) return;
    auto share = far_.inflow->message(payload.size() + kMessageCost);
    if (!share) {
      refused_ = true;
      if (const auto open = socket_.lock()) {
        open->socket->close(kTryAgainLater, refusal(*far_.inflow));
      }
      return;
    }
    far_.loop.post([handle = far_.handle, e = events_, user = user_, op = op_,
                    p = std::string(payload), binary, share = std::move(*share),
                    in_flight = std::move(in_flight)] {
      if (*handle == nullptr || *op == 0 || (*handle)->sockets().find(*op) == nullptr) return;
      (*handle)->enter("ws.message",
                       [&](oc_inst* inst) { e.message(inst, user, *op, str(p), binary ? 1 : 0); });
    });
  }

  void closed(std::uint16_t code) override {
    far_.loop.post([handle = far_.handle, e = events_, user = user_, op = op_, code] {
      if (*handle == nullptr || *op == 0 || !(*handle)->sockets().close(*op)) return;
      (*handle)->enter("ws.closed", [&](oc_inst* inst) { e.closed(inst, user, *op, code); });
    });
  }

 private:
  FarInstance far_;
  oc_ws_events events_;
  void* user_;
  /// Shared: set on the instance's loop once the socket has its id.
  std::shared_ptr<oc_op> op_ = std::make_shared<oc_op>(0);
  std::weak_ptr<Instance::Socket> socket_;  ///< weak: the instance closes it by letting go
  bool refused_ = false;
};

}  // namespace

oc_status add_ws(oc_host* host, oc_str path, const oc_str* origins, std::uint64_t n,
                 const oc_ws_events* events, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  const auto auth = self.route_auth(view(path));
  if (!OC_HAS(events, oc_ws_events, closed) || events->open == nullptr ||
      events->message == nullptr) {
    malformed(self, "oc_ws_events");
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
      [far = FarInstance(self), e = *events, user](
          const http::Request& request,
          std::unique_ptr<http::WebSocket> socket) -> std::unique_ptr<http::WebSocketEvents> {
        auto forwards = std::make_unique<SocketEvents>(far, e, user);
        forwards->open(request, std::move(socket));
        return forwards;
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

}  // namespace services
}  // namespace openclaw::host
