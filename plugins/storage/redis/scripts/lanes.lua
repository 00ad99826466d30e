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

-- ---- entries of LEFT, REPLIES_LEFT and IN_ORDER ----

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

-- ---- lanes: what a member has of a session keeps it the member's ----

local function count(number, session)
  call('HINCRBY', member(number, ':lanes'), session, 1)
  call('HSET', LANES, session, number)
end

-- With the last of it the lane is anybody's.
local function uncount(number, session)
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

-- ---- messages ----

local function give(number, id, session)
  call('ZADD', member(number, ':messages'), id, id)
  count(number, session)
end

local function leave(id, session)
  call('ZADD', LEFT, 0, entry(session, id))
  local holder = call('HGET', LANES, session)
  call('ZADD', holder and member(holder, ':more') or FREE, 'LT', id, session)
  wake(holder or '*')
end

local function take_away(number, id, session)
  call('ZREM', member(number, ':messages'), id)
  uncount(number, session)
end

-- ---- replies ----

-- Of a row of netstrings: created, session, channel, account, ...; the channel, and what is answered in
-- order: session, channel and account as they stand there.
local function addressed(id)
  local row, at = call('HGET', REPLIES, id), 1
  local begins, channel = {}, nil
  for i = 1, 4 do
    begins[i] = at
    local colon = string.find(row, ':', at, true)
    local ends = colon + tonumber(string.sub(row, at, colon - 1))
    if i == 3 then channel = string.sub(row, colon + 1, ends) end
    at = ends + 2
  end
  return channel, string.sub(row, begins[2], at - 1)
end

-- Whether an earlier reply of its session, to the same channel, is still to be sent by others.
local function overtakes(number, id)
  local _, name = addressed(id)
  local begin = #name .. ':' .. name .. ':'
  for _, one in ipairs(call('ZRANGEBYLEX', IN_ORDER, '[' .. begin, '(' .. entry(name, id))) do
    if not call('ZSCORE', member(number, ':replies'), id_in(one)) then return true end
  end
  return false
end

-- The session and the channel, of a row of netstrings: created, session, channel, ...
local function names_of(id)
  local row, at, names = call('HGET', REPLIES, id), 1, {}
  for i = 1, 3 do
    local colon = string.find(row, ':', at, true)
    at = colon + tonumber(string.sub(row, at, colon - 1)) + 2
    names[i] = string.sub(row, colon + 1, at - 2)
  end
  return names[2], names[3]
end

local function leave_reply(id)
  local channel, name = addressed(id)
  call('ZADD', IN_ORDER, 0, entry(name, id))
  call('ZADD', REPLIES_LEFT, 0, entry(channel, id))
  local expires = unpacked(call('HGET', STATES, id))[3]
  if expires ~= '0' then call('ZADD', EXPIRING, expires, id) end
  wake('*')
end

-- It keeps its session's lane the member's, but for a lane of another, which it leaves as it is.
local function give_reply(number, id)
  call('ZREM', EXPIRING, id)
  local session = names_of(id)
  local holder = call('HGET', LANES, session)
  if holder and holder ~= number then
    call('ZADD', member(number, ':replies'), id, id)
    return
  end
  call('ZADD', member(number, ':replies'), 0, id)
  count(number, session)
  local waits = call('ZSCORE', FREE, session)
  if not waits then return end
  call('ZREM', FREE, session)
  call('ZADD', member(number, ':more'), waits, session)
  wake(number) -- nobody else can have them now
end

-- Whether it was the member's.
local function take_reply_away(number, id)
  local counts = call('ZSCORE', member(number, ':replies'), id)
  if not counts then return false end
  call('ZREM', member(number, ':replies'), id)
  if counts == '0' then uncount(number, (names_of(id))) end
  return true
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
-- own until all it has of each has gone, so that nobody collects the second before the first.
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
    take_reply_away(number, id)
  end
  if #replies == left then return limit end
  -- What a batch that was cut in the middle counted and did not have.
  for _, session in ipairs(call('HKEYS', member(number, ':lanes'))) do
    call('HSET', member(number, ':lanes'), session, '1')
    uncount(number, session)
  end
  call('UNLINK', member(number), member(number, ':more'), member(number, ':lanes'))
  call('ZREM', MEMBERS, number)
  return #messages + #replies
end
