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

EgressLoop& Loops::add_channel(const std::string& name) {
  channels_.push_back(std::make_unique<EgressLoop>(name));
  return *channels_.back();
}

void Loops::start() {
  pipeline_->loop.start();
  for (auto& l : http_) l->loop.start();
  for (auto& l : channels_) l->loop.start();
}

void Loops::stop() {
  for (auto* group : {&channels_, &http_}) {
    for (auto& l : *group) l->loop.stop();
    for (auto& l : *group) l->loop.join();
  }
  pipeline_->loop.stop();
  pipeline_->loop.join();
}

}  // namespace openclaw::daemon
