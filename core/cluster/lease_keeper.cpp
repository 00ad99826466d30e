#include "core/cluster/lease_keeper.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace openclaw::cluster {

namespace {
constexpr runtime::Millis kLongestLook{60'000};
}

using pipeline::ChangeLease;
using pipeline::Member;
using pipeline::Written;
using runtime::Millis;
using runtime::SteadyClock;

LeaseKeeper::LeaseKeeper(Environment environment)
    : env_(std::move(environment)),
      shared_(env_.store.shared()),
      alive_(std::make_shared<LeaseKeeper*>(this)) {}

LeaseKeeper::~LeaseKeeper() {
  *alive_ = nullptr;
  env_.loop.cancel(lapse_);
}

void LeaseKeeper::want(const std::string& name, Changed changed) {
  wishes_[name] = std::move(changed);
  leases_.want(name);
  releasing_.erase(name);
  if (shared_ == nullptr) {
    leases_.granted(name, 1);
    tell();
  } else {
    take(name);
  }
}

void LeaseKeeper::release(const std::string& name) {
  wishes_.erase(name);
  if (leases_.forget(name) && shared_ != nullptr) let_go(name);
}

/// Until the store knows nobody else gets it, so a failure is tried again at the next look.
void LeaseKeeper::let_go(const std::string& name) {
  releasing_.insert(name);
  env_.store.write(ChangeLease{name, true}, [alive = alive_, name](const Result<Written>& written) {
    if (*alive == nullptr) return;
    LeaseKeeper& self = **alive;
    if (!written.has_error()) {
      self.releasing_.erase(name);
    } else {
      self.env_.log.warn("cluster.lease_not_released",
                         {{"lease", name}, {"error", written.error().message}});
    }
  });
}

void LeaseKeeper::take(const std::string& name) {
  env_.store.write(ChangeLease{name}, [alive = alive_, name](const Result<Written>& written) {
    if (*alive == nullptr) return;
    LeaseKeeper& self = **alive;
    if (!written.has_error()) {
      if (self.leases_.wants(name)) {
        self.leases_.granted(name, written->id);
      } else {
        self.let_go(name);
      }
    } else if (written.error().code == Errc::conflict) {
      self.leases_.refused(name);
    } else {
      self.say_failure("cluster.lease_not_taken", written.error());
    }
    self.tell();
  });
}

void LeaseKeeper::say_changes(std::map<std::string, std::int64_t> others) {
  for (const auto& [instance, since_ms] : known_) {
    const auto now = others.find(instance);
    if (now == others.end() || now->second != since_ms) {
      env_.log.info("cluster.left", {{"instance", instance}});
    }
  }
  for (const auto& [instance, since_ms] : others) {
    const auto before = known_.find(instance);
    if (before == known_.end() || before->second != since_ms) {
      env_.log.info("cluster.joined", {{"instance", instance}});
    }
  }
  known_ = std::move(others);
  others_.store(known_.size());
}

/// Tried again at the next look, and said once until the members can be read again.
void LeaseKeeper::say_failure(const char* event, const Error& error) {
  if (std::exchange(failing_, true)) return;
  env_.log.warn(event, {{"error", error.message}});
}

void LeaseKeeper::look() {
  if (shared_ == nullptr) return;
  tell();
  const auto now = SteadyClock::now();
  if (looking_ || now < looked_ + env_.ask_again) return;
  looked_ = now;
  looking_ = true;
  shared_->members([alive = alive_](Result<std::vector<Member>> members) {
    if (*alive == nullptr) return;
    LeaseKeeper& self = **alive;
    self.looking_ = false;
    if (members.has_error()) {
      self.say_failure("cluster.members_not_read", members.error());
      return;
    }
    self.failing_ = false;
    for (const auto& name : std::set<std::string>(self.releasing_)) self.let_go(name);
    std::set<std::string> of_others;
    std::map<std::string, std::int64_t> others;
    for (const Member& m : *members) {
      if (m.instance == self.shared_->instance()) continue;
      others[m.instance] = m.since_ms;
      of_others.insert(m.leases.begin(), m.leases.end());
    }
    self.say_changes(std::move(others));
    for (const auto& name : self.leases_.to_take(of_others)) self.take(name);
  });
}

/// What is held and what is no more goes to those who want it; again when the store's promise ends.
void LeaseKeeper::tell() {
  const auto now = SteadyClock::now();
  const auto until = shared_ == nullptr ? runtime::TimePoint::max() : shared_->leased_until();
  for (const auto& [name, held] : leases_.look(now, until)) {
    env_.log.info(held ? "cluster.lease_taken" : "cluster.lease_lost", {{"lease", name}});
    const auto wish = wishes_.find(name);
    if (wish == wishes_.end() || !wish->second) continue;
    env_.loop.post([changed = wish->second, held = held] { changed(held); });
  }
  env_.loop.cancel(lapse_);
  lapse_ = {};
  if (shared_ == nullptr || !leases_.holds_any()) return;
  const auto left = std::chrono::ceil<Millis>(until - now);
  lapse_ = env_.loop.after(std::clamp(left, Millis{1}, kLongestLook), [this] {
    lapse_ = {};
    tell();
  });
}

}  // namespace openclaw::cluster
