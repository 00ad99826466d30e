-- A page of the sessions. ARGV: identity, 'name' or 'idle', then for 'name' the prefix, from where
-- ('[name' or '(name'), at most so many; for 'idle' before when, after how many, at most so many.
-- Answers {1 when there is more, {session, entries, bytes, updated, first, next}, ...}.
local why = stranger(ARGV[1])
if why then return why end
local out, names = {'1'}, nil
if ARGV[2] == 'name' then
  names = call('ZRANGEBYLEX', SESSIONS, ARGV[4], '+', 'LIMIT', '0', ARGV[5])
else
  names = call('ZRANGEBYSCORE', IDLE, '-inf', '(' .. ARGV[3], 'LIMIT', ARGV[4], ARGV[5])
end
if #names < tonumber(ARGV[5]) then out[1] = '0' end
for _, name in ipairs(names) do
  if ARGV[2] == 'name' and string.sub(name, 1, #ARGV[3]) ~= ARGV[3] then
    out[1] = '0'
    return out
  end
  local first, next_place, entries, bytes, _, updated = unpack(unpacked(call('HGET', SESSION_ROWS, name)))
  out[#out + 1] = {name, digits(entries), digits(bytes), updated, digits(first), digits(next_place)}
end
return out
