-- A page of the events whose messages have left, by time. ARGV: identity, after how many, at most so many.
-- Answers {1 when there is more, {event, id, received}, ...}.
local why = stranger(ARGV[1])
if why then return why end
local from, count = tonumber(ARGV[2]), tonumber(ARGV[3])
local events = call('ZRANGEBYSCORE', SEEN, '-inf', '+inf', 'WITHSCORES', 'LIMIT', from, count)
local out = {#events < 2 * count and '0' or '1'}
for i = 1, #events, 2 do
  out[#out + 1] = {events[i], call('HGET', KNOWN, events[i]), digits(tonumber(events[i + 1]))}
end
return out
