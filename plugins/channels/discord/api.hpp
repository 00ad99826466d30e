// REST calls through the host's HTTP service, within Discord's limits.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "answer.hpp"
#include "buckets.hpp"
#include "openclaw/cpp/channel/http_calls.hpp"
#include "requests.hpp"

namespace openclaw::discord {

/// Discord blocks what does not say who it is in this form.
inline constexpr const char* kUserAgent =
    "DiscordBot (https://github.com/openclaw/gateway, " OPENCLAW_PLUGIN_VERSION ")";

class Api {
 public:
  using Done = std::function<void(Answer)>;

  Api(sdk::Host& host, std::string api_root);

  /// 0: the call is under way, and `done` comes exactly once, never inside. Else in how many
  /// milliseconds to come back: nothing was sent, and `done` does not come.
  std::uint32_t call(const Request& request, std::uint32_t total_ms, Done done,
                     std::uint64_t* id = nullptr);
  /// The same for what gives way to all else, and may never come back: no place is kept for it.
  std::uint32_t call_aside(const Request& request, std::uint32_t total_ms, Done done);
  void cancel(std::uint64_t call) { calls_.cancel(call); }
  void cancel_all() { calls_.cancel_all(); }
  [[nodiscard]] std::size_t under_way() const { return calls_.under_way(); }
  /// Not 0: Discord has refused so much that nothing is sent for a while.
  [[nodiscard]] std::uint32_t silent_ms() const { return buckets_.silent_ms(host_.now_ms()); }
  /// Called whenever a call has ended.
  void on_ended(std::function<void()> fn) { calls_.on_ended(std::move(fn)); }

 private:
  std::uint64_t begin(const Request& request, std::uint32_t total_ms, Done done);

  sdk::Host& host_;
  sdk::HttpCalls calls_;
  std::string root_;
  Buckets buckets_;
};

}  // namespace openclaw::discord
