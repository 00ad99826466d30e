-- The gateways that share the store and live. ARGV: identity. Answers {{instance, info, process, since, how
-- long its lease lasts, messages, replies, {lease, ...}}, ...}.
local why = stranger(ARGV[1])
if why then return why end
local out = {}
for _, number in ipairs(all_members()) do
  local one = call('HMGET', member(number), 'token', 'instance', 'info', 'process', 'since', 'until', 'lease')
  if one[1] and tonumber(one[6]) >= now_ms() then
    out[#out + 1] = {one[2], one[3], one[4], one[5], digits(reined_in(one[6], one[7]) - now_ms()),
                     call('ZCARD', member(number, ':messages')), call('ZCARD', member(number, ':replies')),
                     call('ZRANGEBYLEX', member(number, ':leases'), '-', '+')}
  end
end
return out
