-- ---- records of another store, or of a backup: the end of apply.lua's writes ----

-- Puts an entry into a stream at its number, in place of what is there. Streams grow at their end only,
-- so a number that is not behind the last costs the stream anew: that is when a record is loaded again.
local function put_in_stream(stream, id, ...)
  local last = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  if #last == 0 then
    call('UNLINK', stream) -- an empty one remembers its last number
    call('XADD', stream, id .. '-0', ...)
    return
  end
  if tonumber(string.match(last[1][1], '^%d+')) < tonumber(id) then
    call('XADD', stream, id .. '-0', ...)
    return
  end
  local entries, put_it = call('XRANGE', stream, '-', '+'), false
  call('UNLINK', stream)
  for _, entry in ipairs(entries) do
    local number = string.match(entry[1], '^%d+')
    if not put_it and tonumber(number) >= tonumber(id) then
      call('XADD', stream, id .. '-0', ...)
      put_it = true
    end
    if number ~= id then call('XADD', stream, entry[1], unpack(entry[2])) end
  end
end

local function load_session(name, first, next_place, updated)
  local old = session_of(name)
  if old then forget(name, old) end
  call('HSET', SESSION_ROWS, name, pack({tonumber(first), tonumber(next_place), 0, 0, 0, updated}))
  call('ZADD', SESSIONS, 0, name)
  call('ZADD', IDLE, updated, name)
end

local function load_entry(name, place, role, when, text, meta)
  local session = session_of(name)
  if not session then return NO_SESSION end
  local old = call('XRANGE', TRANSCRIPT .. name, place .. '-0', place .. '-0')[1]
  if old and old[2][2] == role and old[2][4] == when and old[2][6] == text and old[2][8] == meta then return 0 end
  put_in_stream(TRANSCRIPT .. name, place, 'role', role, 'ts', when, 'text', text, 'meta', meta)
  local length = #text - (old and #old[2][6] or 0)
  text_bytes, session[5] = text_bytes + length, session[5] + length
  if tonumber(place) >= session[1] then
    session[3], session[4] = session[3] + (old and 0 or 1), session[4] + length
  end
  session[2] = math.max(session[2], tonumber(place) + 1)
  call('HSET', SESSION_ROWS, name, pack(session))
  return 0
end

local function load_event(event, id, received)
  call('HSET', KNOWN, event, id)
  local claim = claim_of(id)
  if claim and claim[4] == event then
    call('ZREM', SEEN, event)
  else
    call('ZADD', SEEN, received, event)
  end
end

local function load_message(id, claim, row)
  local there = call('XRANGE', INBOX, id .. '-0', id .. '-0')[1]
  local old = claim_of(id)
  if old and old[5] ~= claim[5] then
    if call('HINCRBY', WAITING, old[5], -1) <= 0 then call('HDEL', WAITING, old[5]) end
  end
  if not old or old[5] ~= claim[5] then call('HINCRBY', WAITING, claim[5], 1) end
  if not there or there[2][2] ~= row then put_in_stream(INBOX, id, 'row', row) end
  call('HSET', CLAIMS, id, pack(claim))
  if claim[4] ~= '' and call('HGET', KNOWN, claim[4]) == id then call('ZREM', SEEN, claim[4]) end
end

local function load_reply(id, state, row)
  for _, other in ipairs({id, state[4] ~= '' and call('HGET', IDEMPOTENCY, state[4]) or nil}) do
    local old = call('HGET', STATES, other)
    if old then drop_reply(other, unpacked(old)) end
  end
  if state[1] <= 2 then
    call('ZADD', OUTBOX, id, id)
  else
    call('ZADD', HELD, id, id)
    call('ZADD', HELD_TIMES, state[2], id)
  end
  if state[1] == 4 then unknown = unknown + 1 end
  call('HSET', REPLIES, id, row)
  call('HSET', STATES, id, pack(state))
  if state[4] ~= '' then call('HSET', IDEMPOTENCY, state[4], id) end
end

-- The record's fields, then its event or idempotency key, and its row.
local function load_record()
  local kind, number, id, epoch, first, next_place, when, updated, expires, session = fields(10)
  local ns, key, text, extra, event, row = fields(6)
  local nth = tonumber(id)
  if kind == '1' then
    if key == 'inbox' then
      next_inbox = math.max(next_inbox, nth)
    elseif key == 'outbox' then
      next_outbox = math.max(next_outbox, nth)
    else
      see(epoch)
    end
  elseif kind == '2' then
    load_session(session, first, next_place, updated)
  elseif kind == '3' then
    return load_entry(session, id, number, when, text, extra), 0
  elseif kind == '4' then
    set_value(ns, key, id, text)
    call('HSET', STORE, 'version', digits(last_version(id)))
  elseif kind == '5' then
    load_event(event, id, when)
  elseif kind == '6' or kind == '7' then
    call('ZREM', DEAD, id)
    call('ZREM', DEAD_TIMES, id)
    call('HDEL', DEAD_ROWS, id)
    local claim = {tonumber(number), epoch, when, event, session}
    if kind == '6' then
      load_message(id, claim, row)
    else
      local old = claim_of(id)
      if old then leave_inbox(id, old) end
      call('ZADD', DEAD, id, id)
      call('ZADD', DEAD_TIMES, updated, id)
      call('HSET', DEAD_ROWS, id, pack({claim[1], epoch, when, event, session, extra, updated, row}))
    end
    next_inbox = math.max(next_inbox, nth)
    see(epoch)
  else
    load_reply(id, {tonumber(number), updated, expires, event, extra}, row)
    next_outbox = math.max(next_outbox, nth)
  end
  return 0, 0
end
kinds['10'] = load_record

