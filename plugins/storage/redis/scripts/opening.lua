-- ---- what open.lua and join.lua begin with ----

-- The store's {schema, identity}; or nil and the answer, when it is none that can be used.
local function found_store()
  local stored = call('HMGET', STORE, 'schema', 'identity')
  if not stored[1] then
    local lists = {INBOX, CLAIMS, WAITING, KNOWN, SEEN, DEAD, DEAD_TIMES, DEAD_ROWS, OUTBOX, HELD, HELD_TIMES,
                   REPLIES, STATES, IDEMPOTENCY, SESSIONS, IDLE, SESSION_ROWS, GATEWAY, MEMBERS}
    for _, name in ipairs(lists) do
      if call('EXISTS', name) == 1 then return nil, {'parts', name} end
    end
    return stored
  end
  if stored[1] ~= ALONE and stored[1] ~= SHARED then return nil, {'version', stored[1]} end
  -- What was evicted or deleted shows, mostly, in numbers that must be equal.
  local messages, replies = call('XLEN', INBOX), call('ZCARD', OUTBOX) + call('ZCARD', HELD)
  local dead, sessions = call('ZCARD', DEAD), call('ZCARD', SESSIONS)
  local pairs_of = {{CLAIMS, messages}, {DEAD_ROWS, dead}, {REPLIES, replies}, {STATES, replies},
                    {SESSION_ROWS, sessions}}
  for _, pair in ipairs(pairs_of) do
    if call('HLEN', pair[1]) ~= pair[2] then return nil, {'parts', pair[1]} end
  end
  local sorted = {{DEAD_TIMES, dead}, {HELD_TIMES, call('ZCARD', HELD)}, {IDLE, sessions}}
  for _, pair in ipairs(sorted) do
    if call('ZCARD', pair[1]) ~= pair[2] then return nil, {'parts', pair[1]} end
  end
  return stored
end

-- Whether that process is among ARGV[6] and those that follow, where open.lua has two numbers before them.
local function is_gone(process)
  for i = 6, #ARGV do
    if ARGV[i] == process then return true end
  end
  return false
end

-- Whether that lease has ended, or with its process.
local function is_over(process, ends)
  return ends <= now_ms() or is_gone(process)
end

-- One that would end too late ends so from now on.
local function end_of_lease(key, ends, lease)
  local latest = reined_in(ends, lease)
  if latest < tonumber(ends) then redis.pcall('HSET', key, 'until', digits(latest)) end
  return latest
end

-- The answer while the gateway that has the whole store lives, or nil.
local function held_by_gateway()
  local held = call('HMGET', GATEWAY, 'holder', 'until', 'building', 'lease')
  if not held[1] then return nil end
  local ends = end_of_lease(GATEWAY, held[2], held[4] or '10000')
  if is_over(held[1], ends) then return nil end
  return {held[3] == '1' and 'building' or 'held', held[1], digits(ends - now_ms()), 'alone'}
end

-- A batch that was cut in the middle may have used numbers that it did not come to write down.
local function skip_numbers()
  call('HINCRBY', STORE, 'next_inbox', 1000000)
  call('HINCRBY', STORE, 'next_outbox', 1000000)
end
