// Durable values of a plugin, kept in the fake host's memory.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;

void FakeHost::release_state() {
  state_held = false;
  for (auto& read : held_reads_) queue_.push_back(std::move(read));
  held_reads_.clear();
  run();
}

oc_state FakeHost::Services::make_state() {
  const auto get = [](oc_host* h, oc_str key, oc_done_fn done, void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    const oc_op op = f.expect(done, user);
    auto& queue = f.state_held ? f.held_reads_ : f.queue_;
    queue.emplace_back([&f, op, k = copy(key)] {
      const auto it = f.state.find(k);
      if (f.state_failure) {
        f.finish_pending(op, f.state_failure, {}, {});
      } else if (it == f.state.end()) {
        f.finish_pending(op, Failure{OC_E_NOTFOUND, "no such key", OC_EF_NOT_DONE}, {}, {});
      } else {
        f.finish_pending(op, {}, "{\"version\":" + std::to_string(it->second.version) + "}",
                         it->second.bytes);
      }
    });
    return op;
  };
  const auto put = [](oc_host* h, oc_str key, oc_str value, uint64_t expect_version,
                      oc_done_fn done, void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    const oc_op op = f.expect(done, user);
    f.queue_.emplace_back([&f, op, k = copy(key), v = copy(value), expect_version] {
      if (f.state_failure) return f.finish_pending(op, f.state_failure, {}, {});
      const auto it = f.state.find(k);
      const std::uint64_t now = it == f.state.end() ? 0 : it->second.version;
      if (expect_version != OC_STATE_ANY && expect_version != now) {
        f.finish_pending(op, Failure{OC_E_CONFLICT, "another version", OC_EF_NOT_DONE}, {}, {});
        return;
      }
      f.state[k] = {v, now + 1};
      f.finish_pending(op, {}, "{\"version\":" + std::to_string(now + 1) + "}", {});
    });
    return op;
  };
  const auto erase = [](oc_host* h, oc_str key, oc_done_fn done, void* user) noexcept -> oc_op {
    FakeHost& f = host(h);
    const oc_op op = f.expect(done, user);
    f.queue_.emplace_back([&f, op, k = copy(key)] {
      f.state.erase(k);
      f.finish_pending(op, {}, {}, {});
    });
    return op;
  };
  return {sizeof(oc_state), 0, get, put, erase};
}

}  // namespace openclaw::testing
