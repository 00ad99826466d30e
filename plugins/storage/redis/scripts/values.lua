-- A page of a namespace's values, in byte order of their keys. ARGV: identity, namespace, prefix, from
-- where ('[key' or '(key'), at most so many, the page's size in bytes. Answers {1 when there is more,
-- {key, version, value}, ...}.
local why = stranger(ARGV[1])
if why then return why end
local ns, wanted, from, left, page = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
local out = {'1'}
while left > 0 do
  local count = math.min(100, left)
  local keys = call('ZRANGEBYLEX', VALUE_KEYS .. ns, from, '+', 'LIMIT', '0', digits(count))
  for _, key in ipairs(keys) do
    -- Those that begin alike lie side by side.
    if string.sub(key, 1, #wanted) ~= wanted then
      out[1] = '0'
      return out
    end
    if page <= 0 then return out end
    local value = call('HGET', VALUES .. ns, key)
    out[#out + 1] = {key, call('HGET', VERSIONS .. ns, key), value}
    page = page - #key - #value - 32
  end
  if #keys < count then
    out[1] = '0'
    return out
  end
  left = left - #keys
  from = '(' .. keys[#keys]
end
return out
