// What several gateways agree upon, of the SDK's host.
#include "pending.hpp"

namespace openclaw::sdk {

oc_status Host::want(const std::string& name, std::function<void(bool held)> changed) {
  release(name);
  auto pending = std::make_unique<Pending>();
  pending->lease_changed = std::move(changed);
  Pending* kept = keep(std::move(pending));
  wishes_[name] = kept;
  if (cluster_ == nullptr) {
    post([this, name] {
      const auto wish = wishes_.find(name);
      if (wish == wishes_.end()) return;
      const auto changed_now = wish->second->lease_changed;  // a copy, as it may end the wish
      changed_now(true);
    });
    return OC_OK;
  }
  const oc_status status = cluster_->want(
      host_, str(name),
      [](oc_inst*, void* user, std::uint32_t is_held) noexcept {
        auto* wish = static_cast<Pending*>(user);
        Host* const self = wish->host;
        try {
          // A copy, as it may end the wish.
          const auto changed_now = wish->lease_changed;
          changed_now(is_held != 0);
        } catch (...) {
          self->caught("cluster.changed");
        }
      },
      kept);
  if (status != OC_OK) {
    wishes_.erase(name);
    drop(kept);
  }
  return status;
}

void Host::release(const std::string& name) {
  const auto wish = wishes_.find(name);
  if (wish == wishes_.end()) return;
  if (cluster_ != nullptr) cluster_->release(host_, str(name));
  drop(wish->second);  // the host calls it no more
  wishes_.erase(wish);
}

bool Host::held(std::string_view name) const {
  if (cluster_ == nullptr) return wishes_.contains(std::string(name));
  return cluster_->held(host_, str(name)) != 0;
}

std::uint32_t Host::others() const {
  return cluster_ == nullptr ? 0 : cluster_->others(host_);
}

oc_status Host::tell(std::string_view topic, std::string_view text) {
  return cluster_ == nullptr ? OC_OK : cluster_->tell(host_, str(topic), str(text));
}

void Host::listen(std::function<void(std::string_view topic, std::string_view text)> told) {
  if (listener_ == nullptr) listener_ = keep(std::make_unique<Pending>());
  listener_->told = std::move(told);
  if (cluster_ == nullptr) return;
  cluster_->listen(
      host_,
      [](oc_inst*, void* user, oc_str topic, oc_str text) noexcept {
        auto* self = static_cast<Pending*>(user);
        try {
          self->told(view(topic), view(text));
        } catch (...) {
          self->host->caught("cluster.told");
        }
      },
      listener_);
}

}  // namespace openclaw::sdk
