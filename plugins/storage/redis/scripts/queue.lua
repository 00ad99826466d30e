-- A page of a list, in order of id. ARGV: identity, which ('inbox', 'dead', 'outbox', 'held'), after
-- which id, at most so many rows, the page's size in bytes. Answers {1 when there is more, row, ...}.
local why = stranger(ARGV[1])
if why then return why end
local list, after, left, page = ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

local readers = {}
-- id, attempts, epoch, row, reason, since; of those that wait also 1 when its event is known by it
function readers.inbox(from, count)
  local rows = {}
  for i, entry in ipairs(call('XRANGE', INBOX, '(' .. from .. '-0', '+', 'COUNT', count)) do
    local id = string.match(entry[1], '^%d+')
    local claim = unpacked(call('HGET', CLAIMS, id))
    rows[i] = {id, digits(claim[1]), claim[2], entry[2][2], '', '0',
               claim[4] ~= '' and call('HGET', KNOWN, claim[4]) == id and '1' or '0'}
  end
  return rows
end
function readers.dead(from, count)
  local rows = {}
  for i, id in ipairs(call('ZRANGEBYSCORE', DEAD, '(' .. from, '+inf', 'LIMIT', '0', count)) do
    local dead = unpacked(call('HGET', DEAD_ROWS, id))
    rows[i] = {id, digits(dead[1]), dead[2], dead[8], dead[6], dead[7]}
  end
  return rows
end
-- id, state, updated, row, reason, expires
local function replies(name, from, count)
  local rows = {}
  for i, id in ipairs(call('ZRANGEBYSCORE', name, '(' .. from, '+inf', 'LIMIT', '0', count)) do
    local state = unpacked(call('HGET', STATES, id))
    rows[i] = {id, digits(state[1]), state[2], call('HGET', REPLIES, id), state[5], state[3]}
  end
  return rows
end
function readers.outbox(from, count)
  return replies(OUTBOX, from, count)
end
function readers.held(from, count)
  return replies(HELD, from, count)
end

local out, step = {'1'}, 16
while left > 0 and page > 0 do
  local wanted = math.min(step, left)
  local rows = readers[list](after, digits(wanted))
  local before = page
  for _, row in ipairs(rows) do
    if page <= 0 then return out end
    page = page - #row[4] - #row[5] - 64
    after = row[1]
    out[#out + 1] = row
  end
  if #rows < wanted then
    out[1] = '0'
    return out
  end
  left = left - #rows
  -- A piece larger than a page is held once, and never again in the next.
  step = (before - page) < 65536 and 128 or 4
end
return out
