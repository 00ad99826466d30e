-- One request over and over, as the environment gives it; prints what came of it as JSON.
--   BENCH_METHOD, BENCH_BODY, BENCH_KEY   {thread} in the body is the thread's number
--   BENCH_SESSIONS, BENCH_FIRST, BENCH_THREADS   {session} in the body goes round so many numbers,
--   from that one on; no two of that many threads ever use the same at once
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  local key = os.getenv("BENCH_KEY")
  local body = os.getenv("BENCH_BODY")
  if key then wrk.headers["Authorization"] = "Bearer " .. key end
  if body then
    wrk.headers["Content-Type"] = "application/json"
    body = body:gsub("{thread}", tostring(number))
  end
  method = os.getenv("BENCH_METHOD") or "GET"
  bytes = wrk.format(method, nil, nil, body)
  sessions = tonumber(os.getenv("BENCH_SESSIONS"))
  if not sessions then return end
  threads = tonumber(os.getenv("BENCH_THREADS"))
  round = math.floor(tonumber(os.getenv("BENCH_FIRST")) / threads)
  before, behind = body:match("^(.*){session}(.*)$")
end

function request()
  if not sessions then return bytes end
  round = round + 1
  local session = round * threads % sessions + number
  return wrk.format(method, nil, nil, before .. session .. behind)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"seconds":%.6f,"p50ms":%.4f,"p99ms":%.4f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
