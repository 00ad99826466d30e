// What a gateway close code asks for.
#pragma once

#include <cstdint>
#include <string>

namespace openclaw::discord {

enum class AfterClose { resume, identify, give_up };

/// Codes nobody has listed, and none at all (1005, 1006, an error), leave the session as it is.
AfterClose after_close(std::uint32_t code);

/// Why nothing helps but the operator, for codes after which to give up. `key_prefix` begins keys.
std::string fatal_reason(std::uint32_t code, const std::string& key_prefix);

/// "4009 (the session timed out)", for sentences about any other close.
std::string close_words(std::uint32_t code);

}  // namespace openclaw::discord
