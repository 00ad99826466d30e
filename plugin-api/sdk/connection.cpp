// Outgoing connections of the SDK's host: std::function on this side, function pointers on the
// other.
#include "pending.hpp"

namespace openclaw::sdk {

oc_op Host::connect(const ConnectRequest& request, ConnectionHandler handler) {
  if (connection_ == nullptr) return 0;
  const auto headers = borrow(request.headers);
  oc_connect_request r{};
  r.size = sizeof r;
  r.url = str(request.url);
  r.headers = headers.data();
  r.n_headers = headers.size();
  r.connect_ms = request.connect_ms;
  r.idle_ms = request.idle_ms;
  r.max_message = request.max_message;

  auto pending = std::make_unique<Pending>();
  pending->connection = std::move(handler);
  oc_connection_callbacks callbacks{};
  callbacks.size = sizeof callbacks;
  callbacks.open = [](oc_inst*, void* user, oc_op) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      if (p->connection.open) p->connection.open();
    } catch (...) {
      p->host->caught("connection.open");
    }
  };
  callbacks.data = [](oc_inst*, void* user, oc_op, oc_str payload, std::uint32_t binary) noexcept {
    auto* p = static_cast<Pending*>(user);
    try {
      if (p->connection.data) p->connection.data(view(payload), binary != 0);
    } catch (...) {
      p->host->caught("connection.data");
    }
  };
  callbacks.done = [](oc_inst*, void* user, oc_op, const oc_error* error, oc_str json,
                      oc_buf body) noexcept {
    auto* p = static_cast<Pending*>(user);
    Host* host = p->host;
    try {
      take(body);
      const auto done = std::move(p->connection.done);
      host->drop(p);
      if (done) done(Failure::from(error), view(json));
    } catch (...) {
      host->caught("connection.done");
    }
  };
  Pending* kept = keep(std::move(pending));
  return track(kept, connection_->connect(host_, &r, &callbacks, kept));
}

oc_status Host::connection_send(oc_op connection, std::string_view payload, std::uint32_t flags) {
  return connection_ == nullptr ? OC_E_NOSYS
                                : connection_->send(host_, connection, str(payload), flags);
}

void Host::connection_close(oc_op connection, std::uint32_t code, std::string_view reason) {
  if (connection_ != nullptr) connection_->close(host_, connection, code, str(reason));
}

void Host::connection_pause(oc_op connection, bool paused) {
  if (connection_ != nullptr) connection_->pause(host_, connection, paused ? 1 : 0);
}

}  // namespace openclaw::sdk
