// The core table: extensions by id, completions, cancellation, posting to the strand.
#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

const void* ext(oc_host* host, oc_str id) noexcept {
  const auto name = sdk::view(id);
  if (name == "oc.http/1") return services::http();
  if (name == "oc.connection/1") return services::connection();
  if (name == "oc.timer/1") return services::timer();
  if (name == "oc.stream/1") return services::stream();
  if (name == "oc.status/1") return services::status();
  if (name == "oc.metrics/1") return services::metrics();
  if (name == "oc.secret/1") return services::secret();
  if (name == "oc.log/1") return services::log();
  // What follows is for channels only: a provider has no business with the inbox or the routes.
  const auto& kind = Instance::of(host).manifest().kind;
  if (kind != "channel") return nullptr;
  if (name == "oc.cluster/1") return services::cluster();
  if (name == "oc.markup/1") return services::markup();
  if (name == "oc.inbound/1") return services::inbound();
  if (name == "oc.route/1") return services::route();
  if (name == "oc.state/1") return services::state();
  return nullptr;
}

oc_status complete(oc_host* host, oc_op op, const oc_error* error, oc_str json,
                   oc_buf body) noexcept {
  Instance& self = Instance::of(host);
  std::optional<CallError> failed;
  if (OC_COVERS(error, oc_error, detail_json)) {
    failed = to_call_error(*error);
  } else if (error != nullptr) {
    services::malformed(self, "oc_error");
    failed =
        CallError{{Errc::plugin, "the plugin failed without a whole oc_error"}, OC_EF_MAYBE_DONE};
  }
  return self.complete(op, std::move(failed), sdk::copy(json), sdk::take(body));
}

oc_status cancel(oc_host* host, oc_op op) noexcept {
  Instance& self = Instance::of(host);
  // Always completed later, from the loop: the completion never comes inside this call.
  self.loop().post([handle = self.handle(), op] {
    if (*handle == nullptr) return;
    Instance& instance = **handle;
    Instance::Request* request = instance.requests().find(op);
    if (request == nullptr) return;
    if (request->transfer != 0) {
      instance.egress().cancel(std::exchange(request->transfer, 0));
    }
    instance.answer(op, CallError{{Errc::cancelled, "cancelled"}, OC_EF_MAYBE_DONE}, {}, {});
  });
  return OC_OK;
}

/// What a plugin posted, until it runs or is let go of: also by a loop that ends with it queued.
class Posted {
 public:
  Posted(void (*fn)(oc_inst*, void*) noexcept, void (*drop)(void*) noexcept, void* arg)
      : fn_(fn), drop_(drop), arg_(arg) {}
  ~Posted() {
    if (drop_ != nullptr) drop_(arg_);
  }
  Posted(Posted&& other) noexcept
      : fn_(other.fn_), drop_(std::exchange(other.drop_, nullptr)), arg_(other.arg_) {}
  Posted(const Posted&) = delete;
  Posted& operator=(const Posted&) = delete;
  Posted& operator=(Posted&&) = delete;

  void run(oc_inst* inst) {
    drop_ = nullptr;
    fn_(inst, arg_);
  }

 private:
  void (*fn_)(oc_inst*, void*) noexcept;
  void (*drop_)(void*) noexcept;
  void* arg_;
};

oc_status post(oc_host* host, void (*fn)(oc_inst*, void*) noexcept, void (*drop)(void*) noexcept,
               void* arg) noexcept {
  Instance& self = Instance::of(host);
  self.loop().post([handle = self.handle(), posted = Posted(fn, drop, arg)]() mutable {
    if (*handle == nullptr) return;
    (*handle)->enter("post", [&](oc_inst* inst) { posted.run(inst); });
  });
  return OC_OK;
}

std::int32_t on_strand(oc_host* host) noexcept {
  return Instance::of(host).loop().on_loop() ? 1 : 0;
}

}  // namespace

void services::malformed(Instance& self, std::string_view what) {
  self.log(
      log::Level::error, "plugin.malformed",
      {{"struct", what},
       {"hint", "it is shorter than ABI 1.0's or lacks a callback; report this to its author"}});
}

const oc_host_api& host_api() {
  static const oc_host_api api = {sizeof(oc_host_api),
                                  OC_ABI_MAJOR,
                                  OC_ABI_MINOR,
                                  sdk::str("openclaw"),
                                  sdk::str(OPENCLAW_VERSION),
                                  &ext,
                                  &complete,
                                  &cancel,
                                  &post,
                                  &on_strand};
  return api;
}

}  // namespace openclaw::host
