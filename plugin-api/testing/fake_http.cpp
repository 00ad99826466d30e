// Outgoing HTTP of the fake host: calls that are written down, answers that a test gives.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;

std::string HttpCall::header(std::string_view name) const {
  for (const auto& [k, v] : headers) {
    if (k == name) return v;
  }
  return {};
}

Headers copy_headers(const oc_kv* kv, std::uint64_t n) {
  Headers out;
  for (std::uint64_t i = 0; i < n; ++i) out.emplace_back(copy(kv[i].key), copy(kv[i].value));
  return out;
}
std::vector<oc_kv> borrow(const Headers& headers) {
  std::vector<oc_kv> out;
  for (const auto& [k, v] : headers) out.push_back({str(k), str(v)});
  return out;
}

oc_http FakeHost::Services::make_http() {
  const auto request = [](oc_host* h, const oc_http_request* r, const oc_http_callbacks* cb,
                          void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    if (!OC_COVERS(r, oc_http_request, max_bytes) || !OC_HAS(cb, oc_http_callbacks, done)) return 0;
    if (f.http_full) return 0;
    const oc_op op = f.expect(cb->done, user);
    Pending& p = f.pending_[op];
    p.callbacks = *cb;
    p.is_http = true;
    p.has_data = cb->data != nullptr;
    HttpCall call;
    call.op = op;
    call.method = copy(r->method);
    call.url = copy(r->url);
    call.body = copy(r->body);
    call.proxy = copy(r->proxy);
    call.headers = copy_headers(r->headers, r->n_headers);
    call.flags = r->flags;
    call.connect_ms = r->connect_ms;
    call.first_byte_ms = r->first_byte_ms;
    call.idle_ms = r->idle_ms;
    call.total_ms = r->total_ms;
    call.max_bytes = r->max_bytes;
    f.http.push_back(std::move(call));
    return op;
  };
  const auto pause = [](oc_host* h, oc_op op, uint32_t paused) noexcept -> oc_status {
    for (auto& call : host(h).http) {
      if (call.op == op) call.paused = paused != 0;
    }
    return OC_OK;
  };
  return {sizeof(oc_http), 0, request, pause};
}

bool FakeHost::http_open(oc_op op) const {
  return pending_.count(op) != 0;
}

void FakeHost::give_head(oc_op op, std::uint32_t status, const Headers& headers) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  it->second.status = status;
  const auto kv = borrow(headers);
  if (it->second.callbacks.head != nullptr) {
    it->second.callbacks.head(inst_, it->second.user, op, status, kv.data(), kv.size());
  }
}

void FakeHost::give_data(oc_op op, std::string_view chunk) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  if (it->second.has_data) {
    it->second.callbacks.data(inst_, it->second.user, op, str(chunk));
  } else {
    it->second.collected += chunk;
  }
}

void FakeHost::give_end(oc_op op) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  finish_pending(op, {}, "{\"status\":" + std::to_string(it->second.status) + "}",
                 it->second.collected);
}

void FakeHost::head(oc_op op, std::uint32_t status, const Headers& headers) {
  give_head(op, status, headers);
  run();
}

void FakeHost::data(oc_op op, std::string_view chunk) {
  give_data(op, chunk);
  run();
}

void FakeHost::finish(oc_op op) {
  give_end(op);
  run();
}

void FakeHost::respond(oc_op op, std::uint32_t status, std::string_view body,
                       const Headers& headers) {
  give_head(op, status, headers);
  give_data(op, body);
  give_end(op);
  run();
}

void FakeHost::fail(oc_op op, const Failure& failure) {
  finish_pending(op, failure, {}, {});
  run();
}

}  // namespace openclaw::testing
