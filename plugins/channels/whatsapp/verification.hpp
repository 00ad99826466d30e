// The GET with which Meta asks whether a webhook address is ours.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::whatsapp {

struct Verification {
  std::string token;      ///< hub.verify_token, to be compared with the configured one
  std::string challenge;  ///< hub.challenge, to be given back as it is
};

/// Absent when the query is no such question: hub.mode is not subscribe, or a part is missing.
std::optional<Verification> read_verification(std::string_view query);

}  // namespace openclaw::whatsapp
