// What the REST API answered, and what an error of it means for a send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openclaw/cpp/failure.hpp"
#include "rate_headers.hpp"

namespace openclaw::discord {

struct ApiError {
  std::uint32_t status = 0;  ///< 0: no answer came, see transport
  std::int64_t code = 0;     ///< Discord's own, e.g. 50013
  std::string message;       ///< Discord's words
  std::uint64_t retry_after_ms = 0;
  bool global = false;  ///< a 429 for everything, not for one route
  std::optional<sdk::Failure> transport;

  static constexpr std::int64_t kMissingAccess = 50001, kMissingPermissions = 50013;
  /// The bot's role was not given, or lost, what it needs in one channel.
  [[nodiscard]] bool lacks_permission() const {
    return code == kMissingAccess || code == kMissingPermissions;
  }
  /// "403: Missing Permissions (50013)" or the transport's sentence.
  [[nodiscard]] std::string sentence() const;
};

/// On success `body` is the whole answer.
struct Answer {
  std::optional<ApiError> error;
  RateHeaders rate;
  std::string body;
};

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status,
                   const RateHeaders& rate, std::string body);

/// The id of the message in an answer; empty: unreadable.
std::string decode_message_id(const std::string& body);

/// What the host shall do about a send that failed so. The nonce makes a resend safe.
sdk::Failure send_failure(const ApiError& error, const std::string& key_prefix);

}  // namespace openclaw::discord
