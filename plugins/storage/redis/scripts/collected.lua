-- The rows of what was collected. ARGV: identity, who ('member:7'), token, the last batch, which is that
-- collect, how many messages, their ids, replies' ids. Answers {messages, replies, notices}, rows as in
-- queue.lua.
local why = fenced(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if why then return why end
local first_reply = 6 + tonumber(ARGV[5])
local messages, replies, notices = {}, {}, {}
for i = 6, first_reply - 1 do
  local row = call('XRANGE', INBOX, ARGV[i] .. '-0', ARGV[i] .. '-0')[1]
  local claim = unpacked(call('HGET', CLAIMS, ARGV[i]))
  messages[#messages + 1] = {ARGV[i], digits(claim[1]), claim[2], row[2][2], '', '0'}
end
for i = first_reply, #ARGV do
  local state = unpacked(call('HGET', STATES, ARGV[i]))
  replies[#replies + 1] = {ARGV[i], digits(state[1]), state[2], call('HGET', REPLIES, ARGV[i]), state[5], state[3]}
end
local taken = call('LRANGE', prefix .. ARGV[2] .. ':taken', '0', '-1')
for i, notice in ipairs(taken) do notices[i] = unpacked(notice) end
return {messages, replies, notices}
