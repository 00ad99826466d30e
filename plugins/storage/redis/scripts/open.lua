-- Takes the store for one gateway, and makes it when there is none.
-- ARGV: a fresh identity, what nobody guesses of the token, the holder's name, the lease in ms, '1' when the
-- lanes are to be built and nothing else, for how many ms the members were seen lapsed, and when the last of
-- their leases had ended then, holders that may be taken over at once. Answers {outcome, ...}: see
-- store_lease.cpp.
local moved = moving()
if moved then return moved end
local stored, unusable = found_store()
if not stored then return unusable end
local held = held_by_gateway()
if held then return held end
local members = all_members()
-- Those that may still renew a lease that has ended: the server may have been away.
local lapsed_lease, lapsed_process, last_end = 0, nil, 0
for _, number in ipairs(members) do
  local one = call('HMGET', member(number), 'token', 'process', 'until', 'lease')
  local ends = one[1] and end_of_lease(member(number), one[3], one[4])
  if one[1] and not is_over(one[2], ends) then
    return {'held', one[2], digits(ends - now_ms()), 'shared'}
  end
  if one[1] and not is_gone(one[2]) then
    last_end = math.max(last_end, ends)
    if tonumber(one[4]) > lapsed_lease then lapsed_lease, lapsed_process = tonumber(one[4]), one[2] end
  end
end
if lapsed_process then
  local waited = ARGV[7] == digits(last_end) and tonumber(ARGV[6]) or 0
  if lapsed_lease > waited then
    return {'lapsed', lapsed_process, digits(lapsed_lease - waited), digits(last_end)}
  end
end

local last = call('HMGET', GATEWAY, 'token', 'applying')
local times = last[1] and tonumber(string.match(last[1], '^%d+')) or 0
local token = digits(times + 1) .. ':' .. ARGV[2]
local why = refused_but_for_memory('HSET', GATEWAY, 'token', token, 'holder', ARGV[3], 'until',
                                digits(now_ms() + tonumber(ARGV[4])), 'lease', ARGV[4], 'batch', '0',
                                'results', '', 'applying', '', 'building', ARGV[5])
if why then return why end
local was_there = stored[1]
if not was_there then
  stored[2] = ARGV[1]
  call('HSET', STORE, 'schema', ALONE, 'identity', ARGV[1], 'next_inbox', '0', 'next_outbox', '0',
       'max_epoch', '0', 'unknown', '0', 'text_bytes', '0')
end
local torn = last[2] or ''
if torn == '' then torn = call('HGET', STORE, 'applying') or '' end
if torn ~= '' then skip_numbers() end
call('HDEL', STORE, 'applying')
-- From here on nobody keeps the lanes: whoever joins builds them anew.
call('HSET', STORE, 'schema', ALONE)
for _, number in ipairs(members) do
  for _, part in ipairs({'', ':messages', ':replies', ':lanes', ':more', ':leases', ':mail', ':taken'}) do
    call('UNLINK', member(number, part))
  end
end
call('UNLINK', MEMBERS, LANES, LEFT, FREE, REPLIES_LEFT, EXPIRING, IN_ORDER, LEASES)
return {'taken', stored[2], token, was_there and 'old' or 'new', torn}
