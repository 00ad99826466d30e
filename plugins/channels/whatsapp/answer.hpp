// An answer of the Graph API, read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "openclaw/cpp/failure.hpp"

namespace openclaw::whatsapp {

/// What went wrong with a call: in transport, or as the Graph API said.
struct ApiError {
  std::optional<sdk::Failure> transport;  ///< set: no answer came
  std::uint32_t status = 0;               ///< HTTP; 0 without an answer
  std::int64_t code = 0, subcode = 0;     ///< Meta's; 0: none was given
  std::string text;                       ///< Meta's words, shortened
  bool transient = false;                 ///< Meta says that it may work later

  /// For a log or a status line, without secrets: Meta may quote a token that it refuses, so then
  /// only the codes are named.
  [[nodiscard]] std::string sentence() const;
  /// The token is wrong, expired or revoked.
  [[nodiscard]] bool token_refused() const;
};

/// On success `body` is the whole answer.
struct Answer {
  std::optional<ApiError> error;
  std::string body;
};

Answer read_answer(std::optional<sdk::Failure> transport, std::uint32_t status, std::string body);

/// The wamid that a send was answered with; empty: unreadable.
std::string decode_message_id(const std::string& body);
/// The id of the phone number that was asked about; empty: unreadable.
std::string decode_number_id(const std::string& body);

}  // namespace openclaw::whatsapp
