-- Keeps the lease. ARGV: identity, who ('gateway', 'member:7'), token, the last batch that is known to be
-- committed, the lease in ms.
local why = moving() or fenced(ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if why then return why end
why = refused_but_for_memory('HSET', prefix .. ARGV[2], leased(ARGV[5]))
if why then return why end
return 'OK'
