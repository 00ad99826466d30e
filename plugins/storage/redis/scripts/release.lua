-- Lets the store go. ARGV: 'gateway', token.
if call('HGET', GATEWAY, 'token') == ARGV[2] then refused_but_for_memory('HSET', GATEWAY, 'until', '0') end
return 'OK'
