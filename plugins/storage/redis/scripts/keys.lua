-- What every script begins with: the names of the store's keys, and who may ask. All names begin with
-- the tag in braces, so that a cluster keeps them in one slot. KEYS[1] is the first of them.
local prefix = string.sub(KEYS[1], 1, -6) -- '{openclaw}:' of '{openclaw}:store'
local STORE = KEYS[1] -- hash: schema, identity, next_inbox, next_outbox, max_epoch, unknown, text_bytes
local GATEWAY = prefix .. 'gateway' -- hash: token, holder, until, batch, results, applying

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

-- Why that token is not the one that is held, or nil. A token is a number that grows each time the
-- store is taken, a colon, and what nobody guesses: a smaller number is a server that went back to
-- what it had before this gateway took the store.
local function other_token(held, token)
  if held == token then return nil end
  local theirs, own = string.match(held, '^%d+'), string.match(token, '^%d+')
  return refuse(tonumber(theirs) < tonumber(own) and 'OCLOST' or 'OCTAKEN')
end

-- Why the gateway with this token may not write, or nil. It knows `batch` to be committed.
local function fenced(identity, token, batch)
  local why = stranger(identity)
  if why then return why end
  local held = call('HMGET', GATEWAY, 'token', 'batch', 'applying')
  if not held[1] then return refuse('OCWIPED') end
  why = other_token(held[1], token)
  if why then return why end
  if held[3] ~= '' then return refuse('OCTORN') end
  if held[2] ~= batch then return refuse('OCLOST') end
  return nil
end

-- Runs a script's first write; the error that it returns, or nil. For want of memory, of a disk or of a
-- right Redis refuses that one, and none after it.
local function refused(...)
  local answer = redis.pcall(...)
  if type(answer) ~= 'table' or not answer.err then return nil end
  return redis.error_reply('OCFIRST ' .. answer.err)
end

-- Why not every key of the store is on this node, or nil: while a cluster moves the slot, a key that is
-- not here may be there, and a script that meets one would stop in the middle.
local function moving()
  local answer = redis.pcall('EXISTS', prefix .. 'never')
  if type(answer) ~= 'table' or not answer.err then return nil end
  return redis.error_reply('OCFIRST TRYAGAIN the slot is being moved: ' .. answer.err)
end

local function now_ms()
  local now = call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
