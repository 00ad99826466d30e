// Where media that a person sent is, as the Graph API says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "answer.hpp"
#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::whatsapp {

struct MediaPlace {
  std::string url, mime;
  std::string sha256;       ///< in hexadecimal digits; empty: not said
  std::uint64_t bytes = 0;  ///< 0: not said
};

/// Absent when it cannot be read.
std::optional<MediaPlace> decode_media(const std::string& body);

/// The token goes with it, so absent for any server but Meta's own for media, and that of
/// `api_root`.
std::optional<sdk::Download> download_of(const MediaPlace& place, const std::string& api_root);

/// What the host shall do about a fetch whose lookup failed so.
sdk::Failure media_failure(const ApiError& error, const std::string& key_prefix);

/// True when `hex` is the SHA-256 of `bytes`.
bool has_sha256(std::string_view bytes, std::string_view hex);

}  // namespace openclaw::whatsapp
