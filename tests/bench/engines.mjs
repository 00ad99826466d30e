// The storage engines as the benchmarks use them: a fresh store of each, and what its engine can do by itself.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from '../support/gateway.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { RedisServer } from '../support/redis_server.mjs';

const run = promisify(execFile);
const driver = path.join(build, 'bin/openclaw_store_driver');
export const engineNames = ['sqlite', 'postgres', 'redis'];

/** What openclaw_store_driver makes of `how`, see store_driver.cpp. */
export async function drive(how) {
  const { stdout, stderr } = await run(driver, [JSON.stringify(how)], { maxBuffer: 1 << 24 });
  if (stderr) console.error(stderr.trim());
  return JSON.parse(stdout);
}

/** Each: `fresh()` makes an empty store and gives its section; `limit` says how fast the engine alone is, `peer` of what. */
export async function startEngine(name) {
  return { sqlite: startSqlite, postgres: startPostgres, redis: startRedis }[name]();
}

const atExit = (end) => {
  process.once('exit', end); // a benchmark that fails leaves nothing behind
  return () => process.off('exit', end);
};

function startSqlite() {
  const dir = mkdtempSync(path.join(tmpdir(), 'openclaw-bench-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const removed = atExit(remove);
  const program = path.join(dir, 'append_sync');
  execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', '-o', program,
    fileURLToPath(new URL('append_sync.c', import.meta.url))]);
  const store = path.join(dir, 'store');
  return {
    name: 'sqlite',
    peer: 'fdatasync',
    async fresh() {
      rmSync(store, { recursive: true, force: true });
      mkdirSync(store, { mode: 0o700 });
      return { type: 'sqlite', path: path.join(store, 'sessions.db') };
    },
    /** Rows of 1000 bytes, so many a sync as there are at once; each durable write of a turn is one. */
    async limit(_kind, atOnce, seconds, writes) {
      const { stdout } = await run(program, [path.join(dir, 'raw'), String(atOnce), String(seconds)]);
      rmSync(path.join(dir, 'raw'), { force: true });
      const rows = JSON.parse(stdout);
      return { rate: rows.rate / writes, p99ms: rows.p99ms };
    },
    async stop() {
      removed();
      remove();
    },
  };
}

async function startPostgres() {
  const server = new PostgresServer();
  const scripts = mkdtempSync(path.join(tmpdir(), 'openclaw-bench-'));
  const removed = atExit(() => {
    server.abandon();
    rmSync(scripts, { recursive: true, force: true });
  });
  await server.start();
  for (const kind of ['ingest', 'turns']) {
    const sql = readFileSync(new URL(`postgres_${kind}.sql`, import.meta.url), 'utf8');
    writeFileSync(path.join(scripts, kind), sql.replace(/^--.*\n/gm, ''));
  }
  let schemas = 0;
  let runs = 0;
  let schema;
  const fresh = async () => {
    if (schema) await server.query(`DROP SCHEMA ${schema} CASCADE`);
    schema = `store_${++schemas}`;
    return { type: 'postgres', url: server.url, schema };
  };
  const tables = ['dedupe', 'inbox', 'outbox', 'sessions', 'transcript'];
  // The gateway's own tables with their indices, under a name that no gateway uses.
  await drive({ mode: 'ingest', storage: await fresh(), count: 1 });
  await server.query(`CREATE SCHEMA alone; ${tables.map((t) => `CREATE TABLE alone.${t} (LIKE ${schema}.${t} INCLUDING ALL)`).join(';')}`);
  return {
    name: 'postgres',
    peer: 'pgbench',
    shared: true,
    fresh,
    async limit(kind, atOnce, seconds) {
      await server.query(`TRUNCATE ${tables.map((t) => `alone.${t}`).join(', ')}; CHECKPOINT`);
      const threads = Math.min(atOnce, availableParallelism());
      const { stdout } = await run(path.join(server.bin, 'pgbench'), ['-n', '-M', 'prepared', '-c', String(atOnce), '-j', String(threads),
        '-T', String(Math.max(1, Math.round(seconds))), '-f', path.join(scripts, kind), '-D', 'n=0', '-D', `base=${++runs * 1e13}`,
        '-l', '--log-prefix', path.join(scripts, 'log'), server.url]);
      const rate = Number(/^tps = ([\d.]+)/m.exec(stdout)[1]);
      const failed = /^number of failed transactions: (\d+)/m.exec(stdout);
      if (!(rate > 0) || (failed && failed[1] !== '0')) throw new Error(`pgbench failed:\n${stdout}`);
      return { rate, p99ms: p99OfLogs(scripts) };
    },
    async stop() {
      removed();
      await server.remove();
      rmSync(scripts, { recursive: true, force: true });
    },
  };
}

/** pgbench writes a line a transaction, whose third word is its time in µs; one file a thread. */
function p99OfLogs(dir) {
  const times = [];
  for (const name of readdirSync(dir).filter((name) => name.startsWith('log.'))) {
    for (const line of readFileSync(path.join(dir, name), 'utf8').split('\n')) if (line) times.push(Number(line.split(' ')[2]));
    rmSync(path.join(dir, name));
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] / 1e3;
}

async function startRedis() {
  const server = await new RedisServer().start();
  const removed = atExit(() => {
    server.child?.kill('SIGKILL');
    rmSync(server.folder, { recursive: true, force: true });
  });
  const rates = new Map();
  const measure = async (atOnce, count) => {
    await server.command('FLUSHALL');
    const { stdout } = await run('redis-benchmark', ['-p', String(server.port), '-c', String(atOnce), '-n', String(count), '--csv',
      'XADD', 'bench', '*', 'row', 'x'.repeat(1000)], { maxBuffer: 1 << 24 });
    const [names, values] = stdout.trim().split('\n').slice(-2).map((line) => line.split('","').map((cell) => cell.replaceAll('"', '')));
    const read = (name) => Number(values[names.indexOf(name)]);
    return { rate: read('rps'), p99ms: read('p99_latency_ms') };
  };
  return {
    name: 'redis',
    peer: 'XADD',
    shared: true,
    async fresh() {
      await server.command('FLUSHALL');
      return { type: 'redis', url: server.url, prefix: 'bench' };
    },
    /** Entries of 1000 bytes; each durable write of a turn is one. It takes a count, not a time. */
    async limit(_kind, atOnce, seconds, writes) {
      if (!rates.has(atOnce)) rates.set(atOnce, (await measure(atOnce, 200 * atOnce)).rate);
      const entries = await measure(atOnce, Math.ceil(rates.get(atOnce) * seconds));
      rates.set(atOnce, entries.rate);
      return { rate: entries.rate / writes, p99ms: entries.p99ms };
    },
    async stop() {
      removed();
      await server.remove();
    },
  };
}
