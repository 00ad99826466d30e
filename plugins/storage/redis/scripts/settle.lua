-- Finds out what became of a batch whose answer did not arrive, and makes sure that it does not arrive
-- later. ARGV: identity, token, the token from now on. Answers {last batch, its results}.
local why = moving() or stranger(ARGV[1])
if why then return why end
local held = call('HMGET', GATEWAY, 'token', 'batch', 'results', 'applying')
if not held[1] then return refuse('OCWIPED') end
-- An earlier attempt may have been cut off too, after it changed the token.
if held[1] ~= ARGV[3] then
  why = other_token(held[1], ARGV[2])
  if why then return why end
end
if held[4] ~= '' then return refuse('OCTORN') end
why = refused('HSET', GATEWAY, 'token', ARGV[3])
if why then return why end
return {held[2], held[3]}
