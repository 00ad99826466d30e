-- Lets a gateway in among the others. ARGV: what nobody guesses of the token, its instance, its process,
-- what it says of itself, the lease in ms, processes that are gone. Answers {outcome, ...}: see store_lease.cpp.
local moved = moving()
if moved then return moved end
local stored, unusable = found_store()
if not stored then return unusable end
if stored[1] ~= SHARED then return held_by_gateway() or {'build'} end

local others_live, messages = false, call('ZCARD', LEFT)
local namesakes = {}
for _, number in ipairs(all_members()) do
  messages = messages + call('ZCARD', member(number, ':messages'))
  local one = call('HMGET', member(number), 'token', 'process', 'until', 'instance', 'lease')
  local ends = one[1] and end_of_lease(member(number), one[3], one[5])
  if one[1] and is_over(one[2], ends) then
    if one[4] == ARGV[2] then namesakes[#namesakes + 1] = number end
  elseif one[1] then
    if one[4] == ARGV[2] then return {'held', one[2], digits(ends - now_ms()), 'name'} end
    others_live = true
  end
end
-- A batch that was cut in the middle, or an eviction.
if not others_live and messages ~= call('XLEN', INBOX) then return {'build'} end

-- It ends none of the others before it was there for a lease's time: the store may have been away, and it
-- is the first to be back.
local kept = call('HMGET', STORE, 'next_member', 'applying')
local number = digits((tonumber(kept[1] or '0')) + 1)
local token, joined = number .. ':' .. ARGV[1], digits(now_ms())
local why = refused_but_for_memory('HSET', member(number), 'token', token, 'batch', '0', 'results', '',
                                'applying', '', 'instance', ARGV[2], 'process', ARGV[3], 'info', ARGV[4],
                                'lease', ARGV[5], 'since', joined, 'steady', joined, leased(ARGV[5]))
if why then return why end
call('HSET', STORE, 'next_member', number)
call('ZADD', MEMBERS, number, number)
local torn = kept[2] or ''
if torn ~= '' then
  skip_numbers()
  call('HDEL', STORE, 'applying')
end
for _, namesake in ipairs(namesakes) do end_member(namesake) end
return {'taken', stored[2], token, 'old', torn}
