-- A page of a session's entries, archived ones too, the oldest first. ARGV: identity, session, behind
-- which place, at most so many, the page's size in bytes. Answers {1 when there is more, entry, ...}.
local why = stranger(ARGV[1])
if why then return why end
local from, left, page = '(' .. ARGV[3] .. '-0', tonumber(ARGV[4]), tonumber(ARGV[5])
local out = {'1'}
while left > 0 and page > 0 do
  local wanted = math.min(8, left)
  local entries = call('XRANGE', TRANSCRIPT .. ARGV[2], from, '+', 'COUNT', wanted)
  for _, entry in ipairs(entries) do
    if page <= 0 then return out end
    page = page - #entry[2][6] - #entry[2][8]
    out[#out + 1] = entry
    from = '(' .. entry[1]
  end
  if #entries < wanted then
    out[1] = '0'
    return out
  end
  left = left - #entries
end
return out
