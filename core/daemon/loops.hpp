// The daemon's event loops, each with the one way out that belongs to it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/http/egress/client.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::daemon {

struct EgressLoop {
  explicit EgressLoop(std::string name) : loop(std::move(name)), egress(loop) {}
  runtime::Loop loop;
  http::egress::Client egress;
};

/// One loop for the pipeline, `http` for connections, and one for each channel instance and each
/// provider: one that blocks holds up nobody but itself.
class Loops {
 public:
  explicit Loops(std::size_t http);

  [[nodiscard]] EgressLoop& pipeline() { return *pipeline_; }
  [[nodiscard]] std::vector<std::unique_ptr<EgressLoop>>& http() { return http_; }
  [[nodiscard]] std::vector<runtime::Loop*> http_loops() const;
  /// For one channel instance or provider, before start().
  EgressLoop& add_plugin(const std::string& name);
  void start();
  /// Ends every loop, the pipeline last, waiting at most `deadline` for all of them. The names of
  /// those that are stuck inside a plugin: they must not be destroyed. [not a loop]
  [[nodiscard]] std::vector<std::string> stop(runtime::Millis deadline);

 private:
  std::unique_ptr<EgressLoop> pipeline_;
  std::vector<std::unique_ptr<EgressLoop>> http_;
  std::vector<std::unique_ptr<EgressLoop>> plugins_;
};

}  // namespace openclaw::daemon
