// What several gateways agree upon, as the test has it.
#include "fake_services.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;

void FakeHost::change_lease(const std::string& name, bool held) {
  if (held) {
    held_.insert(name);
  } else {
    held_.erase(name);
  }
  queue_.emplace_back([this, name, held] {
    const auto wish = wishes_.find(name);
    if (wish == wishes_.end() || inst_ == nullptr) return;
    const Wish asked = wish->second;  // a copy, as it may be released meanwhile
    asked.changed(inst_, asked.user, held ? 1 : 0);
  });
}

void FakeHost::grant(const std::string& name) {
  change_lease(name, true);
}

void FakeHost::take_away(const std::string& name) {
  change_lease(name, false);
}

void FakeHost::hear(std::string_view topic, std::string_view text) {
  if (listener_ != nullptr) listener_(inst_, listener_user_, str(topic), str(text));
  run();
}

oc_cluster FakeHost::Services::make_cluster() {
  const auto want = [](oc_host* h, oc_str name, oc_lease_changed changed,
                       void* user) noexcept -> oc_status {
    FakeHost& f = host(h);
    const std::string key = copy(name);
    f.wishes_[key] = {changed, user};
    f.wanted.insert(key);
    if (f.leases_granted) f.change_lease(key, true);
    return OC_OK;
  };
  const auto release = [](oc_host* h, oc_str name) noexcept {
    FakeHost& f = host(h);
    const std::string key = copy(name);
    f.wishes_.erase(key);
    f.wanted.erase(key);
    f.held_.erase(key);
  };
  const auto held = [](oc_host* h, oc_str name) noexcept -> std::uint32_t {
    return host(h).held_.contains(copy(name)) ? 1 : 0;
  };
  const auto others = [](oc_host* h) noexcept -> std::uint32_t { return host(h).other_gateways; };
  const auto tell = [](oc_host* h, oc_str topic, oc_str text) noexcept -> oc_status {
    host(h).told.emplace_back(copy(topic), copy(text));
    return OC_OK;
  };
  const auto listen = [](oc_host* h, oc_told heard, void* user) noexcept -> oc_status {
    host(h).listener_ = heard;
    host(h).listener_user_ = user;
    return OC_OK;
  };
  return {sizeof(oc_cluster), 0, want, release, held, others, tell, listen};
}

}  // namespace openclaw::testing
