// Who a browser is: the secret token it keeps becomes an identity that may be shown and logged.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::webchat {

/// 22 to 128 of A-Za-z0-9_- : at least 128 random bits in base64url.
bool valid_token(std::string_view token);

/// The first 32 hex digits of SHA-256("openclaw-webchat:" + token). The token cannot be found from
/// it, so it may appear in configuration, logs and pairing lists.
std::string sender_id(std::string_view token);

/// 128 bits from the system's secure source, as 32 hex digits. Throws when it has none.
std::string random_id();

/// The first 16 hex digits of SHA-256: names a page file's content.
std::string content_tag(std::string_view bytes);

}  // namespace openclaw::webchat
