-- What every script begins with: the names of the store's keys, and who may ask. All names begin with
-- the tag in braces, so that a cluster keeps them in one slot. KEYS[1] is the first of them.
local prefix = string.sub(KEYS[1], 1, -6) -- '{openclaw}:' of '{openclaw}:store'
-- hash: schema, identity, next_inbox, next_outbox, max_epoch, unknown, text_bytes, version: the greatest of
-- any value, also of one that was deleted; of members also
-- next_member, fence, and applying: whose batch is under way
local STORE = KEYS[1]
-- hash: token, holder, until, lease, batch, results, applying, building: '1' while it only makes the lanes
local GATEWAY = prefix .. 'gateway'

local INBOX = prefix .. 'inbox' -- stream: id-0, row
local CLAIMS = prefix .. 'inbox-claims' -- hash: id to {attempts, epoch, received, event, session}
local WAITING = prefix .. 'inbox-by-session' -- hash: session to how many of its messages wait
local KNOWN = prefix .. 'events' -- hash: event to the id of its message
local SEEN = prefix .. 'events-by-time' -- zset: event by when it was received, once its message has left
local DEAD = prefix .. 'dead' -- zset: id by id
local DEAD_TIMES = prefix .. 'dead-by-time' -- zset: id by since when
-- hash: id to {attempts, epoch, received, event, session, reason, since, row}
local DEAD_ROWS = prefix .. 'dead-rows'

local OUTBOX = prefix .. 'outbox' -- zset: id by id, of replies that are to be sent
local HELD = prefix .. 'held' -- zset: id by id, of replies that are UNKNOWN or DEAD
local HELD_TIMES = prefix .. 'held-by-time' -- zset: id by when it was moved there
local REPLIES = prefix .. 'outbox-rows' -- hash: id to row, of both
local STATES = prefix .. 'outbox-states' -- hash: id to {state, updated, expires, key, reason}, of both
local IDEMPOTENCY = prefix .. 'outbox-keys' -- hash: idempotency key to id, of both

local SESSIONS = prefix .. 'sessions' -- zset: session, all of score 0, so in byte order
local IDLE = prefix .. 'sessions-by-time' -- zset: session by when it was updated
-- hash: session to {first, next, entries, bytes, all bytes, updated}
local SESSION_ROWS = prefix .. 'session-rows'
local TRANSCRIPT = prefix .. 'transcript:' -- and the session; stream: place-0, role, ts, text, meta
local NAMESPACES = prefix .. 'namespaces' -- zset: namespace, all of score 0
local VALUES = prefix .. 'values:' -- and the namespace; hash: key to value
local VERSIONS = prefix .. 'versions:' -- hash: key to version
local VALUE_KEYS = prefix .. 'value-keys:' -- zset: key, all of score 0

-- Of several gateways only. LEFT, REPLIES_LEFT and IN_ORDER have entries "length:name:id", all of score 0, so that
-- those of a name lie side by side in order of id, and one key has them all.
local MEMBERS = prefix .. 'members' -- zset: number by number
local LANES = prefix .. 'lanes' -- hash: session to the number of the member whose lane it is
local LEFT = prefix .. 'lanes-left' -- zset: a session's messages that are nobody's
local FREE = prefix .. 'lanes-free' -- zset: session by its oldest message's id, of lanes that nobody has
local REPLIES_LEFT = prefix .. 'outbox-left' -- zset: a channel's replies that are nobody's
local EXPIRING = prefix .. 'outbox-expiring' -- zset: id of a reply that is nobody's by when it expires
local IN_ORDER = prefix .. 'outbox-in-order' -- zset: a session's replies to a channel, whosever they are
local LEASES = prefix .. 'leases' -- hash: name to "number:fence"
local WAKING = prefix .. 'wake' -- a channel: '*', or the instance of who has something to collect
-- A member's keys. Itself: hash: token (gone once it has ended), until, batch, results, applying, as
-- GATEWAY; instance, process, info, since, lease, steady: since when it has not been away; mail_bytes.
-- ':messages' zset: id by id, of those that it has; ':replies' zset: id by 0, of those that its lane counts,
-- or by id; ':lanes' hash: session to how many messages of it it has, and replies that count; ':more' zset:
-- such a session by the oldest id that is nobody's; ':leases' zset: name, all of score 0; ':mail' list:
-- {from, topic, text}; ':taken' list: what the last collect took of that.
local function member(number, part)
  return prefix .. 'member:' .. number .. (part or '')
end

local function all_members()
  return redis.call('ZRANGEBYSCORE', MEMBERS, '-inf', '+inf')
end

-- The schemas: '2' is '1' and the lanes, which an older version would not keep.
local ALONE, SHARED = '1', '2'

local call, pack, unpacked = redis.call, cmsgpack.pack, cmsgpack.unpack

-- A number below 2^53 in digits.
local function digits(number)
  return string.format('%.0f', number)
end

-- Errors of ours; explain.cpp knows their codes. Nothing was written when one of them is returned.
local function refuse(code)
  return redis.error_reply(code .. ' the gateway\'s own check')
end

-- Why nothing may be read or written under this identity, or nil.
local function stranger(identity)
  if call('HGET', STORE, 'identity') ~= identity then return refuse('OCWIPED') end
  return nil
end

-- By the server's clock; the same in the whole script.
local now
local function now_ms()
  if not now then
    local time = call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return now
end

-- Why what `name` ('gateway', 'member:7') has as its token is not that one, or nil. A token is a number
-- that grows each time the store is taken, or joined, a colon, and what nobody guesses: a smaller number is
-- a server that went back to what it had before. Of a member that was ended nothing is there.
local function other_token(name, held, token)
  if held == token then return nil end
  if not held and name == 'gateway' then return refuse('OCWIPED') end
  local theirs = held and string.match(held, '^%d+') or call('HGET', STORE, 'next_member') or '0'
  return refuse(tonumber(theirs) < tonumber(string.match(token, '^%d+')) and 'OCLOST' or 'OCTAKEN')
end

-- Why who holds `name` with this token may not write, or nil. It knows `batch` to be committed.
local lapsed = false -- whether a member's lease had run out by then, or the clock was set back since
local function fenced(identity, name, token, batch)
  local why = stranger(identity)
  if why then return why end
  local held = call('HMGET', prefix .. name, 'token', 'batch', 'applying', 'until', 'steady')
  why = other_token(name, held[1], token)
  if why then return why end
  if held[3] ~= '' then return refuse('OCTORN') end
  if held[2] ~= batch then return refuse('OCLOST') end
  lapsed = name ~= 'gateway' and (tonumber(held[4]) < now_ms() or tonumber(held[5]) > now_ms())
  return nil
end

-- The fields of a lease that begins now. A member that was away for longer than its lease notes since when
-- it is back: see collect.lua.
local function leased(lease_ms)
  local ends = digits(now_ms() + tonumber(lease_ms))
  if lapsed then return 'until', ends, 'steady', digits(now_ms()) end
  return 'until', ends
end

-- When a lease that was renewed as lasting until then ends: no later than if it began now, as the clock may
-- have been set back.
local function reined_in(ends, lease)
  return math.min(tonumber(ends), now_ms() + tonumber(lease))
end

-- Runs a script's first write; the error that it returns, or nil. For want of memory, of a disk or of a
-- right Redis refuses that one, and none after it.
local function refused(...)
  local answer = redis.pcall(...)
  if type(answer) ~= 'table' or not answer.err then return nil end
  return redis.error_reply('OCFIRST ' .. answer.err)
end

-- As refused(), for what makes room, or takes a few bytes: a server whose memory is full refuses nothing after
-- a first write that takes none.
local function refused_but_for_memory(...)
  return refused('HDEL', STORE, 'never') or refused(...)
end

-- Why not every key of the store is on this node, or nil: while a cluster moves the slot, a key that is
-- not here may be there, and a script that meets one would stop in the middle.
local function moving()
  local answer = redis.pcall('EXISTS', prefix .. 'never')
  if type(answer) ~= 'table' or not answer.err then return nil end
  return redis.error_reply('OCFIRST TRYAGAIN the slot is being moved: ' .. answer.err)
end
