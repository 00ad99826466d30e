-- ---- who has what, of several gateways ----

local woken -- who is to hear that there is something to collect: nil, a member's number, or '*'
local function wake(who)
  woken = (not woken or woken == who) and who or '*'
end
-- Who may not publish does without: wait() then comes back by itself.
local function publish()
  local whom = woken
  if whom and whom ~= '*' then whom = call('HGET', member(whom), 'instance') end
  if whom then redis.pcall('PUBLISH', WAKING, whom) end
end

-- ---- entries of LEFT and REPLIES_LEFT ----

local function entry(name, id)
  return #name .. ':' .. name .. ':' .. string.format('%016.0f', tonumber(id))
end
local function id_in(one)
  return digits(tonumber(string.sub(one, -16)))
end
-- The first entries of that name.
local function entries_of(list, name, count)
  local begin = #name .. ':' .. name .. ':'
  return call('ZRANGEBYLEX', list, '[' .. begin, '(' .. begin .. ':', 'LIMIT', '0', count)
end
local function has_entries(list, name)
  return #entries_of(list, name, '1') > 0
end

-- ---- messages ----

local function give(number, id, session)
  call('ZADD', member(number, ':messages'), id, id)
  call('HINCRBY', member(number, ':lanes'), session, 1)
  call('HSET', LANES, session, number)
end

local function leave(id, session)
  call('ZADD', LEFT, 0, entry(session, id))
  local holder = call('HGET', LANES, session)
  call('ZADD', holder and member(holder, ':more') or FREE, 'LT', id, session)
  wake(holder or '*')
end

-- A message is no longer the member's; with its last one the lane is anybody's.
local function take_away(number, id, session)
  call('ZREM', member(number, ':messages'), id)
  if call('HINCRBY', member(number, ':lanes'), session, -1) > 0 then return end
  call('HDEL', member(number, ':lanes'), session)
  call('ZREM', member(number, ':more'), session)
  call('HDEL', LANES, session)
  local first = entries_of(LEFT, session, '1')[1]
  if first then
    call('ZADD', FREE, id_in(first), session)
    wake('*')
  end
end

-- ---- replies ----

-- Of a row of netstrings: created, session, channel, ...
local function channel_of(id)
  local row, at = call('HGET', REPLIES, id), 1
  for _ = 1, 2 do
    local colon = string.find(row, ':', at, true)
    at = colon + tonumber(string.sub(row, at, colon - 1)) + 2
  end
  local colon = string.find(row, ':', at, true)
  return string.sub(row, colon + 1, colon + tonumber(string.sub(row, at, colon - 1)))
end

local function leave_reply(id)
  call('ZADD', REPLIES_LEFT, 0, entry(channel_of(id), id))
  wake('*')
end

-- ---- members that end ----

-- Nothing that it writes counts from now on.
local function end_member(number)
  for _, name in ipairs(call('ZRANGEBYLEX', member(number, ':leases'), '-', '+')) do
    call('HDEL', LEASES, name)
  end
  call('UNLINK', member(number, ':leases'), member(number, ':mail'), member(number, ':taken'))
  call('HDEL', member(number), 'token')
end

-- Makes at most so many things nobody's, of a member that has ended; how many they were. Its lanes are its
-- own until the last message of each has gone, so that nobody collects the second before the first.
local function empty_member(number, limit)
  local messages = call('ZRANGEBYSCORE', member(number, ':messages'), '-inf', '+inf', 'LIMIT', '0', limit)
  for _, id in ipairs(messages) do
    local claim = call('HGET', CLAIMS, id)
    if claim then
      local session = unpacked(claim)[5]
      leave(id, session)
      take_away(number, id, session)
    else
      call('ZREM', member(number, ':messages'), id)
    end
  end
  local left = limit - #messages
  if left <= 0 then return limit end
  local replies = call('ZRANGEBYSCORE', member(number, ':replies'), '-inf', '+inf', 'LIMIT', '0', left)
  for _, id in ipairs(replies) do
    leave_reply(id)
    call('ZREM', member(number, ':replies'), id)
  end
  if #replies == left then return limit end
  -- What a batch that was cut in the middle counted and did not have.
  for _, session in ipairs(call('HKEYS', member(number, ':lanes'))) do
    call('HSET', member(number, ':lanes'), session, '1')
    take_away(number, '0', session)
  end
  call('UNLINK', member(number), member(number, ':more'), member(number, ':lanes'))
  call('ZREM', MEMBERS, number)
  return #messages + #replies
end
