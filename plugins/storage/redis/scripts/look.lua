-- What a reader finds: {} or {schema, identity}.
local stored = call('HMGET', STORE, 'schema', 'identity')
if not stored[1] then return {} end
return stored
