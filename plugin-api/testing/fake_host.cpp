// The fake host's life: the instance it drives, what is queued, what is open, what came back.
#include "fake_services.hpp"

#include <utility>

namespace openclaw::testing {

using sdk::copy;
using sdk::str;
using sdk::take;
using sdk::view;

oc_host_api FakeHost::Services::make_api() {
  const auto ext = [](oc_host* h, oc_str id) noexcept -> const void* {
    const Services& s = *host(h).services_;
    const auto name = view(id);
    if (name == "oc.log/1") return &s.log;
    if (name == "oc.http/1") return &s.http;
    if (name == "oc.connection/1") return &s.connection;
    if (name == "oc.timer/1") return &s.timer;
    if (name == "oc.inbound/1") return &s.inbound;
    if (name == "oc.state/1") return &s.state;
    if (name == "oc.cluster/1") return &s.cluster;
    if (name == "oc.route/1") return &s.route;
    if (name == "oc.stream/1") return &s.stream;
    if (name == "oc.status/1") return &s.status;
    if (name == "oc.secret/1") return &s.secret;
    if (name == "oc.markup/1") return &s.markup;
    if (name == "oc.metrics/1") return &s.metrics;
    return nullptr;
  };
  const auto complete = [](oc_host* h, oc_op op, const oc_error* error, oc_str json,
                           oc_buf body) noexcept -> oc_status {
    std::string bytes = take(body);
    if (host(h).open_.erase(op) == 0) {
      ++host(h).wrong_completions_;
      return OC_E_INVAL;
    }
    auto failure = error == nullptr || OC_COVERS(error, oc_error, detail_json)
                       ? Failure::from(error)
                       : Failure{OC_E_PLUGIN, "without a whole oc_error", OC_EF_MAYBE_DONE};
    host(h).completed_[op] = {std::move(failure), copy(json), std::move(bytes)};
    return OC_OK;
  };
  const auto cancel = [](oc_host* h, oc_op op) noexcept -> oc_status {
    FakeHost& f = host(h);
    if (f.pending_.count(op) == 0) return OC_E_NOTFOUND;
    for (auto& call : f.http) {
      if (call.op == op) call.cancelled = true;
    }
    for (auto& one : f.connections) {
      if (one.op == op) one.cancelled = true;
    }
    f.queue_.emplace_back([&f, op] {
      std::erase_if(f.timers_, [op](const auto& t) { return t.second == op; });
      f.finish_pending(op, Failure{OC_E_CANCELLED, "cancelled", OC_EF_MAYBE_DONE}, {}, {});
    });
    return OC_OK;
  };
  const auto post = [](oc_host* h, void (*fn)(oc_inst*, void*) noexcept,
                       void (*drop)(void*) noexcept, void* arg) noexcept -> oc_status {
    struct Posted {
      void (*drop)(void*) noexcept = nullptr;
      void* arg = nullptr;
      ~Posted() {
        if (drop != nullptr) drop(arg);
      }
    };
    FakeHost& f = host(h);
    // Shared by the copies of the queue's function: the last one drops what never ran.
    const auto posted = std::make_shared<Posted>();
    posted->drop = drop;
    posted->arg = arg;
    f.queue_.emplace_back([&f, fn, posted] {
      posted->drop = nullptr;
      fn(f.inst_, posted->arg);
    });
    return OC_OK;
  };
  return {sizeof(oc_host_api),
          OC_ABI_MAJOR,
          OC_ABI_MINOR,
          str("fake"),
          str("0"),
          ext,
          complete,
          cancel,
          post,
          [](oc_host*) noexcept -> int32_t { return 1; }};
}

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

void FakeHost::run() {
  while (!queue_.empty()) {
    const auto fn = std::move(queue_.front());
    queue_.pop_front();
    fn();
  }
}

const Completion* FakeHost::completion(oc_op op) const {
  const auto it = completed_.find(op);
  return it == completed_.end() ? nullptr : &it->second;
}

}  // namespace openclaw::testing
