-- Keeps the lease. ARGV: identity, token, the last batch that is known to be committed, the lease in ms.
local why = moving() or fenced(ARGV[1], ARGV[2], ARGV[3])
if why then return why end
why = refused('HSET', GATEWAY, 'until', digits(now_ms() + tonumber(ARGV[4])))
if why then return why end
return 'OK'
