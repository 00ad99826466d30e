// The fake host's side of the ABI's tables.
#include "openclaw/testing/fake_host.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

namespace openclaw::testing {

using sdk::copy;
using sdk::str;
using sdk::take;
using sdk::view;

namespace {
FakeHost& self(oc_host* h) {
  return *reinterpret_cast<FakeHost*>(h);
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
}  // namespace

std::string HttpCall::header(std::string_view name) const {
  for (const auto& [k, v] : headers) {
    if (k == name) return v;
  }
  return {};
}

oc_message OwnedMessage::view() const {
  oc_message m{};
  m.size = sizeof m;
  m.flags = flags;
  m.ts_ms = ts_ms;
  m.event_id = str(event_id);
  m.idem_key = str(idem_key);
  m.chat_id = str(chat_id);
  m.thread_id = str(thread_id);
  m.sender_id = str(sender_id);
  m.sender_name = str(sender_name);
  m.message_id = str(message_id);
  m.reply_to = str(reply_to);
  m.turn_id = str(turn_id);
  m.text = str(text);
  m.extra_json = str(extra_json);
  m.attachment_stride = sizeof(oc_attachment);
  return m;
}

OwnedMessage OwnedMessage::from(const oc_message& m) {
  return {m.flags,
          m.ts_ms,
          copy(m.event_id),
          copy(m.idem_key),
          copy(m.chat_id),
          copy(m.thread_id),
          copy(m.sender_id),
          copy(m.sender_name),
          copy(m.message_id),
          copy(m.reply_to),
          copy(m.turn_id),
          copy(m.text),
          copy(m.extra_json),
          m.n_attachments};
}

struct FakeHost::Services {
  oc_host_api api{};
  oc_log log{};
  oc_http http{};
  oc_timer timer{};
  oc_inbound inbound{};
  oc_state state{};
  oc_route route{};
  oc_stream stream{};
  oc_status_service status{};
  oc_secret secret{};
  oc_metrics metrics{};

  Services() {
    api = {sizeof api,   OC_ABI_MAJOR,
           OC_ABI_MINOR, str("fake"),
           str("0"),     &ext,
           &complete,    &cancel,
           &post,        [](oc_host*) noexcept -> int32_t { return 1; }};
    log = {sizeof log, OC_LOG_DEBUG,
           [](oc_host* h, uint32_t level, oc_str event, oc_str fields) noexcept {
             self(h).logs.push_back({level, copy(event), copy(fields)});
           }};
    http = {sizeof http, 0, &request,
            [](oc_host* h, oc_op op, uint32_t paused) noexcept -> oc_status {
              for (auto& call : self(h).http) {
                if (call.op == op) call.paused = paused != 0;
              }
              return OC_OK;
            }};
    timer = {sizeof timer, 0,
             [](oc_host* h, uint64_t ms, oc_done_fn done, void* user) noexcept {
               const oc_op op = self(h).expect(done, user);
               self(h).timers_.emplace(self(h).now_ms_ + static_cast<std::int64_t>(ms), op);
               return op;
             },
             [](oc_host* h) noexcept { return self(h).now_ms_; },
             [](oc_host* h) noexcept { return 1'790'000'000'000 + self(h).now_ms_; }};
    inbound = {sizeof inbound, 0, &submit, &history, &stop_turn};
    state = {sizeof state, 0, &state_get, &state_put};
    route = {sizeof route, 0, &route_add, &route_reply, &ws_add, &ws_send, &ws_close};
    stream = {sizeof stream, 0,
              [](oc_host* h, oc_op op, uint32_t kind, oc_str data) noexcept -> oc_status {
                if (self(h).open_.count(op) == 0) return OC_E_INVAL;
                self(h).emitted.push_back({op, kind, copy(data)});
                return self(h).emit_answer;
              }};
    status = {sizeof status, 0,
              [](oc_host* h, uint32_t s, oc_str reason) noexcept {
                self(h).statuses.emplace_back(s, copy(reason));
              },
              [](oc_host* h, uint32_t kind) noexcept { self(h).evidence.push_back(kind); }};
    secret = {sizeof secret, 0,
              [](oc_host* h, oc_str key, oc_str presented) noexcept -> int32_t {
                const auto it = self(h).secrets.find(copy(key));
                return it != self(h).secrets.end() && it->second == view(presented) ? 1 : 0;
              },
              [](oc_host* h, oc_str key, oc_str bytes, uint8_t* out) noexcept -> oc_status {
                const auto it = self(h).secrets.find(copy(key));
                if (it == self(h).secrets.end()) return OC_E_NOTFOUND;
                unsigned n = 32;
                HMAC(EVP_sha256(), it->second.data(), static_cast<int>(it->second.size()),
                     reinterpret_cast<const unsigned char*>(bytes.ptr), bytes.len, out, &n);
                return OC_OK;
              }};
    metrics = {sizeof metrics, 0,
               [](oc_host* h, uint32_t, oc_str name, oc_str) noexcept {
                 self(h).metric_names_.push_back(copy(name));
                 self(h).metrics[copy(name)];
                 return static_cast<uint32_t>(self(h).metric_names_.size());
               },
               [](oc_host* h, uint32_t id, double v) noexcept {
                 self(h).metrics[self(h).metric_names_.at(id - 1)] += v;
               },
               [](oc_host* h, uint32_t id, double v) noexcept {
                 self(h).metrics[self(h).metric_names_.at(id - 1)] = v;
               }};
  }

  static const void* ext(oc_host* h, oc_str id) noexcept {
    const Services& s = *self(h).services_;
    const auto name = view(id);
    if (name == "oc.log/1") return &s.log;
    if (name == "oc.http/1") return &s.http;
    if (name == "oc.timer/1") return &s.timer;
    if (name == "oc.inbound/1") return &s.inbound;
    if (name == "oc.state/1") return &s.state;
    if (name == "oc.route/1") return &s.route;
    if (name == "oc.stream/1") return &s.stream;
    if (name == "oc.status/1") return &s.status;
    if (name == "oc.secret/1") return &s.secret;
    if (name == "oc.metrics/1") return &s.metrics;
    return nullptr;
  }

  static oc_status complete(oc_host* h, oc_op op, const oc_error* error, oc_str json,
                            oc_buf body) noexcept {
    std::string bytes = take(body);
    if (self(h).open_.erase(op) == 0) {
      ++self(h).wrong_completions_;
      return OC_E_INVAL;
    }
    auto failure = error == nullptr || OC_COVERS(error, oc_error, detail_json)
                       ? Failure::from(error)
                       : Failure{OC_E_PLUGIN, "without a whole oc_error", OC_EF_MAYBE_DONE};
    self(h).completed_[op] = {std::move(failure), copy(json), std::move(bytes)};
    return OC_OK;
  }

  static oc_status cancel(oc_host* h, oc_op op) noexcept {
    FakeHost& host = self(h);
    if (host.pending_.count(op) == 0) return OC_E_NOTFOUND;
    for (auto& call : host.http) {
      if (call.op == op) call.cancelled = true;
    }
    std::erase_if(host.timers_, [op](const auto& t) { return t.second == op; });
    host.queue_.emplace_back([&host, op] {
      host.finish_pending(op, Failure{OC_E_CANCELLED, "cancelled", OC_EF_MAYBE_DONE}, {}, {});
    });
    return OC_OK;
  }

  static oc_status post(oc_host* h, void (*fn)(oc_inst*, void*) noexcept, void* arg) noexcept {
    FakeHost& host = self(h);
    host.queue_.emplace_back([&host, fn, arg] { fn(host.inst_, arg); });
    return OC_OK;
  }

  static oc_op request(oc_host* h, const oc_http_request* r, const oc_http_callbacks* cb,
                       void* user) noexcept {
    FakeHost& host = self(h);
    if (!OC_COVERS(r, oc_http_request, max_bytes) || !OC_HAS(cb, oc_http_callbacks, done)) return 0;
    const oc_op op = host.expect(cb->done, user);
    Pending& p = host.pending_[op];
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
    host.http.push_back(std::move(call));
    return op;
  }

  static oc_op submit(oc_host* h, const oc_message* m, oc_done_fn done, void* user) noexcept {
    FakeHost& host = self(h);
    if (!OC_COVERS(m, oc_message, attachment_stride)) return 0;
    const oc_op op = host.expect(done, user);
    host.submitted.push_back({op, OwnedMessage::from(*m)});
    if (host.auto_accept) host.queue_.emplace_back([&host, op] { host.accept(op); });
    return op;
  }

  static oc_op history(oc_host* h, const oc_message* m, uint32_t, oc_done_fn done,
                       void* user) noexcept {
    FakeHost& host = self(h);
    const oc_op op = host.expect(done, user);
    host.history_asked.push_back(OwnedMessage::from(*m));
    host.history_ops.push_back(op);
    if (host.auto_history) host.queue_.emplace_back([&host, op] { host.answer_history(op); });
    return op;
  }

  static oc_op stop_turn(oc_host* h, const oc_message* m, oc_done_fn done, void* user) noexcept {
    FakeHost& host = self(h);
    const oc_op op = host.expect(done, user);
    host.stops_asked.push_back(OwnedMessage::from(*m));
    host.queue_.emplace_back([&host, op] { host.finish_pending(op, {}, R"({"stopped":1})", {}); });
    return op;
  }

  static oc_op state_get(oc_host* h, oc_str key, oc_done_fn done, void* user) noexcept {
    FakeHost& host = self(h);
    const oc_op op = host.expect(done, user);
    host.queue_.emplace_back([&host, op, k = copy(key)] {
      const auto it = host.state.find(k);
      if (it == host.state.end()) {
        host.finish_pending(op, Failure{OC_E_NOTFOUND, "no such key", OC_EF_NOT_DONE}, {}, {});
      } else {
        host.finish_pending(op, {}, "{\"version\":" + std::to_string(it->second.version) + "}",
                            it->second.bytes);
      }
    });
    return op;
  }

  static oc_op state_put(oc_host* h, oc_str key, oc_str value, uint64_t expect_version,
                         oc_done_fn done, void* user) noexcept {
    FakeHost& host = self(h);
    const oc_op op = host.expect(done, user);
    host.queue_.emplace_back([&host, op, k = copy(key), v = copy(value), expect_version] {
      const auto it = host.state.find(k);
      const std::uint64_t now = it == host.state.end() ? 0 : it->second.version;
      if (expect_version != OC_STATE_ANY && expect_version != now) {
        host.finish_pending(op, Failure{OC_E_CONFLICT, "another version", OC_EF_NOT_DONE}, {}, {});
        return;
      }
      host.state[k] = {v, now + 1};
      host.finish_pending(op, {}, "{\"version\":" + std::to_string(now + 1) + "}", {});
    });
    return op;
  }

  static oc_status route_add(oc_host* h, oc_str method, oc_str path,
                             void (*fn)(oc_inst*, void*, oc_op, const oc_route_request*) noexcept,
                             void* user) noexcept {
    self(h).routes_[{copy(method), copy(path)}] = {fn, user};
    return OC_OK;
  }

  static oc_status route_reply(oc_host* h, oc_op op, uint32_t status, const oc_kv* kv, uint64_t n,
                               oc_buf body) noexcept {
    self(h).replies[op] = {status, copy_headers(kv, n), take(body)};
    return OC_OK;
  }

  static oc_status ws_add(oc_host* h, oc_str path, const oc_str*, uint64_t,
                          const oc_ws_events* events, void* user) noexcept {
    if (!OC_HAS(events, oc_ws_events, closed)) return OC_E_INVAL;
    self(h).sockets_[copy(path)] = {*events, user};
    return OC_OK;
  }

  static oc_status ws_send(oc_host* h, oc_op ws, oc_str payload, uint32_t) noexcept {
    if (self(h).open_sockets_.count(ws) == 0) return OC_E_NOTFOUND;
    self(h).ws_sent[ws].push_back(copy(payload));
    return OC_OK;
  }

  static oc_status ws_close(oc_host* h, oc_op ws, uint32_t code, oc_str) noexcept {
    FakeHost& host = self(h);
    if (host.open_sockets_.count(ws) == 0) return OC_E_NOTFOUND;
    host.ws_closed_by_plugin[ws] = code;
    host.queue_.emplace_back([&host, ws, code] { host.ws_closed(ws, code); });
    return OC_OK;
  }
};

FakeHost::FakeHost() : services_(std::make_unique<Services>()) {}
FakeHost::~FakeHost() {
  destroy();
}

std::string FakeHost::create(const oc_plugin_api& api, std::string_view name,
                             std::string_view config_json) {
  plugin_ = &api;
  oc_error error{};
  error.size = sizeof error;
  inst_ = api.create(reinterpret_cast<oc_host*>(this), &services_->api, str(name), str(config_json),
                     &error);
  return inst_ == nullptr ? copy(error.msg) : std::string{};
}

void FakeHost::destroy() {
  if (inst_ != nullptr) plugin_->destroy(std::exchange(inst_, nullptr));
  queue_.clear();
  pending_.clear();
  timers_.clear();
}

oc_op FakeHost::open_op() {
  const oc_op op = next_op();
  open_.insert(op);
  return op;
}

oc_op FakeHost::expect(oc_done_fn done, void* user) {
  const oc_op op = next_op();
  pending_[op].done = done;
  pending_[op].user = user;
  return op;
}

void FakeHost::finish_pending(oc_op op, const std::optional<Failure>& failure, std::string json,
                              std::string body) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  const Pending p = it->second;
  pending_.erase(it);
  const oc_error error = failure ? failure->view() : oc_error{};
  p.done(inst_, p.user, op, failure ? &error : nullptr, str(json), sdk::buf(std::move(body)));
}

oc_op FakeHost::start() {
  const oc_op op = open_op();
  plugin_->start(inst_, op);
  run();
  return op;
}
oc_op FakeHost::quiesce() {
  const oc_op op = open_op();
  plugin_->quiesce(inst_, op);
  run();
  return op;
}
oc_op FakeHost::stop() {
  const oc_op op = open_op();
  plugin_->stop(inst_, op);
  run();
  return op;
}
void FakeHost::cancel(oc_op op) {
  plugin_->cancel(inst_, op);
  run();
}
const void* FakeHost::ext(std::string_view id) {
  return plugin_->ext(inst_, str(id));
}

oc_op FakeHost::send(const OwnedMessage& message) {
  const oc_op op = open_op();
  const oc_message m = message.view();
  static_cast<const oc_channel*>(ext("oc.channel/1"))->send(inst_, op, &m);
  run();
  return op;
}
oc_op FakeHost::edit(const OwnedMessage& message) {
  const oc_op op = open_op();
  const oc_message m = message.view();
  static_cast<const oc_channel*>(ext("oc.channel/1"))->edit(inst_, op, &m);
  run();
  return op;
}
void FakeHost::partial(std::uint32_t kind, std::string_view chat, std::string_view turn,
                       std::string_view text, std::string_view thread) {
  const oc_partial p = {sizeof p, kind, str(chat), str(thread), str(turn), str(text)};
  static_cast<const oc_channel*>(ext("oc.channel/1"))->partial(inst_, &p);
  run();
}
void FakeHost::typing(std::string_view chat, bool on, std::string_view thread) {
  static_cast<const oc_channel*>(ext("oc.channel/1"))
      ->typing(inst_, str(chat), str(thread), on ? 1 : 0);
  run();
}
oc_op FakeHost::chat(std::string_view body_json, std::uint32_t flags, std::string_view model) {
  const oc_op op = open_op();
  const oc_chat_request r = {sizeof r, flags, str(model), str(body_json), 1000, 2000, 3000, 60000};
  static_cast<const oc_provider*>(ext("oc.provider/1"))->chat(inst_, op, &r);
  run();
  return op;
}
oc_op FakeHost::models() {
  const oc_op op = open_op();
  static_cast<const oc_provider*>(ext("oc.provider/1"))->models(inst_, op);
  run();
  return op;
}

void FakeHost::run() {
  while (!queue_.empty()) {
    const auto fn = std::move(queue_.front());
    queue_.pop_front();
    fn();
  }
}

void FakeHost::advance(std::uint64_t ms) {
  const std::int64_t end = now_ms_ + static_cast<std::int64_t>(ms);
  run();
  while (!timers_.empty() && timers_.begin()->first <= end) {
    now_ms_ = timers_.begin()->first;
    const oc_op op = timers_.begin()->second;
    timers_.erase(timers_.begin());
    finish_pending(op, {}, {}, {});
    run();
  }
  now_ms_ = end;
}

std::size_t FakeHost::timers() const {
  return timers_.size();
}

const Completion* FakeHost::completion(oc_op op) const {
  const auto it = completed_.find(op);
  return it == completed_.end() ? nullptr : &it->second;
}

std::string FakeHost::text(oc_op op) const {
  std::string out;
  for (const auto& e : emitted) {
    if (e.op == op && e.kind == OC_CHAT_TEXT) out += e.data;
  }
  return out;
}

bool FakeHost::http_open(oc_op op) const {
  return pending_.count(op) != 0;
}

void FakeHost::head(oc_op op, std::uint32_t status, const Headers& headers) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  it->second.status = status;
  const auto kv = borrow(headers);
  if (it->second.callbacks.head != nullptr) {
    it->second.callbacks.head(inst_, it->second.user, op, status, kv.data(), kv.size());
  }
  run();
}

void FakeHost::data(oc_op op, std::string_view chunk) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  if (it->second.has_data) {
    it->second.callbacks.data(inst_, it->second.user, op, str(chunk));
  } else {
    it->second.collected += chunk;
  }
  run();
}

void FakeHost::finish(oc_op op) {
  const auto it = pending_.find(op);
  if (it == pending_.end()) return;
  finish_pending(op, {}, "{\"status\":" + std::to_string(it->second.status) + "}",
                 it->second.collected);
  run();
}

void FakeHost::respond(oc_op op, std::uint32_t status, std::string_view body,
                       const Headers& headers) {
  head(op, status, headers);
  data(op, body);
  finish(op);
}

void FakeHost::fail(oc_op op, const Failure& failure) {
  finish_pending(op, failure, {}, {});
  run();
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

void FakeHost::accept(oc_op submit_op, std::string_view outcome) {
  finish_pending(submit_op, {},
                 "{\"outcome\":\"" + std::string(outcome) + "\",\"session\":\"agent:main:main\"}",
                 {});
  run();
}

void FakeHost::answer_history(oc_op op) {
  finish_pending(op, {}, history_json, {});
  run();
}

void FakeHost::refuse(oc_op submit_op, const Failure& failure) {
  finish_pending(submit_op, failure, {}, {});
  run();
}

}  // namespace openclaw::testing
