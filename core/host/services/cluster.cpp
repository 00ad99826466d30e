// "oc.cluster/1": what several gateways agree upon, for one instance of each.
#include "openclaw/host/cluster.h"

#include "core/cluster/cluster.hpp"
#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

namespace {

constexpr std::size_t kMaxName = 256, kMaxText = 1U << 20U;

/// Names of instances have no colon, so that no two instances' names clash.
std::string full(const Instance& self, oc_str name) {
  return self.name() + ":" + sdk::copy(name);
}

/// What is on its way to whoever wished it comes to nothing.
void drop_wish(Instance& self, const std::string& name) {
  const auto wish = self.wishes().extract(name);
  if (!wish.empty()) *wish.mapped() = false;
}

oc_status want(oc_host* host, oc_str name, oc_lease_changed changed, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || changed == nullptr || name.len == 0 || name.len > kMaxName) {
    return OC_E_INVAL;
  }
  const std::string wanted = full(self, name);
  drop_wish(self, wanted);
  auto wish = std::make_shared<bool>(true);  // shared with what is on its way to the plugin
  self.wishes()[wanted] = wish;
  self.environment().cluster.want(
      wanted, [handle = self.handle(), wish, changed, user](bool is_held) {
        if (*handle == nullptr || !*wish) return;
        (*handle)->enter("cluster.changed",
                         [&](oc_inst* inst) { changed(inst, user, is_held ? 1 : 0); });
      });
  return OC_OK;
}

void release(oc_host* host, oc_str name) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return;
  const std::string released = full(self, name);
  drop_wish(self, released);
  self.environment().cluster.release(released);
}

std::uint32_t held(oc_host* host, oc_str name) noexcept {
  Instance& self = Instance::of(host);
  return self.environment().cluster.held(full(self, name)) ? 1 : 0;
}

std::uint32_t others(oc_host* host) noexcept {
  return static_cast<std::uint32_t>(Instance::of(host).environment().cluster.others());
}

oc_status tell(oc_host* host, oc_str topic, oc_str text) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || topic.len > kMaxName || text.len > kMaxText) return OC_E_INVAL;
  const bool told = self.environment().cluster.tell(self.name(), sdk::copy(topic), sdk::copy(text));
  return told ? OC_OK : OC_E_AGAIN;
}

oc_status listen(oc_host* host, oc_told told, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop()) return OC_E_INVAL;
  if (told == nullptr) {
    self.environment().cluster.stop_listening(self.name());
    return OC_OK;
  }
  self.environment().cluster.listen(
      self.name(),
      [handle = self.handle(), told, user](const std::string& topic, const std::string& text) {
        if (*handle == nullptr) return;
        (*handle)->enter("cluster.told",
                         [&](oc_inst* inst) { told(inst, user, sdk::str(topic), sdk::str(text)); });
      });
  return OC_OK;
}

}  // namespace

const void* services::cluster() {
  static const oc_cluster table = {
      sizeof(oc_cluster), 0, &want, &release, &held, &others, &tell, &listen};
  return &table;
}

}  // namespace openclaw::host
