// Incoming HTTP and WebSockets of the fake host, where a test is the client.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;
using sdk::take;

oc_route FakeHost::Services::make_route() {
  const auto add = [](oc_host* h, oc_str method, oc_str path,
                      void (*fn)(oc_inst*, void*, oc_op, const oc_route_request*) noexcept,
                      void* user) noexcept -> oc_status {
    host(h).routes_[{copy(method), copy(path)}] = {fn, user};
    return OC_OK;
  };
  const auto reply = [](oc_host* h, oc_op op, uint32_t code, const oc_kv* kv, uint64_t n,
                        oc_buf body) noexcept -> oc_status {
    host(h).replies[op] = {code, copy_headers(kv, n), take(body)};
    return OC_OK;
  };
  const auto ws_add = [](oc_host* h, oc_str path, const oc_str*, uint64_t,
                         const oc_ws_events* events, void* user) noexcept -> oc_status {
    if (!OC_HAS(events, oc_ws_events, closed)) return OC_E_INVAL;
    host(h).sockets_[copy(path)] = {*events, user};
    return OC_OK;
  };
  const auto ws_send = [](oc_host* h, oc_op ws, oc_str payload, uint32_t) noexcept -> oc_status {
    if (host(h).open_sockets_.count(ws) == 0) return OC_E_NOTFOUND;
    host(h).ws_sent[ws].push_back(copy(payload));
    return OC_OK;
  };
  const auto ws_close = [](oc_host* h, oc_op ws, uint32_t code, oc_str) noexcept -> oc_status {
    FakeHost& f = host(h);
    if (f.open_sockets_.count(ws) == 0) return OC_E_NOTFOUND;
    f.ws_closed_by_plugin[ws] = code;
    f.queue_.emplace_back([&f, ws, code] { f.ws_closed(ws, code); });
    return OC_OK;
  };
  return {sizeof(oc_route), 0, add, reply, ws_add, ws_send, ws_close};
}

bool FakeHost::has_route(std::string_view method, std::string_view path) const {
  return routes_.count({std::string(method), std::string(path)}) != 0;
}

std::optional<Reply> FakeHost::request(std::string_view method, std::string_view path,
                                       const Headers& headers, std::string_view body,
                                       std::string_view query) {
  const auto it = routes_.find({std::string(method), std::string(path)});
  if (it == routes_.end()) return Reply{404, {}, {}};
  const oc_op op = next_op();
  const auto kv = borrow(headers);
  const oc_route_request r = {sizeof r,  0,         str(method), str(path),       str(query),
                              kv.data(), kv.size(), str(body),   str("127.0.0.1")};
  it->second.fn(inst_, it->second.user, op, &r);
  run();
  const auto reply = replies.find(op);
  return reply == replies.end() ? std::nullopt : std::optional<Reply>(reply->second);
}

std::set<std::string> FakeHost::websocket_paths() const {
  std::set<std::string> out;
  for (const auto& [path, entry] : sockets_) out.insert(path);
  return out;
}

oc_op FakeHost::ws_open(std::string_view path, const Headers& headers) {
  const auto it = sockets_.find(std::string(path));
  if (it == sockets_.end()) return 0;
  const oc_op ws = next_op();
  open_sockets_[ws] = it->second;
  const auto kv = borrow(headers);
  const oc_route_request r = {sizeof r,  0,         str("GET"), str(path),       oc_str{},
                              kv.data(), kv.size(), oc_str{},   str("127.0.0.1")};
  it->second.events.open(inst_, it->second.user, ws, &r);
  run();
  return ws;
}

void FakeHost::ws_message(oc_op ws, std::string_view payload, bool binary) {
  const auto it = open_sockets_.find(ws);
  if (it == open_sockets_.end()) return;
  const SocketEntry entry = it->second;
  entry.events.message(inst_, entry.user, ws, str(payload), binary ? 1 : 0);
  run();
}

void FakeHost::ws_closed(oc_op ws, std::uint32_t code) {
  const auto it = open_sockets_.find(ws);
  if (it == open_sockets_.end()) return;
  const SocketEntry entry = it->second;
  open_sockets_.erase(it);
  entry.events.closed(inst_, entry.user, ws, code);
  run();
}

}  // namespace openclaw::testing
