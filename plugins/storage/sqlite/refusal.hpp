// Why a write was refused, in words that outlive every call.
#pragma once

#include "openclaw/cpp/text.hpp"
#include "openclaw/storage.h"

namespace openclaw::sqlite {

constexpr char kKeyTooLong[] =
    "a session, agent, channel, account, event id or key is longer than 8 KiB";
constexpr char kTextTooLong[] = "a payload, text or reason is longer than 32 MiB";
constexpr char kBadIds[] = "an id comes twice, or is none";
constexpr char kBadEpoch[] = "an epoch is 0, or greater than a signed number holds";
constexpr char kFenced[] = "a message is gone, of another session, or claimed by another epoch";
constexpr char kGone[] = "no such row";

/// `why` is a literal.
inline void refuse(oc_write_result& result, oc_status status, const char* why) {
  result.status = status;
  result.reason = sdk::str(why);
}

}  // namespace openclaw::sqlite
