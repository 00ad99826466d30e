-- The namespaces, in byte order. ARGV: identity, from where ('[name' or '(name'), at most so many.
local why = stranger(ARGV[1])
if why then return why end
return call('ZRANGEBYLEX', NAMESPACES, ARGV[2], '+', 'LIMIT', 0, ARGV[3])
