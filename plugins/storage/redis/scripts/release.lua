-- Lets the store go. ARGV: token.
if call('HGET', GATEWAY, 'token') == ARGV[1] then call('HSET', GATEWAY, 'until', '0') end
return 'OK'
