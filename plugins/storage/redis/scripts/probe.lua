-- Runs every command that the scripts run, on keys of its own, so that a right that is missing shows
-- before the first batch and not in the middle of one.
local hash, stream, sorted = prefix .. 'probe-hash', prefix .. 'probe-stream', prefix .. 'probe-zset'
local list = prefix .. 'probe-list'
local commands = {
  {'UNLINK', hash, stream, sorted, list}, {'TIME'},
  {'HSET', hash, 'a', '1'}, {'HINCRBY', hash, 'a', '1'}, {'HGET', hash, 'a'}, {'HMGET', hash, 'a'},
  {'HEXISTS', hash, 'a'}, {'HLEN', hash}, {'HKEYS', hash}, {'HSTRLEN', hash, 'a'},
  {'HSCAN', hash, '0', 'COUNT', '1'}, {'HDEL', hash, 'a'},
  {'XADD', stream, '1-0', 'a', '1'}, {'XLEN', stream}, {'XRANGE', stream, '(0-0', '+', 'COUNT', '1'},
  {'XREVRANGE', stream, '+', '-', 'COUNT', '1'}, {'XDEL', stream, '1-0'},
  {'ZADD', sorted, '1', 'a'}, {'ZCARD', sorted}, {'ZSCORE', sorted, 'a'},
  {'ZRANGEBYSCORE', sorted, '-inf', '(2', 'LIMIT', '0', '1'},
  {'ZRANGEBYLEX', sorted, '-', '+', 'LIMIT', '0', '1'},
  {'ZREM', sorted, 'a'}, {'EXISTS', hash},
  {'RPUSH', list, 'a', 'b'}, {'LRANGE', list, '0', '-1'}, {'LPOP', list}}
local missing = {}
for _, command in ipairs(commands) do
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err then
    missing = {command[1], answer.err}
    break
  end
end
redis.pcall('UNLINK', hash, stream, sorted, list)
return missing
