// The proof that a webhook's bytes come from Meta.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace openclaw::whatsapp {

using Digest = std::array<std::uint8_t, 32>;

/// True when `header` (X-Hub-Signature-256) is "sha256=" and `expected` in lower-case hex. The time
/// it takes does not depend on where they differ.
bool signature_matches(std::string_view header, const Digest& expected);

}  // namespace openclaw::whatsapp
