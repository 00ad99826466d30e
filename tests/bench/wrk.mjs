// Puts load on a server with wrk, and tells what it cost that server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuMicroseconds, onLoadCpu } from './processes.mjs';

const script = fileURLToPath(new URL('load.lua', import.meta.url));

/**
 * {requests, seconds, rate, p50ms, p99ms, cpuUs}: `cpuUs` is CPU time of the processes in `pids` a
 * request. Any failed request is an error: a server that refuses is faster than one that works.
 */
export async function load(url, { pids, connections, threads = 1, seconds, method, body, key, sessions, firstSession = 0 }) {
  const env = { ...process.env };
  if (method) env.BENCH_METHOD = method;
  if (body) env.BENCH_BODY = body;
  if (key) env.BENCH_KEY = key;
  if (sessions) Object.assign(env, { BENCH_SESSIONS: sessions, BENCH_FIRST: firstSession, BENCH_THREADS: threads });
  const [program, ...args] = onLoadCpu(['wrk', '-t', String(threads), '-c', String(connections),
    '-d', `${seconds}s`, '-s', script, url]);
  const before = cpuMicroseconds(pids);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (d) => (output += d));
  child.stderr.on('data', (d) => (output += d));
  const [code] = await once(child, 'close');
  const cpu = cpuMicroseconds(pids) - before;
  const line = /^RESULT (.*)$/m.exec(output);
  if (code !== 0 || !line) throw new Error(`wrk ended with ${code}:\n${output}`);
  const result = JSON.parse(line[1]);
  if (result.errors > 0 || result.requests === 0) {
    throw new Error(`${result.errors} of ${result.requests} requests to ${url} failed:\n${output}`);
  }
  return { ...result, rate: result.requests / result.seconds, cpuUs: cpu / result.requests };
}
