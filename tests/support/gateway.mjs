// Starts the real binary in a home of its own, waits for its readiness, and looks after its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './wait.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const build = process.env.OPENCLAW_BUILD ?? path.join(root, 'build/dev');
export const binary = path.join(build, 'bin/openclaw');
export const apiKey = 'test-key-0123456789abcdef';

/**
 * For a gateway that ends beside stuck threads, or that is traced: what it leaves, it leaves on purpose, and the leak check
 * cannot run in it.
 */
export const leaky = { ASAN_OPTIONS: 'detect_leaks=0', TSAN_OPTIONS: 'report_thread_leaks=0' };

/** A new home directory; removed by `remove()`. */
export function makeHome() {
  const dir = mkdtempSync(path.join(tmpdir(), 'openclaw-test-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function environment(home, extra) {
  const env = { PATH: process.env.PATH, HOME: home, OPENCLAW_PORT: '0', LANG: 'C.UTF-8', ...extra };
  // Without the first option clang 14's leak check itself crashes at exit once a library failed to load.
  env.ASAN_OPTIONS = ['intercept_tls_get_addr=0', process.env.ASAN_OPTIONS, extra.ASAN_OPTIONS].filter(Boolean).join(':');
  env.TSAN_OPTIONS = [process.env.TSAN_OPTIONS, extra.TSAN_OPTIONS].filter(Boolean).join(':');
  if (process.env.UBSAN_OPTIONS) env.UBSAN_OPTIONS = process.env.UBSAN_OPTIONS;
  for (const [key, value] of Object.entries(env)) if (value === undefined) delete env[key];
  return env;
}

/** Runs a command of the CLI to its end: {code, signal, stdout, stderr}. */
export async function cli(args, { home, env = {}, timeout = 60000 } = {}) {
  const child = spawn(binary, args, { env: environment(home, env), stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (d) => (stdout += d));
  child.stderr.on('data', (d) => (stderr += d));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { code, signal, stdout, stderr };
}

/** Any free metrics port, the test's API key, and a section for each thing the caller gives. */
export function withDefaults(yaml) {
  let text = yaml;
  if (!/^auth:/m.test(text)) text += `\nauth:\n  apiKey: ${apiKey}\n`;
  if (!/^monitoring:/m.test(text)) text += '\nmonitoring:\n  metricsPort: 0\n';
  return text;
}

/** Turns the plugin libraries' sanitizer and crash reports into test failures. */
function assertCleanEnd(gateway) {
  const report = /(ERROR: AddressSanitizer|runtime error:|WARNING: ThreadSanitizer|ERROR: LeakSanitizer)/.exec(gateway.output);
  if (report) throw new Error(`the gateway ended with a sanitizer report:\n${gateway.output.slice(-6000)}`);
}

/**
 * Starts `openclaw gateway start`. Resolves when it says that it is ready; rejects with its output
 * when it ends before. `config` is YAML (written to a file) or absent for `--dev`; `home` may be a
 * home of an earlier gateway, to start it again.
 */
export async function startGateway({ config, args = [], env = {}, home, raw = false, wrap = [] } = {}) {
  const own = home ?? makeHome();
  const argv = ['gateway', 'start', ...args];
  let configFile;
  if (config !== undefined) {
    configFile = path.join(own.dir, 'gateway.yaml');
    mkdirSync(own.dir, { recursive: true });
    writeFileSync(configFile, raw ? config : withDefaults(config));
    argv.push('--config', configFile);
  }
  const [program, ...prefix] = [...wrap, binary];
  const child = spawn(program, [...prefix, ...argv], {
    env: environment(own.dir, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gateway = { child, home: own, output: '', configFile, exited: false };
  gateway.ended = once(child, 'close').then(([code, signal]) => {
    gateway.exited = true;
    gateway.code = code;
    gateway.signal = signal;
    return { code, signal };
  });
  await new Promise((resolve, reject) => {
    const see = (data) => {
      gateway.output += data;
      if (/ is ready\.[\s\S]*Metrics .*\n/.test(gateway.output)) resolve();
    };
    child.stdout.on('data', see);
    child.stderr.on('data', see);
    gateway.ended.then(({ code, signal }) =>
      reject(Object.assign(new Error(`the gateway ended early (${code ?? signal}):\n${gateway.output}`), { gateway })));
  });
  gateway.url = /API +(http:\S+?)\/v1/.exec(gateway.output)[1];
  gateway.port = Number(new URL(gateway.url).port);
  gateway.metricsUrl = /Metrics +(\S+)/.exec(gateway.output)[1];
  gateway.fetch = (target, options = {}) =>
    fetch(gateway.url + target, {
      ...options,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...options.headers },
    });
  gateway.json = async (target, options) => (await gateway.fetch(target, options)).json();
  gateway.health = () => gateway.json('/health/detailed');
  /** Asks it to drain, once: a second SIGTERM would end it at once. */
  gateway.terminate = () => {
    if (!gateway.exited && !gateway.terminating) child.kill('SIGTERM');
    gateway.terminating = true;
  };
  /** Ends it with SIGTERM and checks that it drained to status 0. */
  gateway.stop = async ({ keepHome = false, code = 0 } = {}) => {
    gateway.terminate();
    const end = await gateway.ended;
    if (!keepHome && !home) own.remove();
    assertCleanEnd(gateway);
    if (end.code !== code) throw new Error(`the gateway ended with ${end.code ?? end.signal}:\n${gateway.output.slice(-4000)}`);
  };
  /** Kills it at once; the home stays for the next start. */
  gateway.kill = async () => {
    child.kill('SIGKILL');
    await gateway.ended;
  };
  return gateway;
}

/** Waits until `test(health)` holds, woken by nothing but a short poll of the health endpoint. */
export async function healthUntil(gateway, test, { timeout = 30000 } = {}) {
  let health;
  const what = () => `a health that matches, but ${JSON.stringify(health)}\n${gateway.output.slice(-3000)}`;
  return until(what, async () => {
    health = await gateway.health();
    return (await test(health)) && health;
  }, timeout);
}

/** Waits until what the gateway has written matches: a log line may come after what it is about. */
export async function outputUntil(gateway, pattern, { timeout = 10000 } = {}) {
  const signal = AbortSignal.timeout(timeout);
  while (!pattern.test(gateway.output)) {
    await Promise.race([once(gateway.child.stdout, 'data', { signal }), once(gateway.child.stderr, 'data', { signal })]).catch(() => {
      throw new Error(`never written: ${pattern}\n${gateway.output.slice(-3000)}`);
    });
  }
}

export function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
