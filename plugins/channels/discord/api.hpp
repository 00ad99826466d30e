// REST calls through the host's HTTP service, within Discord's limits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "answer.hpp"
#include "buckets.hpp"
#include "openclaw/cpp/host.hpp"
#include "requests.hpp"

namespace openclaw::discord {

class Api {
 public:
  using Done = std::function<void(Answer)>;

  Api(sdk::Host& host, std::string api_root);

  /// 0: the call is under way, and `done` comes exactly once, never inside. Else in how many
  /// milliseconds to come back: nothing was sent, and `done` does not come.
  std::uint32_t call(const Request& request, std::uint32_t total_ms, Done done,
                     std::uint64_t* id = nullptr);
  void cancel(std::uint64_t call);
  void cancel_all();
  [[nodiscard]] std::size_t under_way() const { return calls_.size(); }
  /// Not 0: Discord has refused so much that nothing is sent for a while.
  [[nodiscard]] std::uint32_t silent_ms() const { return buckets_.silent_ms(host_.now_ms()); }
  /// Called whenever a call has ended.
  void on_ended(std::function<void()> fn) { ended_ = std::move(fn); }

 private:
  void end(std::uint64_t call, const Route& route, const Done& done, Answer answer);

  sdk::Host& host_;
  std::string root_;
  Buckets buckets_;
  std::uint64_t next_ = 1;
  std::map<std::uint64_t, oc_op> calls_;
  std::function<void()> ended_;
};

}  // namespace openclaw::discord
