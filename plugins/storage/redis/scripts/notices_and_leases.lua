-- ---- what members tell each other, and share out: in place of load.lua ----

-- What waits for a member at most, who then loses the oldest. A notice that is longer goes to nobody.
local NOTICES, NOTICE_BYTES = 10000, 8388608

local function post(number, notice)
  if #notice > NOTICE_BYTES then return end
  local mail = member(number, ':mail')
  local length = call('RPUSH', mail, notice)
  local bytes = call('HINCRBY', member(number), 'mail_bytes', #notice)
  while length > NOTICES or bytes > NOTICE_BYTES do
    local oldest = call('LPOP', mail)
    if not oldest then break end
    length = length - 1
    bytes = call('HINCRBY', member(number), 'mail_bytes', -#oldest)
  end
  wake(number)
end

kinds['11'] = function()
  local to, topic, text = fields(3)
  local notice
  for _, number in ipairs(all_members()) do
    local one = call('HMGET', member(number), 'token', 'instance')
    if number ~= me and one[1] and (to == '' or to == one[2]) then
      notice = notice or pack({call('HGET', member(me), 'instance'), topic, text})
      post(number, notice)
    end
  end
  return 0, 0
end

kinds['12'] = function()
  local action, name = fields(2)
  local holder, fence = string.match(call('HGET', LEASES, name) or '', '^(%d+):(%d+)$')
  if action == '1' then
    if holder == me then return 0, fence end
    if holder then return NOT_MINE, 0 end
    fence = digits(call('HINCRBY', STORE, 'fence', 1))
    call('HSET', LEASES, name, me .. ':' .. fence)
    call('ZADD', member(me, ':leases'), 0, name)
  elseif holder == me then
    call('HDEL', LEASES, name)
    call('ZREM', member(me, ':leases'), name)
  end
  return 0, fence or 0
end

