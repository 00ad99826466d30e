-- ---- what members tell each other, and share out: in place of load.lua ----

local MAILBOX = 10000 -- notices that wait for a member, who then loses the oldest

kinds['11'] = function()
  local to, topic, text = fields(3)
  local notice
  for _, number in ipairs(all_members()) do
    local one = call('HMGET', member(number), 'token', 'instance')
    if number ~= me and one[1] and (to == '' or to == one[2]) then
      notice = notice or pack({call('HGET', member(me), 'instance'), topic, text})
      local length = call('RPUSH', member(number, ':mail'), notice)
      if length > MAILBOX then call('LTRIM', member(number, ':mail'), -MAILBOX, -1) end
      wake(number)
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

