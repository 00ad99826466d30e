// "oc.connection/1": the plugin's outgoing WebSockets and byte streams.
#include "openclaw/host/connection.h"

#include <nlohmann/json.hpp>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

using http::egress::Closing;
using http::egress::Connection;
using runtime::Millis;
using sdk::copy;
using sdk::str;
using sdk::view;

constexpr std::size_t kMaxConnections = 256;  // of one instance
constexpr std::uint32_t kSendFlags = OC_SEND_BINARY | OC_SEND_SECRETS;
constexpr std::size_t kMaxReason = 123;  // RFC 6455, 5.5: a control frame holds 125 bytes

Result<http::egress::ConnectRequest> build(const Instance& self, const oc_connect_request& r,
                                           std::string& host) {
  http::egress::ConnectRequest out;
  if (r.flags != 0) {
    return Error{Errc::invalid, "the plugin asks for what this gateway does not know (flags)"};
  }
  out.url = copy(r.url);
  host = host_of(out.url);
  if (Secrets::mentions(out.url)) {
    auto filled = self.secrets().fill(out.url, host);
    if (filled.has_error()) return filled.error();
    if (host_of(*filled) != host) {
      return Error{Errc::invalid, "a secret in the URL changes its host"};
    }
    out.url = std::move(*filled);
  }
  for (std::uint64_t i = 0; i < r.n_headers; ++i) {
    auto value = self.secrets().fill(view(r.headers[i].value), host);
    if (value.has_error()) return value.error();
    const auto key = view(r.headers[i].key);
    if (key.empty() || value->find_first_of("\r\n") != std::string::npos ||
        key.find_first_of("\r\n: ") != std::string_view::npos) {
      return Error{Errc::invalid, "a header of the connection is empty or holds a line break"};
    }
    out.headers.emplace_back(key, std::move(*value));
  }
  if (r.connect_ms != 0) out.connect = Millis(r.connect_ms);
  out.idle = Millis(r.idle_ms);
  if (r.max_message != 0) out.max_message = r.max_message;
  return out;
}

/// The callbacks look the request up each time: the plugin may have cancelled it meanwhile.
http::egress::ConnectionCallbacks callbacks_for(Instance& self, oc_op op) {
  http::egress::ConnectionCallbacks out;
  out.open = [handle = self.handle(), op] {
    if (*handle == nullptr) return;
    const Instance::Request* request = (*handle)->requests().find(op);
    if (request == nullptr) return;
    request->link->stood = true;
    const auto open = request->link->callbacks.open;
    void* const user = request->user;
    (*handle)->enter("connection.open", [&](oc_inst* inst) { open(inst, user, op); });
  };
  out.data = [handle = self.handle(), op](std::string_view payload, bool binary) {
    if (*handle == nullptr) return;
    const Instance::Request* request = (*handle)->requests().find(op);
    if (request == nullptr) return;
    const auto data = request->link->callbacks.data;
    void* const user = request->user;
    (*handle)->enter("connection.data",
                     [&](oc_inst* inst) { data(inst, user, op, str(payload), binary ? 1 : 0); });
  };
  out.done = [handle = self.handle(), op](Result<Closing> closing) {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    const Instance::Request* request = instance.requests().find(op);
    if (request == nullptr) return;
    if (closing.has_error()) {
      Error error = closing.error();
      error.message = instance.secrets().redact(error.message);
      const std::uint32_t flags = request->link->stood ? OC_EF_MAYBE_DONE : OC_EF_NOT_DONE;
      const bool again = error.code != Errc::invalid;
      instance.answer(op, CallError{std::move(error), flags | (again ? OC_EF_RETRY : 0)}, {}, {});
      return;
    }
    const nlohmann::json json = {{"code", closing->code}, {"reason", closing->reason}};
    instance.answer(op, std::nullopt,
                    json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), {});
  };
  return out;
}

oc_op connect(oc_host* host, const oc_connect_request* r, const oc_connection_callbacks* cb,
              void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return 0;
  if (!OC_COVERS(r, oc_connect_request, max_message)) {
    services::malformed(self, "oc_connect_request");
    return 0;
  }
  if (!OC_HAS(cb, oc_connection_callbacks, done) || cb->open == nullptr || cb->data == nullptr) {
    services::malformed(self, "oc_connection_callbacks");
    return 0;
  }
  std::size_t others = 0;
  for (const oc_op id : self.requests().ids()) {
    if (self.requests().find(id)->link != nullptr) ++others;
  }
  if (others >= kMaxConnections) return 0;
  Instance::Request request;
  request.done = cb->done;
  request.user = user;
  request.link = std::make_unique<Instance::Link>();
  request.link->callbacks = *cb;
  const oc_op op = self.requests().open(std::move(request));
  if (op == 0) return 0;
  Instance::Link& link = *self.requests().find(op)->link;
  auto built = build(self, *r, link.host);
  if (built.has_error()) {
    self.loop().post([handle = self.handle(), op, error = built.error()] {
      if (*handle != nullptr) (*handle)->answer(op, CallError{error, OC_EF_NOT_DONE}, {}, {});
    });
    return op;
  }
  link.connection = self.egress().connector().connect(std::move(*built), callbacks_for(self, op));
  return op;
}

const Instance::Link* link_of(Instance& self, oc_op op) {
  const Instance::Request* request = self.requests().find(op);
  if (request == nullptr || !request->link || !request->link->connection) return nullptr;
  return request->link.get();
}

oc_status send(oc_host* host, oc_op op, oc_str payload, std::uint32_t flags) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || (flags & ~kSendFlags) != 0) return OC_E_INVAL;
  const Instance::Link* link = link_of(self, op);
  if (link == nullptr) return OC_E_NOTFOUND;
  std::string text = copy(payload);
  if ((flags & OC_SEND_SECRETS) != 0) {
    auto filled = self.secrets().fill(text, link->host);
    if (filled.has_error()) return to_status(filled.error().code);
    text = std::move(*filled);
  }
  switch (link->connection->send(std::move(text), (flags & OC_SEND_BINARY) != 0)) {
    case Connection::Sent::queued:
      return OC_OK;
    case Connection::Sent::full:
      return OC_E_AGAIN;
    case Connection::Sent::not_open:
      break;
  }
  return OC_E_NOTFOUND;
}

oc_status close(oc_host* host, oc_op op, std::uint32_t code, oc_str reason) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  const Instance::Link* link = link_of(self, op);
  if (link == nullptr) return OC_E_NOTFOUND;
  link->connection->close(static_cast<std::uint16_t>(code), view(reason).substr(0, kMaxReason));
  return OC_OK;
}

oc_status pause(oc_host* host, oc_op op, std::uint32_t paused) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  const Instance::Link* link = link_of(self, op);
  if (link == nullptr) return OC_E_NOTFOUND;
  link->connection->pause(paused != 0);
  return OC_OK;
}

}  // namespace

const void* services::connection() {
  static const oc_connection table = {sizeof(oc_connection), 0, &connect, &send, &close, &pause};
  return &table;
}

}  // namespace openclaw::host
