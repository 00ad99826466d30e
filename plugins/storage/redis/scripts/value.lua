-- One value. ARGV: identity, namespace, key. Answers {version, value}, or nothing when it is absent.
local why = stranger(ARGV[1])
if why then return why end
local version = call('HGET', VERSIONS .. ARGV[2], ARGV[3])
if not version then return {} end
return {version, call('HGET', VALUES .. ARGV[2], ARGV[3])}
