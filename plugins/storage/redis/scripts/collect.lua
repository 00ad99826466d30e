-- Makes what is nobody's a member's, and notes down what that was, as a batch's results: collected.lua has
-- the rows. ARGV: identity, who ('member:7'), token, the batch before this one, this one's number, at most so
-- many messages, of its own lanes and of at most so many free ones, so many replies, the channels whose
-- replies it can send. Answers "idle MORE" when there was nothing, which counts as no batch, else "MORE
-- MESSAGES id... REPLIES id... NOTICES"; MORE is 1 when something is left.
local why = moving() or fenced(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if why then return why end
local me = string.match(ARGV[2], '%d+$')
local MESSAGES, MORE, MAIL, TAKEN = member(me, ':messages'), member(me, ':more'), member(me, ':mail'),
                                    member(me, ':taken')
local STEP = 500 -- rows of a kind, so that the server does something else as well
local OF_A_LANE = 256
local bytes_left = 8388608
local max_messages, max_replies = math.min(tonumber(ARGV[6]), STEP), math.min(tonumber(ARGV[8]), STEP)
local max_lanes = math.min(tonumber(ARGV[7]), max_messages)
local FIRST_OUTLET = 9

-- ---- whether there is something ----

-- Those that have ended, and those whose lease has; and those whose lease lasts too long, with its end. Who was itself away for longer than its lease ends
-- nobody until it was back for as long: maybe the store was away, for all of them.
local function those_to_end()
  local own = call('HMGET', member(me), 'steady', 'lease')
  local steady = not lapsed and tonumber(own[1]) + tonumber(own[2]) <= now_ms()
  local dead, of_other_clock = {}, {}
  for _, number in ipairs(all_members()) do
    local one = call('HMGET', member(number), 'token', 'until', 'lease')
    if one[1] and number ~= me and reined_in(one[2], one[3]) < tonumber(one[2]) then
      of_other_clock[#of_other_clock + 1] = {number, digits(reined_in(one[2], one[3]))}
    end
    local is_dead = not one[1] or (steady and tonumber(one[2]) < now_ms())
    if number ~= me and is_dead then dead[#dead + 1] = number end
  end
  return dead, of_other_clock
end

local function lanes_wait()
  return call('EXISTS', FREE, MORE) > 0
end
-- Of those, what there is room for.
local function lanes_fit()
  return max_messages > 0 and (call('EXISTS', MORE) == 1 or (max_lanes > 0 and call('EXISTS', FREE) == 1))
end
local function replies_wait()
  for i = FIRST_OUTLET, #ARGV do
    if has_entries(REPLIES_LEFT, ARGV[i]) then return true end
  end
  return false
end
local function mail_waits()
  return call('EXISTS', MAIL) == 1
end

local dead, of_other_clock = those_to_end()
for _, one in ipairs(of_other_clock) do
  why = refused_but_for_memory('HSET', member(one[1]), 'until', one[2])
  if why then return why end
end
if #dead == 0 and not mail_waits() and not lanes_fit() and not (max_replies > 0 and replies_wait()) then
  -- Its number says that what the last one took has arrived.
  if call('EXISTS', TAKEN) == 1 then
    why = refused('UNLINK', TAKEN)
    if why then return why end
  end
  return 'idle ' .. ((lanes_wait() or replies_wait()) and '1' or '0')
end

why = refused_but_for_memory('HSET', member(me), 'applying', ARGV[5])
if why then return why end
call('UNLINK', TAKEN)

-- ---- the dead ----

local to_empty = STEP
for _, number in ipairs(dead) do
  if call('HEXISTS', member(number), 'token') == 1 then end_member(number) end
  if to_empty > 0 then to_empty = to_empty - empty_member(number, to_empty) end
end

-- ---- messages ----

local messages = {}

local function claim(id, session)
  local row = call('XRANGE', INBOX, id .. '-0', id .. '-0')[1]
  if not row then return end -- of a batch that was cut in the middle
  bytes_left = bytes_left - #row[2][2]
  local claim = unpacked(call('HGET', CLAIMS, id))
  if claim[2] ~= '0' then
    claim[2] = '0'
    call('HSET', CLAIMS, id, pack(claim))
  end
  give(me, id, session)
  messages[#messages + 1] = id
end

local function take_from(session)
  for _, one in ipairs(entries_of(LEFT, session, math.min(max_messages - #messages, OF_A_LANE))) do
    if bytes_left <= 0 then break end
    claim(id_in(one), session)
    call('ZREM', LEFT, one)
  end
  call('ZREM', FREE, session)
  call('ZREM', MORE, session)
  local first = entries_of(LEFT, session, '1')[1]
  if not first then return end
  call('ZADD', call('HGET', LANES, session) == me and MORE or FREE, id_in(first), session)
end

if max_messages > 0 then
  local lanes = {}
  local function look_at(list, limit)
    local found = call('ZRANGEBYSCORE', list, '-inf', '+inf', 'WITHSCORES', 'LIMIT', '0', limit)
    for i = 1, #found, 2 do lanes[#lanes + 1] = {found[i], tonumber(found[i + 1])} end
  end
  look_at(FREE, max_lanes)
  look_at(MORE, max_messages)
  table.sort(lanes, function(a, b) return a[2] < b[2] end)
  for _, lane in ipairs(lanes) do
    if #messages >= max_messages or bytes_left <= 0 then break end
    take_from(lane[1])
  end
end

-- ---- replies ----

local replies = {}
if max_replies > 0 then
  local found = {}
  for i = FIRST_OUTLET, #ARGV do
    for _, one in ipairs(entries_of(REPLIES_LEFT, ARGV[i], max_replies)) do
      found[#found + 1] = {one, tonumber(id_in(one))}
    end
  end
  table.sort(found, function(a, b) return a[2] < b[2] end)
  for i = 1, math.min(#found, max_replies) do
    if bytes_left <= 0 then break end
    local id = digits(found[i][2])
    bytes_left = bytes_left - call('HSTRLEN', REPLIES, id)
    give_reply(me, id)
    call('ZREM', REPLIES_LEFT, found[i][1])
    replies[i] = id
  end
end

-- ---- notices ----

local notices = 0
while bytes_left > 0 do
  local notice = call('LPOP', MAIL)
  if not notice then break end
  call('RPUSH', TAKEN, notice)
  notices, bytes_left = notices + 1, bytes_left - #notice
  call('HINCRBY', member(me), 'mail_bytes', -#notice)
end

local more = lanes_wait() or replies_wait() or mail_waits() or to_empty <= 0
local results = table.concat({more and '1' or '0', #messages, table.concat(messages, ' '), #replies,
                              table.concat(replies, ' '), notices}, ' ')
call('HSET', member(me), 'batch', ARGV[5], 'results', results, 'applying', '')
publish()
return results
