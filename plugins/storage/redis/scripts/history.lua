-- A page of a session's newest entries. ARGV: identity, session, from where backwards ('+' or '(place-0'),
-- the oldest place or '' for the current transcript's, at most so many entries, of so many bytes of
-- text, and the page's size in bytes. Answers {oldest place, 1 when there is more, entry, ...}.
local why = stranger(ARGV[1])
if why then return why end
local stored = call('HGET', SESSION_ROWS, ARGV[2])
if not stored then return {'0', '0'} end
local first, _, _, bytes = unpack(unpacked(stored))
if ARGV[4] ~= '' then first = tonumber(ARGV[4]) end
local oldest = digits(first) .. '-0'

local from, left, texts, page = ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
-- So that a piece of a session with long texts is not large.
local step = bytes < page and 100 or 4
local out = {digits(first), '1'}
while left > 0 and page > 0 do
  local wanted = math.min(step, left)
  local entries = call('XREVRANGE', TRANSCRIPT .. ARGV[2], from, oldest, 'COUNT', digits(wanted))
  for _, entry in ipairs(entries) do
    if page <= 0 then return out end
    texts = texts - #entry[2][6]
    if texts < 0 then
      out[2] = '0'
      return out
    end
    page = page - #entry[2][6] - #entry[2][8]
    out[#out + 1] = entry
  end
  if #entries < wanted then
    out[2] = '0'
    return out
  end
  left = left - #entries
  from = '(' .. entries[#entries][1]
end
return out
