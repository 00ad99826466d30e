-- Finds out what became of a batch whose answer did not arrive, and makes sure that it does not arrive
-- later. ARGV: identity, who ('gateway', 'member:7'), token, the token from now on. Answers {last batch, its
-- results}.
local why = moving() or stranger(ARGV[1])
if why then return why end
local held = call('HMGET', prefix .. ARGV[2], 'token', 'batch', 'results', 'applying')
-- An earlier attempt may have been cut off too, after it changed the token.
if held[1] ~= ARGV[4] then
  why = other_token(ARGV[2], held[1], ARGV[3])
  if why then return why end
end
if held[4] ~= '' then return refuse('OCTORN') end
why = refused_but_for_memory('HSET', prefix .. ARGV[2], 'token', ARGV[4])
if why then return why end
return {held[2], held[3]}
