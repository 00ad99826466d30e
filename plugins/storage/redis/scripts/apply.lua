-- Applies one batch: one call, so one round trip, and nobody sees the half of it. Redis does not roll
-- back, so each write looks at everything before it changes anything, and the field `applying` tells
-- of a batch that was cut in the middle all the same.
--
-- ARGV: identity, who writes ('gateway', 'member:7'), its token, the batch before this one, this one's
-- number, the lease in ms, how many writes, '1' when they take no memory; then the writes, each a kind and its
-- fields as batch.cpp lays them out. Answers two numbers a write: what became of it (codes in batch.cpp), and the id. They are kept
-- as well: whoever asks after a connection was cut finds them, or that there are none.
--
-- Before it stands alone.lua, or member.lua for one of several gateways; behind it what only one of these
-- writes, and batch.lua.
local why = moving() or fenced(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if why then return why end
local writer = prefix .. ARGV[2]

local stored = call('HMGET', STORE, 'next_inbox', 'next_outbox', 'max_epoch', 'unknown', 'text_bytes',
                    'applying')
local next_inbox, next_outbox = tonumber(stored[1]), tonumber(stored[2])
local max_epoch, unknown, text_bytes = stored[3], tonumber(stored[4]), tonumber(stored[5])

why = (ARGV[8] == '1' and refused_but_for_memory or refused)('HSET', writer, 'applying', ARGV[5])
if why then return why end
if is_shared then
  -- Another member's batch that was cut in the middle may have used numbers, as in open.lua.
  if stored[6] then next_inbox, next_outbox = next_inbox + 1000000, next_outbox + 1000000 end
  call('HSET', STORE, 'applying', ARGV[2])
end

local at = 8
local function field()
  at = at + 1
  return ARGV[at]
end
local function fields(count)
  local from = at + 1
  at = at + count
  return unpack(ARGV, from, at)
end

-- Epochs may need 63 bits, more than a number here holds.
local function newer(a, b)
  if #a ~= #b then return #a > #b end
  local high_a, high_b = tonumber(string.sub(a, 1, 10)), tonumber(string.sub(b, 1, 10))
  if high_a ~= high_b then return high_a > high_b end
  return (tonumber(string.sub(a, 11)) or 0) > (tonumber(string.sub(b, 11)) or 0)
end
local function see(epoch)
  if newer(epoch, max_epoch) then max_epoch = epoch end
end

local DUPLICATE, FENCED, KEY_TAKEN, GONE = 1, 2, 3, 4
local OTHER_VERSION, NO_SESSION, NOT_IDLE, SESSION_GONE = 5, 6, 7, 8
local ELSEWHERE, NOT_MINE, TOO_SOON, STARTED = 9, 10, 11, 12
local STEP = 1000 -- rows that one write removes at most

-- ---- the inbox ----

local function claim_of(id)
  local claim = call('HGET', CLAIMS, id)
  return claim and unpacked(claim)
end

local function accept(here, attempts, epoch, received, event, session, row)
  next_inbox = next_inbox + 1
  local id = digits(next_inbox)
  accepted(id, session, here) -- first: of a batch that is cut in the middle none may lie where nobody looks
  call('XADD', INBOX, id .. '-0', 'row', row)
  call('HSET', CLAIMS, id, pack({attempts, epoch, received, event, session}))
  call('HINCRBY', WAITING, session, 1)
  if event ~= '' then call('HSET', KNOWN, event, id) end
  return id
end

local function ingest()
  local flags, event, received, epoch, session, row = fields(6)
  if event ~= '' then
    local id = call('HGET', KNOWN, event)
    if id then return DUPLICATE, id end
  end
  local here = not is_shared or (flags % 2 == 0 and is_here(session))
  if not here then
    if flags % 4 >= 2 then return NOT_MINE, 0 end
    return ELSEWHERE, accept(false, 0, '0', received, event, session, row)
  end
  see(epoch)
  return 0, accept(true, epoch == '0' and 0 or 1, epoch, received, event, session, row)
end

local function take_ids()
  local ids = {}
  for i = 1, tonumber(field()) do ids[i] = field() end
  return ids
end

-- The claims on messages of that session, or nil when one of them does not `fit`.
local function claims_on(ids, session, fit)
  local claims = {}
  for i, id in ipairs(ids) do
    local claim = claim_of(id)
    if not claim or claim[5] ~= session or not fit(claim) or not is_mine(id) then return nil end
    claims[i] = claim
  end
  return claims
end

local function attempt()
  local epoch, session = fields(2)
  local ids = take_ids()
  local claims = claims_on(ids, session, function(claim) return not newer(claim[2], epoch) end)
  if not claims then return FENCED, 0 end
  for i, id in ipairs(ids) do
    local claim = claims[i]
    claim[1], claim[2] = claim[1] + 1, epoch
    call('HSET', CLAIMS, id, pack(claim))
  end
  see(epoch)
  return 0, 0
end

local function bury(id, claim, reason, since)
  local row = call('XRANGE', INBOX, id .. '-0', id .. '-0')[1][2][2]
  call('ZADD', DEAD, id, id)
  call('ZADD', DEAD_TIMES, since, id)
  call('HSET', DEAD_ROWS, id, pack({claim[1], claim[2], claim[3], claim[4], claim[5], reason, since, row}))
end

local function leave_inbox(id, claim)
  call('XDEL', INBOX, id .. '-0')
  call('HDEL', CLAIMS, id)
  if call('HINCRBY', WAITING, claim[5], -1) <= 0 then call('HDEL', WAITING, claim[5]) end
  -- From now on a sweep may take the key: not before, or a redelivery would be a second message.
  if claim[4] ~= '' and call('HGET', KNOWN, claim[4]) == id then call('ZADD', SEEN, claim[3], claim[4]) end
  left_inbox(id, claim[5])
end

-- ---- replies ----

-- `begins`: it is to be STARTED at once. The id, and whether it is.
local function store_reply(here, updated, expires, key, row, begins)
  next_outbox = next_outbox + 1
  local id = digits(next_outbox)
  call('ZADD', OUTBOX, id, id)
  call('HSET', REPLIES, id, row)
  local state = {begins and not is_shared and 2 or 1, updated, expires, key, ''}
  call('HSET', STATES, id, pack(state))
  if key ~= '' then call('HSET', IDEMPOTENCY, key, id) end
  stored_reply(id, here)
  if begins and is_shared and not comes_too_soon(id) then
    state[1] = 2
    call('HSET', STATES, id, pack(state))
  end
  return id, state[1] == 2
end

local function drop_reply(id, state)
  if state[1] <= 2 then
    call('ZREM', OUTBOX, id)
    left_outbox(id)
  else
    call('ZREM', HELD, id)
    call('ZREM', HELD_TIMES, id)
  end
  if state[1] == 4 then unknown = unknown - 1 end
  call('HDEL', REPLIES, id)
  call('HDEL', STATES, id)
  if state[4] ~= '' then call('HDEL', IDEMPOTENCY, state[4]) end
end

-- UNKNOWN or DEAD from now on.
local function hold_reply(id, state, to, when, reason)
  if state[1] == 4 then unknown = unknown - 1 end
  if to == 4 then unknown = unknown + 1 end
  if state[1] <= 2 then
    call('ZREM', OUTBOX, id)
    left_outbox(id)
    call('ZADD', HELD, id, id)
  end
  call('ZADD', HELD_TIMES, when, id)
  call('HSET', STATES, id, pack({to, when, state[3], state[4], reason}))
end

local function move()
  local id, to, when, reason = fields(4)
  to = tonumber(to)
  local state = call('HGET', STATES, id)
  if not state then return GONE, 0 end
  state = unpacked(state)
  if state[1] <= 2 and not is_my_reply(id) then return NOT_MINE, 0 end
  if to == 2 and state[1] <= 2 and comes_too_soon(id) then return TOO_SOON, 0 end
  if to == 3 then
    drop_reply(id, state)
    return 0, 0
  end
  local is_left = to == 6
  if is_left then to = 1 end
  if to > 2 then
    hold_reply(id, state, to, when, reason)
    return 0, 0
  end
  if state[1] == 4 then unknown = unknown - 1 end
  if state[1] > 2 then
    call('ZREM', HELD, id)
    call('ZREM', HELD_TIMES, id)
    call('ZADD', OUTBOX, id, id)
    stored_reply(id, not is_left)
  elseif is_left then
    left_outbox(id)
    stored_reply(id, false)
  end
  call('HSET', STATES, id, pack({to, when, state[3], state[4], ''}))
  return 0, 0
end

-- ---- sessions: {first, next, entries, bytes, all bytes, updated} ----

local function session_of(name)
  local row = call('HGET', SESSION_ROWS, name)
  return row and unpacked(row)
end

local function say(name, entries, when)
  local session = session_of(name) or {1, 1, 0, 0, 0, when}
  for _, entry in ipairs(entries) do
    call('XADD', TRANSCRIPT .. name, digits(session[2]) .. '-0', 'role', entry[1], 'ts', entry[2],
         'text', entry[3], 'meta', entry[4])
    local length = #entry[3]
    session[2], session[3] = session[2] + 1, session[3] + 1
    session[4], session[5] = session[4] + length, session[5] + length
    text_bytes = text_bytes + length
  end
  session[6] = when
  call('HSET', SESSION_ROWS, name, pack(session))
  call('ZADD', SESSIONS, 0, name)
  call('ZADD', IDLE, when, name)
end

local function forget(name, session)
  call('UNLINK', TRANSCRIPT .. name)
  call('HDEL', SESSION_ROWS, name)
  call('ZREM', SESSIONS, name)
  call('ZREM', IDLE, name)
  text_bytes = text_bytes - session[5]
end

local function change_session()
  local action, when, name = fields(3)
  local session = session_of(name)
  if action == '1' then
    if session then
      session[1], session[3], session[4], session[6] = session[2], 0, 0, when
      call('HSET', SESSION_ROWS, name, pack(session))
      call('ZADD', IDLE, when, name)
    end
    return 0, 0
  end
  if not session then return NO_SESSION, 0 end
  forget(name, session)
  return 0, 0
end

local function trim()
  local idle_before, limit, name = fields(3)
  local session = session_of(name)
  if not session then return NO_SESSION, 0 end
  if tonumber(session[6]) >= tonumber(idle_before) or call('HEXISTS', WAITING, name) == 1 then
    return NOT_IDLE, 0
  end
  local left, removed = math.min(tonumber(limit), STEP), 0
  while left > 0 do
    local wanted = math.min(left, 50)
    local entries = call('XRANGE', TRANSCRIPT .. name, '-', '+', 'COUNT', wanted)
    for _, entry in ipairs(entries) do
      local length = #entry[2][6]
      call('XDEL', TRANSCRIPT .. name, entry[1])
      session[5], text_bytes = session[5] - length, text_bytes - length
      if tonumber(string.match(entry[1], '^%d+')) >= session[1] then
        session[3], session[4] = session[3] - 1, session[4] - length
      end
    end
    removed, left = removed + #entries, left - #entries
    if #entries < wanted then break end
  end
  if call('XLEN', TRANSCRIPT .. name) == 0 then
    forget(name, session)
    return SESSION_GONE, removed
  end
  if removed > 0 then call('HSET', SESSION_ROWS, name, pack(session)) end
  return 0, removed
end

-- ---- a turn's end ----

local function finish()
  local epoch, session, disposition, reason, when = fields(5)
  local ids = take_ids()
  local entries, replies = {}, {}
  for i = 1, tonumber(field()) do entries[i] = {fields(4)} end
  for i = 1, tonumber(field()) do replies[i] = {fields(5)} end

  local claims = claims_on(ids, session, function(claim) return epoch ~= '0' and claim[2] == epoch end)
  if not claims then return FENCED, 0 end
  local mine = {}
  for _, reply in ipairs(replies) do
    local key = reply[1]
    if key ~= '' then
      if mine[key] or call('HEXISTS', IDEMPOTENCY, key) == 1 then return KEY_TAKEN, 0 end
      mine[key] = true
    end
  end

  local id, begun = 0, false -- of the first; a reply's flags: 1 = for anybody, 2 = started at once
  for i, reply in ipairs(replies) do
    local flags = tonumber(reply[5])
    local own, is_begun = store_reply(flags % 2 == 0, reply[2], reply[3], reply[1], reply[4], i == 1 and flags == 2)
    if i == 1 then id, begun = own, is_begun end
  end
  for i, inbox_id in ipairs(ids) do
    if disposition == '3' then bury(inbox_id, claims[i], reason, when) end
    leave_inbox(inbox_id, claims[i])
  end
  if #entries > 0 then say(session, entries, when) end
  see(epoch)
  return begun and STARTED or 0, id
end

-- ---- values ----

-- The greatest version so far: no version of a value comes again after it was deleted.
local function last_version(of_a_value)
  return math.max(tonumber(call('HGET', STORE, 'version') or '0'), tonumber(of_a_value))
end

local function set_value(ns, key, version, value)
  call('ZADD', NAMESPACES, 0, ns)
  call('ZADD', VALUE_KEYS .. ns, 0, key)
  call('HSET', VERSIONS .. ns, key, version)
  call('HSET', VALUES .. ns, key, value)
end

local function put()
  local expected, delete, ns, key, value = fields(5)
  local version = call('HGET', VERSIONS .. ns, key) or '0'
  if expected ~= 'any' and expected ~= version then return OTHER_VERSION, 0 end
  if delete == '1' then
    call('HSET', STORE, 'version', digits(last_version(version)))
    call('HDEL', VERSIONS .. ns, key)
    call('HDEL', VALUES .. ns, key)
    call('ZREM', VALUE_KEYS .. ns, key)
    if call('ZCARD', VALUE_KEYS .. ns) == 0 then call('ZREM', NAMESPACES, ns) end
    return 0, 0
  end
  local new = digits(last_version(version) + 1)
  call('HSET', STORE, 'version', new)
  set_value(ns, key, new, value)
  return 0, new
end

-- ---- cleaning up ----

local function sweep()
  local before, limit = fields(2)
  local left = math.min(tonumber(limit), STEP)
  local events = call('ZRANGEBYSCORE', SEEN, '-inf', '(' .. before, 'LIMIT', 0, left)
  for _, event in ipairs(events) do
    call('ZREM', SEEN, event)
    call('HDEL', KNOWN, event)
  end
  local removed = #events
  left = left - removed
  for _, id in ipairs(call('ZRANGEBYSCORE', DEAD_TIMES, '-inf', '(' .. before, 'LIMIT', 0, left)) do
    call('ZREM', DEAD, id)
    call('ZREM', DEAD_TIMES, id)
    call('HDEL', DEAD_ROWS, id)
    removed, left = removed + 1, left - 1
  end
  for _, id in ipairs(call('ZRANGEBYSCORE', HELD_TIMES, '-inf', '(' .. before, 'LIMIT', 0, left)) do
    drop_reply(id, unpacked(call('HGET', STATES, id)))
    removed, left = removed + 1, left - 1
  end
  if left <= 0 then return 0, removed end
  for _, id in ipairs(expired_replies(left)) do
    local state = unpacked(call('HGET', STATES, id))
    -- What may have arrived is never called dead.
    hold_reply(id, state, state[1] == 2 and 4 or 5, digits(now_ms()), 'expired: older than queue.replyTtlSeconds')
    removed = removed + 1
  end
  return 0, removed
end

local function resolve_message(again, id)
  local row = call('HGET', DEAD_ROWS, id)
  if not row then return GONE, 0 end
  row = unpacked(row)
  call('ZREM', DEAD, id)
  call('ZREM', DEAD_TIMES, id)
  call('HDEL', DEAD_ROWS, id)
  if not again then return 0, 0 end
  -- The key follows its message, so that no sweep takes it while the message waits.
  if row[4] ~= '' then call('ZREM', SEEN, row[4]) end
  return is_shared and ELSEWHERE or 0, accept(false, 0, '0', row[3], row[4], row[5], row[8])
end

local function resolve_reply(again, id, when, expires)
  local state = call('HGET', STATES, id)
  state = state and unpacked(state)
  if not state or state[1] <= 2 then return GONE, 0 end
  local row = again and call('HGET', REPLIES, id)
  drop_reply(id, state)
  if not again then return 0, 0 end
  local fresh = store_reply(false, when, expires, state[4], row)
  return is_shared and ELSEWHERE or 0, fresh
end

local function resolve()
  local queue, action, id, when, expires = fields(5)
  if queue == '1' then return resolve_message(action == '1', id) end
  return resolve_reply(action == '1', id, when, expires)
end

local kinds = {['1'] = ingest, ['2'] = attempt, ['3'] = finish, ['4'] = move, ['5'] = put,
               ['6'] = change_session, ['7'] = sweep, ['8'] = resolve, ['9'] = trim}
