// Outgoing connections of the fake host: what a plugin sends is written down, the test is the peer.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;

namespace {

Connection* find(std::deque<Connection>& connections, oc_op op) {
  for (auto& one : connections) {
    if (one.op == op) return &one;
  }
  return nullptr;
}

/// The closing code and reason as the ABI's json.
std::string closing_json(std::uint32_t code, std::string_view reason) {
  std::string json = "{\"code\":" + std::to_string(code) + ",\"reason\":\"";
  for (const char c : reason) {
    if (c == '"' || c == '\\') json += '\\';
    json += c;
  }
  return json + "\"}";
}

}  // namespace

oc_connection FakeHost::Services::make_connection() {
  const auto connect = [](oc_host* h, const oc_connect_request* r,
                          const oc_connection_callbacks* cb, void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    if (!OC_COVERS(r, oc_connect_request, max_message) ||
        !OC_HAS(cb, oc_connection_callbacks, done) || cb->open == nullptr || cb->data == nullptr) {
      return 0;
    }
    const oc_op op = f.expect(cb->done, user);
    f.pending_[op].connection = *cb;
    Connection made;
    made.op = op;
    made.url = copy(r->url);
    made.headers = copy_headers(r->headers, r->n_headers);
    made.connect_ms = r->connect_ms;
    made.idle_ms = r->idle_ms;
    made.max_message = r->max_message;
    f.connections.push_back(std::move(made));
    return op;
  };
  const auto send = [](oc_host* h, oc_op op, oc_str payload, uint32_t flags) noexcept -> oc_status {
    FakeHost& f = host(h);
    Connection* found = find(f.connections, op);
    if (found == nullptr || !found->open || found->closed_with || f.pending_.count(op) == 0) {
      return OC_E_NOTFOUND;
    }
    if (f.connection_send_answer == OC_OK) found->sent.push_back({copy(payload), flags});
    return f.connection_send_answer;
  };
  const auto close = [](oc_host* h, oc_op op, uint32_t code, oc_str) noexcept -> oc_status {
    Connection* found = find(host(h).connections, op);
    if (found == nullptr || host(h).pending_.count(op) == 0) return OC_E_NOTFOUND;
    found->closed_with = code;
    return OC_OK;
  };
  const auto pause = [](oc_host* h, oc_op op, uint32_t paused) noexcept -> oc_status {
    Connection* found = find(host(h).connections, op);
    if (found == nullptr) return OC_E_NOTFOUND;
    found->paused = paused != 0;
    return OC_OK;
  };
  return {sizeof(oc_connection), 0, connect, send, close, pause};
}

void FakeHost::connection_open(oc_op op) {
  const auto it = pending_.find(op);
  Connection* found = find(connections, op);
  if (it == pending_.end() || found == nullptr) return;
  found->open = true;
  it->second.connection.open(inst_, it->second.user, op);
  run();
}

void FakeHost::connection_data(oc_op op, std::string_view payload, bool binary) {
  const auto it = pending_.find(op);
  if (it == pending_.end() || it->second.connection.data == nullptr) return;
  it->second.connection.data(inst_, it->second.user, op, str(payload), binary ? 1 : 0);
  run();
}

void FakeHost::connection_closed(oc_op op, std::uint32_t code, std::string_view reason) {
  if (Connection* found = find(connections, op)) found->open = false;
  finish_pending(op, {}, closing_json(code, reason), {});
  run();
}

}  // namespace openclaw::testing
