// What the Bot API answered, and what an error of it means for a send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openclaw/cpp/failure.hpp"

namespace openclaw::telegram {

struct ApiError {
  std::uint32_t status = 0;  ///< HTTP status = error_code; 0: no answer came, see transport
  std::string description;   ///< Telegram's words, without secrets
  std::uint32_t retry_after_s = 0;
  std::int64_t migrate_to = 0;  ///< the supergroup that this group has become; 0 = none
  std::optional<sdk::Failure> transport;

  /// "409: Conflict: ..." or the transport's sentence.
  [[nodiscard]] std::string sentence() const;
  [[nodiscard]] bool says(std::string_view words) const;
  /// 401, or a 404 for the whole path: what api.telegram.org answers to a malformed token.
  [[nodiscard]] bool token_refused() const;
  /// A group's administrators keep the bot from writing there.
  [[nodiscard]] bool lacks_permission() const;
  /// Of those, what is about one topic only.
  [[nodiscard]] bool topic_closed() const;
};

/// On success `body` is the whole answer, for the decoders in codec.hpp.
struct Answer {
  std::optional<ApiError> error;
  std::string body;
};

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status, std::string body);

/// The id of the message that an answer holds; empty: unreadable.
std::string decode_message_id(const std::string& body);

/// What the host shall do about a send that failed so.
///
/// A 5xx may come after the message went out (Telegram ends requests that are under way with 500
/// when it restarts; a proxy's 502 and 504 say nothing), so it is never resent unseen.
sdk::Failure send_failure(const ApiError& error, const std::string& key_prefix);

/// Telegram could not get what a message was to show, or cannot show it there; a text may still go.
bool media_refused(const ApiError& error);

}  // namespace openclaw::telegram
