-- The totals. ARGV: identity. Answers the numbers in the order of reader.cpp.
local why = stranger(ARGV[1])
if why then return why end
local kept = call('HMGET', STORE, 'unknown', 'max_epoch', 'text_bytes', 'next_inbox', 'next_outbox')
return {digits(call('XLEN', INBOX)), digits(call('ZCARD', OUTBOX)), digits(call('ZCARD', DEAD)),
        digits(call('ZCARD', HELD)), kept[1], kept[2], digits(call('ZCARD', SESSIONS)), kept[3], kept[4], kept[5],
        digits(now_ms())}
