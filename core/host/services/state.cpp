// "oc.state/1": durable key-value state of one instance, in the store's namespace "plugin/NAME".
#include "openclaw/host/state.h"

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

constexpr std::size_t kMaxKey = 512;
constexpr std::size_t kMaxValue = 1U << 20U;

std::string space(const Instance& self) {
  return "plugin/" + self.name();
}

std::string version_json(std::uint64_t version) {
  return "{\"version\":" + std::to_string(version) + "}";
}

CallError failed(Error error, std::uint32_t effect) {
  return {std::move(error), effect | OC_EF_RETRY};
}

oc_op get(oc_host* host, oc_str key, oc_done_fn done, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || key.len > kMaxKey) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().store.value(
      space(self), sdk::copy(key),
      [handle = self.handle(), op](Result<pipeline::StoredValue> stored) {
        if (*handle == nullptr) return;
        if (stored.has_error()) {
          (*handle)->answer(op, failed(stored.error(), OC_EF_NOT_DONE), {}, {});
        } else {
          (*handle)->answer(op, std::nullopt, version_json(stored->version),
                            std::move(stored->value));
        }
      });
  return op;
}

oc_op put(oc_host* host, oc_str key, oc_str value, std::uint64_t expect, oc_done_fn done,
          void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || key.len > kMaxKey || value.len > kMaxValue) {
    return 0;
  }
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().store.write(
      pipeline::PutValue{space(self), sdk::copy(key), sdk::copy(value), expect},
      [handle = self.handle(), op](const Result<pipeline::Written>& written) {
        if (*handle == nullptr) return;
        if (written.has_error()) {
          (*handle)->answer(op, failed(written.error(), effect_of(written.error())), {}, {});
        } else {
          (*handle)->answer(op, std::nullopt, version_json(written->id), {});
        }
      });
  return op;
}

oc_op erase(oc_host* host, oc_str key, oc_done_fn done, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr || key.len > kMaxKey) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.environment().store.write(
      pipeline::PutValue{space(self), sdk::copy(key), {}, OC_STATE_ANY, true},
      [handle = self.handle(), op](const Result<pipeline::Written>& written) {
        if (*handle == nullptr) return;
        if (written.has_error() && written.error().code != Errc::not_found) {
          (*handle)->answer(op, failed(written.error(), effect_of(written.error())), {}, {});
        } else {
          (*handle)->answer(op, std::nullopt, {}, {});
        }
      });
  return op;
}

}  // namespace

const void* services::state() {
  static const oc_state table = {sizeof(oc_state), 0, &get, &put, &erase};
  return &table;
}

}  // namespace openclaw::host
