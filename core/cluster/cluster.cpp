#include "core/cluster/cluster.hpp"

#include <utility>

namespace openclaw::cluster {

using runtime::Loop;
using runtime::SteadyClock;

namespace {
constexpr std::size_t kMostTelling = 16U << 20U;  // bytes that wait to be written
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
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_wish_;
    wishes_[name] = {number, false};
  }
  home_.post([this, name, number, loop, changed = std::move(changed)] {
    if (!is_wish(name, number)) return;
    keeper_.want(name, [this, name, number, loop, changed](bool held) {
      {
        // What was granted to a wish that has ended since is nobody's here.
        const std::lock_guard lock(mutex_);
        const auto wish = wishes_.find(name);
        if (wish == wishes_.end() || wish->second.number != number) return;
        wish->second.held = held;
      }
      loop->post([changed, held] { changed(held); });
    });
  });
}

bool Cluster::is_wish(const std::string& name, std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto wish = wishes_.find(name);
  return wish != wishes_.end() && wish->second.number == number;
}

void Cluster::release(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    wishes_.erase(name);
  }
  home_.post([this, name] {
    {
      // Wanted again meanwhile: then that wish's own task goes on with it.
      const std::lock_guard lock(mutex_);
      if (wishes_.contains(name)) return;
    }
    keeper_.release(name);
  });
}

void Cluster::release_all(const std::string& prefix) {
  std::vector<std::string> names;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, wish] : wishes_) {
      if (name.starts_with(prefix)) names.push_back(name);
    }
  }
  for (const auto& name : names) release(name);
}

bool Cluster::held(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    const auto wish = wishes_.find(name);
    if (wish == wishes_.end() || !wish->second.held) return false;
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
  const std::size_t bytes = topic.size() + text.size() + 256;
  if (telling_->fetch_add(bytes) + bytes > kMostTelling) {
    telling_->fetch_sub(bytes);
    return false;
  }
  store_.write(pipeline::SendNotice{{}, kPart + part + '\n' + topic, text},
               [telling = telling_, bytes, &log = log_](const Result<pipeline::Written>& written) {
                 telling->fetch_sub(bytes);
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

}  // namespace openclaw::cluster
