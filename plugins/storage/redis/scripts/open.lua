-- Takes the store for one gateway, and makes it when there is none.
-- ARGV: a fresh identity, what nobody guesses of the token, the holder's name, the lease in ms, a holder
-- that may be taken over at once or '', the schema's version. Answers {outcome, ...}: see taking.cpp.
local moved = moving()
if moved then return moved end
local stored = call('HMGET', STORE, 'schema', 'identity')
local lists = {INBOX, CLAIMS, WAITING, KNOWN, SEEN, DEAD, DEAD_TIMES, DEAD_ROWS, OUTBOX, HELD, HELD_TIMES,
               REPLIES, STATES, IDEMPOTENCY, SESSIONS, IDLE, SESSION_ROWS, GATEWAY}
if not stored[1] then
  for _, name in ipairs(lists) do
    if call('EXISTS', name) == 1 then return {'parts', name} end
  end
elseif stored[1] ~= ARGV[6] then
  return {'version', stored[1]}
else
  -- What was evicted or deleted shows, mostly, in numbers that must be equal.
  local messages, replies = call('XLEN', INBOX), call('ZCARD', OUTBOX) + call('ZCARD', HELD)
  local dead, sessions = call('ZCARD', DEAD), call('ZCARD', SESSIONS)
  local pairs_of = {{CLAIMS, messages}, {DEAD_ROWS, dead}, {REPLIES, replies}, {STATES, replies},
                    {SESSION_ROWS, sessions}}
  for _, pair in ipairs(pairs_of) do
    if call('HLEN', pair[1]) ~= pair[2] then return {'parts', pair[1]} end
  end
  local sorted = {{DEAD_TIMES, dead}, {HELD_TIMES, call('ZCARD', HELD)}, {IDLE, sessions}}
  for _, pair in ipairs(sorted) do
    if call('ZCARD', pair[1]) ~= pair[2] then return {'parts', pair[1]} end
  end
end

local now = now_ms()
local held = call('HMGET', GATEWAY, 'holder', 'until', 'applying', 'token')
if held[1] and tonumber(held[2]) > now and held[1] ~= ARGV[5] then
  return {'held', held[1], digits(tonumber(held[2]) - now)}
end

local times = held[4] and tonumber(string.match(held[4], '^%d+')) or 0
local token = digits(times + 1) .. ':' .. ARGV[2]
local why = refused('HSET', GATEWAY, 'token', token, 'holder', ARGV[3], 'until',
                          digits(now + tonumber(ARGV[4])), 'batch', '0', 'results', '', 'applying', '')
if why then return why end
local was_there = stored[1]
if not was_there then
  stored[2] = ARGV[1]
  call('HSET', STORE, 'schema', ARGV[6], 'identity', ARGV[1], 'next_inbox', '0', 'next_outbox', '0',
       'max_epoch', '0', 'unknown', '0', 'text_bytes', '0')
end
if held[3] and held[3] ~= '' then
  -- The batch that was cut in the middle may have used numbers that it did not come to write down.
  call('HINCRBY', STORE, 'next_inbox', 1000000)
  call('HINCRBY', STORE, 'next_outbox', 1000000)
end
return {'taken', stored[2], token, was_there and 'old' or 'new', held[3] or ''}
