-- ---- the batch ----

local results = {}
for i = 1, tonumber(ARGV[7]) do
  local code, id = kinds[field()]()
  results[2 * i - 1], results[2 * i] = code, id
end
results = table.concat(results, ' ')

call('HSET', STORE, 'next_inbox', digits(next_inbox), 'next_outbox', digits(next_outbox),
     'max_epoch', max_epoch, 'unknown', digits(unknown), 'text_bytes', digits(text_bytes))
call('HSET', writer, 'batch', ARGV[5], 'results', results, 'applying', '', leased(ARGV[6]))
if is_shared then
  call('HDEL', STORE, 'applying')
  publish()
end
return results
