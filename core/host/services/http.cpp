// "oc.http/1": the plugin's outgoing requests, with its secrets filled in on the way out.
#include "openclaw/host/http.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

using runtime::Millis;
using sdk::copy;
using sdk::str;
using sdk::view;

CallError refused(Error error) {
  return {std::move(error), OC_EF_NOT_DONE};
}

Result<http::egress::Request> build(const Instance& self, const oc_http_request& r) {
  http::egress::Request out;
  if ((r.flags & ~OC_HTTP_PUBLIC_ONLY) != 0) {
    return Error{Errc::invalid, "the plugin asks for what this gateway does not know (flags)"};
  }
  out.method = copy(r.method);
  out.url = copy(r.url);
  const std::string host = host_of(out.url);
  if (Secrets::mentions(out.url)) {
    auto filled = self.secrets().fill(out.url, host);
    if (filled.has_error()) return filled.error();
    // A value with a slash or an @ inside the authority would lead elsewhere.
    if (host_of(*filled) != host) {
      return Error{Errc::invalid, "a secret in the URL changes its host"};
    }
    out.url = std::move(*filled);
  }
  out.headers.reserve(r.n_headers);
  for (std::uint64_t i = 0; i < r.n_headers; ++i) {
    std::string value = copy(r.headers[i].value);
    if (Secrets::mentions(value)) {
      auto filled = self.secrets().fill(value, host);
      if (filled.has_error()) return filled.error();
      value = std::move(*filled);
    }
    const auto key = view(r.headers[i].key);
    if (value.find_first_of("\r\n") != std::string::npos ||
        key.find_first_of("\r\n: ") != std::string_view::npos) {
      return Error{Errc::invalid, "a request header holds a line break"};
    }
    out.headers.emplace_back(key, std::move(value));
  }
  out.body = copy(r.body);
  out.proxy = copy(r.proxy);
  if (r.connect_ms != 0) out.connect = Millis(r.connect_ms);
  if (r.first_byte_ms != 0) out.first_byte = Millis(r.first_byte_ms);
  if (r.idle_ms != 0) out.idle = Millis(r.idle_ms);
  if (r.total_ms != 0) out.total = Millis(r.total_ms);
  if (r.max_bytes != 0) out.max_bytes = r.max_bytes;
  out.public_only = (r.flags & OC_HTTP_PUBLIC_ONLY) != 0;
  return out;
}

oc_op request(oc_host* host, const oc_http_request* r, const oc_http_callbacks* cb,
              void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return 0;
  if (!OC_COVERS(r, oc_http_request, max_bytes)) {
    services::malformed(self, "oc_http_request");
    return 0;
  }
  if (!OC_HAS(cb, oc_http_callbacks, done)) {
    services::malformed(self, "oc_http_callbacks");
    return 0;
  }
  const oc_op op = self.requests().open({cb->done, user, *cb, 0, {}, 0});
  if (op == 0) return 0;
  auto built = build(self, *r);
  if (built.has_error()) {
    self.loop().post([handle = self.handle(), op, e = refused(built.error())] {
      if (*handle != nullptr) (*handle)->answer(op, e, {}, {});
    });
    return op;
  }
  http::egress::Callbacks callbacks;
  callbacks.head = [handle = self.handle(), op](unsigned status, const http::Headers& headers) {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    Instance::Request* open = instance.requests().find(op);
    if (open == nullptr) return;
    open->status = status;
    const auto head = open->http.head;
    if (head == nullptr) return;
    std::vector<oc_kv> kv;
    kv.reserve(headers.size());
    for (const auto& [key, value] : headers) kv.push_back({str(key), str(value)});
    void* const arg = open->user;
    instance.enter("http.head",
                   [&](oc_inst* inst) { head(inst, arg, op, status, kv.data(), kv.size()); });
  };
  if (cb->data != nullptr) {
    callbacks.data = [handle = self.handle(), op](std::string_view chunk) {
      if (*handle == nullptr) return;
      Instance& instance = **handle;
      const Instance::Request* open = instance.requests().find(op);
      if (open == nullptr) return;
      const auto data = open->http.data;
      void* const arg = open->user;
      instance.enter("http.data", [&](oc_inst* inst) { data(inst, arg, op, str(chunk)); });
    };
  }
  callbacks.done = [handle = self.handle(), op](Result<std::string> body) {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    Instance::Request* open = instance.requests().find(op);
    if (open == nullptr) return;
    open->transfer = 0;
    if (body.has_error()) {
      Error error = body.error();
      error.message = instance.secrets().redact(error.message);
      const std::uint32_t flags =
          error.maybe_done ? OC_EF_MAYBE_DONE | OC_EF_RETRY : OC_EF_NOT_DONE | OC_EF_RETRY;
      instance.answer(op, CallError{std::move(error), flags}, {}, {});
      return;
    }
    const std::string json = "{\"status\":" + std::to_string(open->status) + "}";
    instance.answer(op, std::nullopt, json, std::move(*body));
  };
  self.requests().find(op)->transfer = self.egress().start(std::move(*built), std::move(callbacks));
  return op;
}

oc_status pause_answer(oc_host* host, oc_op op, std::uint32_t paused) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  const Instance::Request* open = self.requests().find(op);
  if (open == nullptr || open->transfer == 0) return OC_E_NOTFOUND;
  self.egress().pause(open->transfer, paused != 0);
  return OC_OK;
}

}  // namespace

const void* services::http() {
  static const oc_http table = {sizeof(oc_http), 0, &request, &pause_answer};
  return &table;
}

}  // namespace openclaw::host
