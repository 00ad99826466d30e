// Calls of the Bot API through the host's HTTP service.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "answer.hpp"
#include "openclaw/cpp/channel/http_calls.hpp"

namespace openclaw::telegram {

class Api {
 public:
  using Done = std::function<void(Answer)>;

  Api(sdk::Host& host, std::string api_root);

  /// POSTs `body` (JSON, or empty) to `method` with `query`. `done` comes exactly once, never
  /// inside. Returns what cancel() takes.
  std::uint64_t call(std::string_view method, std::string body, std::uint32_t total_ms, Done done,
                     std::string_view query = {});
  void cancel(std::uint64_t call) { calls_.cancel(call); }
  void cancel_all() { calls_.cancel_all(); }
  [[nodiscard]] std::size_t under_way() const { return calls_.under_way(); }
  /// Called whenever a call has ended.
  void on_ended(std::function<void()> fn) { calls_.on_ended(std::move(fn)); }

 private:
  sdk::HttpCalls calls_;
  std::string prefix_;
};

}  // namespace openclaw::telegram
