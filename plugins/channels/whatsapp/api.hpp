// Calls of the Graph API through the host's HTTP service.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "answer.hpp"
#include "openclaw/cpp/channel/http_calls.hpp"

namespace openclaw::whatsapp {

/// Meta's description asks for name/1.2.3.
inline constexpr const char* kUserAgent = "OpenClaw-Gateway/" OPENCLAW_PLUGIN_VERSION;
/// The token never appears here: the host puts it in place of ${secret:token}.
inline constexpr const char* kAuthorization = "Bearer ${secret:token}";

class Api {
 public:
  using Done = std::function<void(Answer)>;

  Api(sdk::Host& host, const std::string& api_root);

  /// POSTs `body` to the number's messages. `done` comes exactly once, never inside. Returns what
  /// cancel() takes.
  std::uint64_t messages(const std::string& phone_number_id, std::string body,
                         std::uint32_t total_ms, Done done);
  /// Asks where a person's media is.
  std::uint64_t media(const std::string& media_id, std::uint32_t total_ms, Done done);
  /// Asks what the number is.
  std::uint64_t number(const std::string& phone_number_id, std::uint32_t total_ms, Done done);
  void cancel(std::uint64_t call) { calls_.cancel(call); }
  void cancel_all() { calls_.cancel_all(); }
  [[nodiscard]] std::size_t under_way() const { return calls_.under_way(); }
  /// Called whenever a call has ended.
  void on_ended(std::function<void()> fn) { calls_.on_ended(std::move(fn)); }

 private:
  std::uint64_t call(sdk::HttpRequest request, std::uint32_t total_ms, Done done);

  sdk::HttpCalls calls_;
  std::string prefix_;
};

}  // namespace openclaw::whatsapp
