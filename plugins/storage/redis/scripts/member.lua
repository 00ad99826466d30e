-- What apply.lua notes down about who has what, for a member.
local is_shared = true
local me = string.match(ARGV[2], '%d+$')

-- Whether a message that comes now is this member's: those that are nobody's come first.
local function is_here(session)
  local holder = call('HGET', LANES, session)
  return (not holder or holder == me) and not has_entries(LEFT, session)
end
local function accepted(id, session, here)
  if here then give(me, id, session) else leave(id, session) end
end
local function is_mine(id)
  return call('ZSCORE', member(me, ':messages'), id)
end
local function left_inbox(id, session)
  take_away(me, id, session)
end

local function stored_reply(id, here)
  if not here then return leave_reply(id) end
  local _, name = addressed(id)
  call('ZADD', IN_ORDER, 0, entry(name, id))
  give_reply(me, id)
end
local function is_my_reply(id)
  return call('ZSCORE', member(me, ':replies'), id)
end
local function comes_too_soon(id)
  return overtakes(me, id)
end
-- Nobody's replies whose time is over.
local function expired_replies(limit)
  return call('ZRANGEBYSCORE', EXPIRING, '-inf', '(' .. digits(now_ms()), 'LIMIT', 0, limit)
end
-- Its row is still there.
local function left_outbox(id)
  local channel, name = addressed(id)
  call('ZREM', IN_ORDER, entry(name, id))
  if take_reply_away(me, id) then return end
  call('ZREM', REPLIES_LEFT, entry(channel, id))
  call('ZREM', EXPIRING, id)
end
