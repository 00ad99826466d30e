// The life of the process as an operator sees it: start, status, stop, refusals and their remedies.
import assert from 'node:assert/strict';
import net from 'node:net';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { apiKey, binary, cli, makeHome, outputUntil, readIfThere, startGateway, withDefaults } from '../support/gateway.mjs';

const minimal = 'providers:\n  - name: echo\n';

test('--dev needs no configuration, listens on 127.0.0.1 and answers', async () => {
  const gateway = await startGateway({ args: ['--dev'], env: { OPENCLAW_PORT: '0' } });
  assert.match(gateway.output, /Chat page +http:\/\/127\.0\.0\.1:\d+\/chat/);
  const health = await (await fetch(`${gateway.url}/health`)).json();
  assert.deepEqual(Object.keys(health), ['status', 'uptime', 'version']);
  assert.equal(health.status, 'ok');
  const page = await fetch(`${gateway.url}/chat`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type'), /text\/html/);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
  // A provider has an instance on each loop: which one speaks is said.
  await outputUntil(gateway, /plugin\.state plugin=webchat state=connected loop=webchat/);
  await gateway.stop();
});

test('what is printed at the start says where the metrics are', async () => {
  const gateway = await startGateway({ config: `${minimal}monitoring: { metricsHost: 127.0.0.2, metricsPort: 0 }\n` });
  assert.equal(new URL(gateway.metricsUrl).hostname, '127.0.0.2');
  assert.match(await (await fetch(gateway.metricsUrl)).text(), /openclaw_build_info/);
  await gateway.stop();
});

test('--dev takes another metrics port where 9090 is in use, but never for a port that was configured', async () => {
  // Whoever has it, it is taken.
  const taken = net.createServer().listen(9090, '127.0.0.1');
  await once(taken, 'listening').catch((e) => assert.equal(e.code, 'EADDRINUSE'));
  const gateway = await startGateway({ args: ['--dev'], env: { OPENCLAW_PORT: '0' } });
  const port = new URL(gateway.metricsUrl).port;
  assert.notEqual(port, '9090');
  assert.match(gateway.output, new RegExp(`metrics\\.port_moved wanted=9090 port=${port}`));
  assert.match(await (await fetch(gateway.metricsUrl)).text(), /openclaw_build_info/);
  await gateway.stop();
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, `${minimal}monitoring: { metricsPort: 9090 }\n`);
  const refused = await cli(['gateway', 'start', '--dev', '--config', config], { home: home.dir });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /the metrics port cannot be opened: port 9090 on 127\.0\.0\.1 is in use by another process: change monitoring\.metricsPort, or/);
  taken.close();
  home.remove();
});

test('a second --dev of another home says that the port is in use', async () => {
  const first = await startGateway({ args: ['--dev'], env: { OPENCLAW_PORT: '0' } });
  const home = makeHome();
  const second = await cli(['gateway', 'start', '--dev'], { home: home.dir, env: { OPENCLAW_PORT: String(first.port) } });
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`port ${first.port} on 127.0.0.1 is in use by another process: change server.port`));
  await first.stop();
  home.remove();
});

test('status and stop say plainly when nothing runs', async () => {
  const home = makeHome();
  const status = await cli(['gateway', 'status'], { home: home.dir });
  assert.equal(status.code, 3);
  assert.equal(status.stdout, 'No gateway is running.\n');
  const json = await cli(['gateway', 'status', '--json'], { home: home.dir });
  assert.deepEqual(JSON.parse(json.stdout), { running: false });
  const stop = await cli(['gateway', 'stop'], { home: home.dir });
  assert.equal(stop.code, 3);
  assert.equal(stop.stdout, 'No gateway is running.\n');
  home.remove();
});

test('--daemon returns when it is ready; status shows it and stop waits for its end', async () => {
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(minimal));
  const started = await cli(['gateway', 'start', '--daemon', '--config', config], { home: home.dir });
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /is ready/);
  const status = await cli(['gateway', 'status', '--json'], { home: home.dir });
  const seen = JSON.parse(status.stdout);
  assert.equal(seen.running, true);
  assert.equal(seen.health.status, 'ok');
  assert.equal(status.code, 0);
  assert.ok(existsSync(path.join(home.dir, '.openclaw/gateway.pid')));
  const second = await cli(['gateway', 'start', '--config', config], { home: home.dir });
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`running already with pid ${seen.pid}`));
  const stop = await cli(['gateway', 'stop'], { home: home.dir });
  assert.equal(stop.code, 0);
  assert.match(stop.stdout, /Stopped\./);
  // Where nothing reaps orphans it stays behind as a zombie, which runs no more.
  const state = readIfThere(`/proc/${seen.pid}/stat`).split(') ')[1] ?? 'gone';
  assert.match(state, /^(Z|gone)/);
  const log = path.join(home.dir, '.openclaw/gateway.log');
  assert.match(readFileSync(log, 'utf8'), /gateway\.stopped/);
  assert.equal(statSync(log).mode & 0o077, 0);
  home.remove();
});

test('--daemon puts a full log aside and begins a new one', async () => {
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  const log = path.join(home.dir, '.openclaw/gateway.log');
  writeFileSync(config, withDefaults(minimal));
  mkdirSync(path.dirname(log));
  writeFileSync(log, Buffer.alloc(10 << 20, 'x'), { mode: 0o600 });
  const started = await cli(['gateway', 'start', '--daemon', '--config', config], { home: home.dir });
  assert.equal(started.code, 0, started.stderr);
  const stop = await cli(['gateway', 'stop'], { home: home.dir });
  assert.equal(stop.code, 0);
  assert.equal(statSync(`${log}.1`).size, 10 << 20);
  assert.match(readFileSync(log, 'utf8'), /^\S+ \S+ info +gateway\.starting [^]*gateway\.stopped/);
  assert.equal(statSync(log).mode & 0o077, 0);
  home.remove();
});

for (const logFormat of ['text', 'json']) {
  test(`--daemon shows the warnings of the start, which are in the log, as ${logFormat}`, async () => {
    const home = makeHome();
    const config = path.join(home.dir, 'gateway.yaml');
    writeFileSync(config, withDefaults(`${minimal}plugins: { directories: [/nowhere] }\nserver: { logFormat: ${logFormat} }\n`));
    for (let start = 0; start < 2; ++start) {  // what an earlier one left in the log is not said again
      const { code, stderr } = await cli(['gateway', 'start', '--daemon', '--config', config], { home: home.dir });
      assert.equal(code, 0, stderr);
      assert.equal(stderr.match(/plugin\.folder_missing.*\/nowhere/g)?.length, 1, stderr);
      assert.doesNotMatch(stderr, /gateway\.ready/);
      assert.equal((await cli(['gateway', 'stop'], { home: home.dir })).code, 0);
    }
    home.remove();
  });
}

test('--daemon reports why it did not start, with a non-zero exit', async () => {
  const home = makeHome();
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(minimal));
  const port = server.address().port;
  const started = await cli(['gateway', 'start', '--daemon', '--config', config],
    { home: home.dir, env: { OPENCLAW_PORT: String(port), OPENCLAW_HOST: '127.0.0.1' } });
  assert.equal(started.code, 1);
  assert.match(started.stderr, new RegExp(`port ${port} on 127.0.0.1 is in use by another process: change server.port`));
  server.close();
  home.remove();
});

test('a start without auth.apiKey is refused', async () => {
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, minimal);
  for (const background of [[], ['--daemon']]) {
    const started = await cli(['gateway', 'start', '--config', config, ...background], { home: home.dir });
    assert.equal(started.code, 78, 'which tells the unit that starting again does not help');
    assert.match(started.stderr, /auth\.apiKey/);
  }
  home.remove();
});

test('a plugin that is not installed is named with what is, once', async () => {
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(`${minimal}channels: { webchta: true }\n`));
  const { code, stderr } = await cli(['gateway', 'validate', '--config', config], { home: home.dir });
  assert.equal(code, 0);
  assert.match(stderr, /no plugin `webchta` is installed; looked in \/.*; did you mean `webchat`\?; installed are: .*webchat/);
  assert.equal(stderr.split('installed are').length + stderr.split('(installed').length, 3, stderr);
  assert.equal(stderr.split('telegram').length, 2, stderr);
  home.remove();
});

test('two gateways cannot share one database: the second names the first pid', async () => {
  const gateway = await startGateway({ config: minimal });
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  const db = path.join(gateway.home.dir, '.openclaw/data/sessions.db');
  writeFileSync(config, withDefaults(`${minimal}storage:\n  path: ${db}\n`));
  const second = await cli(['gateway', 'start', '--config', config], { home: home.dir });
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`\\b${gateway.child.pid}\\b`));
  home.remove();
  await gateway.stop();
});

test('the API refuses a missing and a wrong key, and takes all three right forms', async () => {
  const bearer = 'another-token-0123456789';
  const gateway = await startGateway({
    config: `${minimal}auth:\n  apiKey: ${apiKey}\n  bearerToken: ${bearer}\n`,
  });
  const ask = (headers) => fetch(`${gateway.url}/v1/models`, { headers }).then((r) => r.status);
  assert.equal(await ask({}), 401);
  assert.equal(await ask({ authorization: 'Bearer wrong' }), 401);
  assert.equal(await ask({ 'x-api-key': bearer }), 401);
  assert.equal(await ask({ authorization: `Bearer ${apiKey}` }), 200);
  assert.equal(await ask({ authorization: `Bearer ${bearer}` }), 200);
  assert.equal(await ask({ 'x-api-key': apiKey }), 200);
  assert.equal(await fetch(`${gateway.url}/v1/models?api_key=${apiKey}`).then((r) => r.status), 401);
  await gateway.stop();
});

test('the tenth wrong key in a minute locks the address out', async () => {
  const gateway = await startGateway({ config: minimal });
  for (let i = 0; i < 10; i++) {
    const r = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-api-key': `wrong-${i}` } });
    assert.equal(r.status, 401);
  }
  const locked = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-api-key': 'wrong' } });
  assert.equal(locked.status, 429);
  assert.ok(Number(locked.headers.get('retry-after')) > 0);
  await gateway.stop();
});

test('SIGTERM lets a running turn finish', async () => {
  const gateway = await startGateway({
    config: 'providers:\n  - name: echo\n    tokensPerSecond: 20\n',
  });
  const text = Array.from({ length: 12 }, (_, i) => `w${i}`).join(' ');
  const response = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'openclaw/main', user: 'u', stream: true, messages: [{ role: 'user', content: text }] }),
  });
  const reader = response.body.getReader();
  const first = await reader.read();
  gateway.terminate();
  let body = Buffer.from(first.value).toString();
  for (let part = await reader.read(); !part.done; part = await reader.read()) body += Buffer.from(part.value);
  assert.match(body, /\[DONE\]/);
  assert.match(body, /w11/);
  await gateway.stop();
});

test('whoever is cut at the end of the drain is told that the gateway stops, not that they erred', async () => {
  const gateway = await startGateway({
    config: 'server: { drainSeconds: 1 }\nproviders:\n  - name: echo\n    tokensPerSecond: 1\n',
  });
  const text = Array.from({ length: 60 }, (_, i) => `w${i}`).join(' ');
  const ask = (more) =>
    gateway.fetch('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ messages: [{ role: 'user', content: text }], ...more }) });
  const stored = ask({ model: 'openclaw/main', user: 'u' });
  const streamed = await ask({ model: 'echo/echo', stream: true });
  const reader = streamed.body.getReader();
  let body = Buffer.from((await reader.read()).value).toString();
  gateway.terminate();
  for (let part = await reader.read(); !part.done; part = await reader.read()) body += Buffer.from(part.value);
  assert.doesNotMatch(body, /\[DONE\]|invalid_request_error/);
  assert.match(body, /"type":"server_error"/);
  const response = await stored;
  assert.equal(response.status, 503);
  const { error } = await response.json();
  assert.equal(error.type, 'server_error');
  assert.match(error.message, /the gateway is stopping/);
  await gateway.stop();
});

test('a gateway that drains says so to status, start and stop; a second stop ends it', async () => {
  const gateway = await startGateway({
    config: 'server: { drainSeconds: 60 }\nproviders:\n  - name: echo\n    tokensPerSecond: 1\n',
  });
  const { home } = gateway;
  const text = Array.from({ length: 60 }, (_, i) => `w${i}`).join(' ');
  const response = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'openclaw/main', user: 'u', stream: true, messages: [{ role: 'user', content: text }] }),
  });
  await response.body.getReader().read();
  gateway.terminate();
  await outputUntil(gateway, /gateway\.draining/);
  let status;
  do status = await cli(['gateway', 'status'], { home: home.dir });
  while (status.stdout.includes('The gateway runs')); // the file follows the log line
  assert.match(status.stdout, /is stopping: it takes nothing new, and lets its turns finish/);
  assert.equal(status.code, 1);
  const json = JSON.parse((await cli(['gateway', 'status', '--json'], { home: home.dir })).stdout);
  assert.equal(json.draining, true);
  // The main port is closed by now; this one answers until the end.
  const probe = await fetch(gateway.metricsUrl.replace('/metrics', '/readyz'));
  assert.deepEqual([probe.status, await probe.json()], [503, { status: 'draining' }]);
  const again = await cli(['gateway', 'start', '--config', path.join(home.dir, 'gateway.yaml')], { home: home.dir });
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is stopping and lets its turns finish: try again when it has ended/);
  const stop = await cli(['gateway', 'stop'], { home: home.dir });
  assert.match(stop.stdout, /It was stopping already; ending the gateway with pid \d+ at once/);
  assert.equal(stop.code, 0, stop.stderr);
  assert.equal((await gateway.ended).signal, 'SIGTERM');
  home.remove();
});

test('output that cannot be written is an error', { skip: !existsSync('/dev/full') }, () => {
  const home = makeHome();
  const full = spawnSync('sh', ['-c', '"$0" config schema > /dev/full', binary], { env: { ...process.env, HOME: home.dir } });
  assert.equal(full.status, 1);
  assert.match(String(full.stderr), /could not be written/);
  home.remove();
});
