// "oc.route/1": HTTP requests and WebSockets that reach a channel through the gateway's own port.
#include "openclaw/host/route.h"

#include "core/host/handover.hpp"
#include "core/host/instance.hpp"
#include "core/host/services/route_far.hpp"
#include "core/host/services/route_websocket.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using sdk::copy;
using sdk::view;

namespace {

using RequestSlot = void (*)(oc_inst*, void*, oc_op, const oc_route_request*) noexcept;

void hand_over(Instance& self, RequestSlot slot, void* user,
               const std::shared_ptr<Handover>& handover) {
  const auto request = handover->take();
  if (!request) return;  // the client has gone, or was told that it took too long
  const oc_op op = self.replies().open(std::shared_ptr<Handover>(handover));
  if (op == 0) {
    handover->refuse(503, "unavailable", "too many requests wait for this channel",
                     {{"Retry-After", "1"}});
    return;
  }
  handover->op = op;
  self.enter("route", [&](oc_inst* inst) {
    services::lend(*request, [&](const oc_route_request* r) { slot(inst, user, op, r); });
  });
}

/// The answer was not made in time, and the client knows.
void forget(Instance& self, const Handover& handover) {
  if (!self.replies().close(handover.op)) return;
  self.log(log::Level::warn, "plugin.no_reply",
           {{"hint", "an HTTP request was not answered in time; report this to its author"}});
}

/// The connection's side of a route.
class Route {
 public:
  Route(Instance& self, RequestSlot slot, void* user)
      : far_(self), deadline_(self.deadlines().reply), slot_(slot), user_(user) {}

  void operator()(http::ResponderPtr responder) const {
    OwnedRequest request(responder->request());
    const auto body = responder->request().body();
    auto share = far_.inflow->request(request.weight() + body.size());
    if (!share) {
      http::respond_error(*responder, 503, "unavailable", services::refusal(*far_.inflow),
                          {{"Retry-After", "1"}});
      return;
    }
    request.body = body;
    const auto handover =
        std::make_shared<Handover>(std::move(request), std::move(responder), std::move(*share));
    handover->watch(deadline_, [handle = far_.handle, &loop = far_.loop,
                                weak = std::weak_ptr<Handover>(handover)] {
      loop.post([handle, weak] {
        const auto late = weak.lock();
        if (late != nullptr && *handle != nullptr) forget(**handle, *late);
      });
    });
    far_.loop.post([handle = far_.handle, handover, slot = slot_, user = user_] {
      if (*handle == nullptr || !(*handle)->alive()) {
        handover->refuse(503, "unavailable", "this channel is not running");
      } else {
        hand_over(**handle, slot, user, handover);
      }
    });
  }

 private:
  services::FarInstance far_;
  runtime::Millis deadline_;
  RequestSlot slot_;
  void* user_;
};

oc_status add(oc_host* host, oc_str method, oc_str path, RequestSlot slot, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  const auto auth = self.route_auth(view(path));
  if (!auth || slot == nullptr) {
    self.log(log::Level::error, "plugin.route_refused",
             {{"path", view(path)}, {"hint", "the manifest's routes do not name it"}});
    return OC_E_AUTH;
  }
  self.environment().routes.add(
      copy(method), copy(path), *auth,
      *auth == http::Auth::handler ? http::OriginCheck::never : http::OriginCheck::mutations,
      Route(self, slot, user));
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
  (*open)->answer(status, std::move(headers), std::move(bytes));
  return OC_OK;
}

}  // namespace

const void* services::route() {
  static const oc_route table = {
      sizeof(oc_route),   0, &add, &reply, &services::add_ws, &services::ws_send,
      &services::ws_close};
  return &table;
}

}  // namespace openclaw::host
