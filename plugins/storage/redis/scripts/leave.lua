-- Ends a member that goes; what it had is nobody's. Should that be much, who collects next goes on with
-- it. ARGV: who ('member:7'), token.
local why = moving()
if why then return why end
local number = string.match(ARGV[1], '%d+$')
if call('HGET', member(number), 'token') ~= ARGV[2] then return 'OK' end
end_member(number)
empty_member(number, 1000)
wake('*')
publish()
return 'OK'
