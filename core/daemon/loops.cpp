// The daemon's event loops, each with the one way out that belongs to it.
#include "core/daemon/loops.hpp"

namespace openclaw::daemon {

Loops::Loops(std::size_t http) : pipeline_(std::make_unique<EgressLoop>("pipeline")) {
  for (std::size_t i = 0; i < http; ++i) {
    http_.push_back(std::make_unique<EgressLoop>("http-" + std::to_string(i)));
  }
}

std::vector<runtime::Loop*> Loops::http_loops() const {
  std::vector<runtime::Loop*> out;
  for (const auto& l : http_) out.push_back(&l->loop);
  return out;
}

EgressLoop& Loops::add_plugin(const std::string& name) {
  plugins_.push_back(std::make_unique<EgressLoop>(name));
  return *plugins_.back();
}

void Loops::start() {
  pipeline_->loop.start();
  for (auto& l : http_) l->loop.start();
  for (auto& l : plugins_) l->loop.start();
}

std::vector<std::string> Loops::stop(runtime::Millis deadline) {
  const auto until = runtime::SteadyClock::now() + deadline;
  std::vector<std::string> stuck;
  const auto end = [&](std::vector<runtime::Loop*> group) {
    for (runtime::Loop* loop : group) loop->stop();
    for (runtime::Loop* loop : group) {
      if (!loop->join_until(until)) stuck.push_back(loop->name());
    }
  };
  std::vector<runtime::Loop*> plugins;
  for (auto& l : plugins_) plugins.push_back(&l->loop);
  end(std::move(plugins));
  end(http_loops());
  end({&pipeline_->loop});
  return stuck;
}

}  // namespace openclaw::daemon
