// Ed25519, as Discord signs its interactions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace openclaw::discord {

/// True when `signature_hex` is the key's signature over `timestamp` followed by `body`, byte for
/// byte as received.
bool is_signed(const std::array<std::uint8_t, 32>& public_key, std::string_view signature_hex,
               std::string_view timestamp, std::string_view body);

}  // namespace openclaw::discord
