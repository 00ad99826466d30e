-- One step of building the lanes of a store that one gateway had before, while nobody else may use it:
-- everything is nobody's. ARGV: identity, 'gateway', token, the last batch, the lease in ms, what ('messages',
-- 'replies'), from where. Answers {what, from where} of the next step, or {'built'}.
local why = moving() or fenced(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if why then return why end
why = refused('HSET', GATEWAY, leased(ARGV[5]))
if why then return why end

if ARGV[6] == 'messages' then
  local page = call('HSCAN', CLAIMS, ARGV[7], 'COUNT', '1000')
  for i = 1, #page[2], 2 do leave(page[2][i], unpacked(page[2][i + 1])[5]) end
  if page[1] ~= '0' then return {'messages', page[1]} end
  return {'replies', '0'}
end

local ids = call('ZRANGEBYSCORE', OUTBOX, '(' .. ARGV[7], '+inf', 'LIMIT', '0', '500')
local bytes = 0
for _, id in ipairs(ids) do
  bytes = bytes + call('HSTRLEN', REPLIES, id)
  leave_reply(id)
  if bytes > 4194304 then return {'replies', id} end
end
if #ids == 500 then return {'replies', ids[500]} end
call('HSET', STORE, 'schema', SHARED)
call('HSET', GATEWAY, 'until', '0', 'building', '')
return {'built'}
