#include "core/cluster/cluster.hpp"

#include <utility>

namespace openclaw::cluster {

using runtime::Loop;
using runtime::SteadyClock;

namespace {
constexpr std::size_t kMostTelling = 1000;
constexpr char kPart[] = "part ";  // the topic of a part's notice: "part NAME\nTOPIC"
}  // namespace

Cluster::Cluster(Loop& home, pipeline::StorePort& store, log::Log& log)
    : home_(home),
      store_(store),
      shared_(store.shared()),
      log_(log),
      keeper_({home, store, log}),
      telling_(std::make_shared<std::atomic<std::size_t>>(0)) {}

Cluster::~Cluster() = default;

void Cluster::want(const std::string& name, Changed changed) {
  Loop* const loop = Loop::current();
  home_.post([this, name, loop, changed = std::move(changed)] {
    keeper_.want(name, [this, name, loop, changed](bool held) {
      {
        const std::lock_guard lock(mutex_);
        held_[name] = held;
      }
      loop->post([changed, held] { changed(held); });
    });
  });
}

void Cluster::release(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    held_.erase(name);
  }
  home_.post([this, name] {
    keeper_.release(name);
    // It may have been granted on the way.
    const std::lock_guard lock(mutex_);
    held_.erase(name);
  });
}

void Cluster::release_all(const std::string& prefix) {
  home_.post([this, prefix] {
    for (const auto& name : keeper_.wanted(prefix)) {
      keeper_.release(name);
      const std::lock_guard lock(mutex_);
      held_.erase(name);
    }
  });
}

bool Cluster::held(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    const auto it = held_.find(name);
    if (it == held_.end() || !it->second) return false;
  }
  return shared_ == nullptr || SteadyClock::now() < shared_->leased_until();
}

std::size_t Cluster::others() const {
  return keeper_.others();
}

void Cluster::listen(const std::string& part, Heard heard) {
  auto listener = std::make_shared<Listener>(Listener{Loop::current(), std::move(heard)});
  const std::lock_guard lock(mutex_);
  listeners_[part] = std::move(listener);
}

void Cluster::stop_listening(const std::string& part) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(part);
}

bool Cluster::tell(const std::string& part, const std::string& topic, const std::string& text) {
  if (shared_ == nullptr || others() == 0) return true;
  if (telling_->fetch_add(1) >= kMostTelling) {
    telling_->fetch_sub(1);
    return false;
  }
  store_.write(pipeline::SendNotice{{}, kPart + part + '\n' + topic, text},
               [telling = telling_, &log = log_](const Result<pipeline::Written>& written) {
                 telling->fetch_sub(1);
                 if (!written.has_error()) return;
                 log.warn("cluster.not_told", {{"error", written.error().message}});
               });
  return true;
}

void Cluster::noticed(const pipeline::Notice& notice) {
  const std::string& topic = notice.topic;
  const auto line = topic.find('\n');
  if (!topic.starts_with(kPart) || line == std::string::npos) {
    // Of a later version.
    log_.debug("cluster.unknown_notice", {{"from", notice.from}});
    return;
  }
  constexpr std::size_t kSkip = sizeof kPart - 1;
  std::shared_ptr<Listener> listener;
  {
    const std::lock_guard lock(mutex_);
    const auto it = listeners_.find(topic.substr(kSkip, line - kSkip));
    if (it == listeners_.end()) return;
    listener = it->second;
  }
  listener->loop->post([listener, about = topic.substr(line + 1), text = notice.text] {
    listener->heard(about, text);
  });
}

void Cluster::collected() {
  keeper_.look();
}

void Cluster::end() {
  keeper_.end();
}

}  // namespace openclaw::cluster
