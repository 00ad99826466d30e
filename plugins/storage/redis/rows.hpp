// What the scripts answer a row of a list with, as the ABI's structs. Texts are borrowed from the
// answer.
#pragma once

#include "openclaw/storage.h"
#include "reply.hpp"

namespace openclaw::redis {

/// The server does nothing else while it makes a page.
constexpr std::uint32_t kPageRows = 500;
constexpr std::uint32_t kPageBytes = 4 << 20;

/// 17 of a stream's id "17-0".
std::uint64_t place_in_stream(std::string_view id);

/// Of queue.lua's 'inbox' and 'dead'.
oc_inbox_row message_in(Item row);

/// Of a message that waits: an entry of the stream, and its claim, a value of CLAIMS in keys.lua.
oc_inbox_row waiting_message_in(Item entry, Item claim);

/// Of queue.lua's 'outbox' and 'held'; `entry` outlives what is returned.
oc_outbox_row reply_in(Item row, oc_outbox_entry& entry);

/// Of a stream of entries.
oc_transcript_entry entry_in(Item row);

}  // namespace openclaw::redis
