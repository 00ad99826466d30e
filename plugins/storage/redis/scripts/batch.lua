-- ---- the batch ----

local kinds = {['1'] = ingest, ['2'] = attempt, ['3'] = finish, ['4'] = move, ['5'] = put,
               ['6'] = change_session, ['7'] = sweep, ['8'] = resolve, ['9'] = trim,
               ['10'] = load_record}
local results = {}
for i = 1, tonumber(ARGV[6]) do
  local code, id = kinds[field()]()
  results[2 * i - 1], results[2 * i] = code, id
end
results = table.concat(results, ' ')

call('HSET', STORE, 'next_inbox', digits(next_inbox), 'next_outbox', digits(next_outbox),
     'max_epoch', max_epoch, 'unknown', digits(unknown), 'text_bytes', digits(text_bytes))
call('HSET', GATEWAY, 'batch', ARGV[3], 'results', results, 'applying', '',
     'until', digits(now_ms() + tonumber(ARGV[5])))
return results
