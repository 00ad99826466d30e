// Decides from what Telegram says of the webhook whether updates reach us, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answer.hpp"

namespace openclaw::telegram {

/// What getWebhookInfo answers with.
struct WebhookInfo {
  std::string url;  ///< empty: none is set
  std::int64_t pending = 0;
  std::int64_t last_error_unix_ms = 0;  ///< of a delivery; 0: there was none
  std::string last_error;
};

/// Absent when the answer is not what getWebhookInfo promises.
std::optional<WebhookInfo> decode_webhook_info(std::string_view body);

/// Silence proves nothing in webhook mode, and sends go another way: so Telegram is asked, from
/// time to time, where it delivers to and whether it can. The clock, Unix milliseconds, is handed
/// in.
class WebhookHealth {
 public:
  /// So that what fails is known within 120 s: the second failure in a row is one of the way there.
  static constexpr std::uint64_t kEveryMs = 60'000;
  static constexpr std::uint64_t kAgainMs = 20'000;

  /// `url`: what was registered with Telegram; empty: the operator has done that, with any address.
  WebhookHealth(std::string key_prefix, std::string url, std::string route_path,
                std::int64_t now_unix_ms);

  /// A request with the right secret came, however it is answered.
  void heard(std::int64_t now_unix_ms);
  void told(const WebhookInfo& info);
  /// Telegram could not be asked.
  void failed(const ApiError& error);

  /// Why nothing comes, and what to do; empty: as far as is known, all is well.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] std::uint64_t ask_in_ms() const { return failures_ == 0 ? kEveryMs : kAgainMs; }

 private:
  [[nodiscard]] std::string reason_of(const WebhookInfo& info) const;
  [[nodiscard]] std::string key(const char* name) const { return key_prefix_ + name; }

  std::string key_prefix_, url_, route_path_, trouble_;
  std::int64_t heard_unix_ms_;  ///< or the start: what failed before it is past
  int failures_ = 0;
};

}  // namespace openclaw::telegram
