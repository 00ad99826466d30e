// What a hostile client, a hostile file system or a careless operator may not achieve.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { cli, healthUntil, makeHome, startGateway, withDefaults } from '../support/gateway.mjs';

const minimal = 'providers:\n  - name: echo\n';
const nested = (depth) => '['.repeat(depth) + ']'.repeat(depth);

/** A home with a configuration, and its ~/.openclaw made by `prepare(folder)`. */
function homeWith(prepare = () => {}) {
  const home = makeHome();
  home.config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(home.config, withDefaults(minimal));
  home.folder = path.join(home.dir, '.openclaw');
  prepare(home.folder, home.dir);
  home.start = (...args) => cli(['gateway', 'start', '--config', home.config, ...args], { home: home.dir, timeout: 20000 });
  return home;
}

test('JSON that is nested a million deep is refused and nothing falls over', async () => {
  const gateway = await startGateway({ config: minimal });
  const deep = nested(1_000_000);
  const bodies = [
    deep,
    `{"model":"openclaw/main","messages":[{"role":"user","content":"hi"}],"stop":${deep}}`,
    `{"model":"openclaw/main","messages":[{"role":"user","content":"hi","x":${deep}}]}`,
    `{"model":"echo/echo","messages":[{"role":"user","content":"hi","x":${deep}}]}`,
  ];
  for (const body of bodies) {
    const response = await gateway.fetch('/v1/chat/completions', { method: 'POST', body });
    assert.equal(response.status, 400);
    assert.match((await response.json()).error.message, /nested too deeply/);
  }
  const approve = await gateway.fetch('/api/pairing/approve', { method: 'POST', body: deep });
  assert.equal(approve.status, 400);
  await gateway.stop();
});

test('a link in the place of the pid file is not followed', async () => {
  const home = homeWith((folder, dir) => {
    mkdirSync(folder);
    writeFileSync(path.join(dir, 'victim'), 'precious');
    symlinkSync(path.join(dir, 'victim'), path.join(folder, 'gateway.pid'));
  });
  const started = await home.start();
  assert.equal(started.code, 1);
  assert.match(started.stderr, /gateway\.pid: it is not a regular file: remove it/);
  assert.equal(readFileSync(path.join(home.dir, 'victim'), 'utf8'), 'precious');
  home.remove();
});

test('a pipe, a link or an open file in the place of the log is refused at once', async () => {
  const places = [
    (log) => execFileSync('mkfifo', [log]),
    (log) => symlinkSync('/dev/null', log),
    (log) => { writeFileSync(log, ''); chmodSync(log, 0o666); },
  ];
  for (const place of places) {
    const home = homeWith((folder) => {
      mkdirSync(folder);
      place(path.join(folder, 'gateway.log'));
    });
    const started = await home.start('--daemon');
    assert.equal(started.code, 1);
    assert.match(started.stderr, /cannot write .*gateway\.log: .*(remove it|chmod o-w)/);
    home.remove();
  }
});

test('what anybody may write is not believed: the configuration, its folder', async () => {
  const home = homeWith((folder) => mkdirSync(folder));
  chmodSync(home.folder, 0o777);
  const inFolder = await home.start();
  assert.equal(inFolder.code, 1);
  assert.match(inFolder.stderr, /anybody may write to the folder .*\.openclaw: run chmod o-w/);
  chmodSync(home.folder, 0o755);
  chmodSync(home.config, 0o666);
  const changed = await home.start();
  assert.equal(changed.code, 78);
  assert.match(changed.stderr, /gateway\.yaml: .*anybody may write to it: run chmod o-w/);
  home.remove();
});

test('more JSON values than any conversation has are refused', async () => {
  const gateway = await startGateway({ config: minimal });
  const metadata = `[${'{},'.repeat(5_000_000)}{}]`;
  const body = `{"model":"openclaw/main","messages":[{"role":"user","content":"hi"}],"metadata":${metadata}}`;
  const response = await gateway.fetch('/v1/chat/completions', { method: 'POST', body });
  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /more than 200000 JSON values/);
  await gateway.stop();
});

test('a daemon keeps its folder to itself, and outlives a hang-up', async () => {
  const home = homeWith();
  const before = process.umask(0);
  const started = await home.start('--daemon').finally(() => process.umask(before));
  assert.equal(started.code, 0, started.stderr);
  for (const file of ['', 'gateway.pid', 'gateway.log', 'data', 'data/sessions.db']) {
    assert.equal(statSync(path.join(home.folder, file)).mode & 0o077, 0, file);
  }
  const { pid } = JSON.parse(readFileSync(path.join(home.folder, 'gateway.pid'), 'utf8'));
  process.kill(pid, 'SIGHUP');
  const stop = await cli(['gateway', 'stop'], { home: home.dir });
  assert.equal(stop.code, 0, stop.stderr);
  const log = readFileSync(path.join(home.folder, 'gateway.log'), 'utf8');
  assert.match(log, /gateway\.hangup_ignored[^]*gateway\.stopped/);
  home.remove();
});

test('of two gateways that start at once in one home, one runs', async () => {
  const home = homeWith();
  const both = await Promise.all([home.start('--daemon'), home.start('--daemon')]);
  assert.deepEqual(both.map((one) => one.code).sort(), [0, 1]);
  assert.match(both.find((one) => one.code === 1).stderr, /is running already/);
  assert.equal((await cli(['gateway', 'stop'], { home: home.dir })).code, 0);
  home.remove();
});

test('strangers cannot fill the memory with request bodies', async () => {
  const gateway = await startGateway({
    config: `${minimal}channels:\n  telegram:\n    enabled: true\n    mode: webhook\n    botToken: "1:a"\n` +
      '    webhookSecret: secret-secret\n    apiRoot: http://127.0.0.1:9\n',
  });
  // The route is there once the channel has tried to reach its platform.
  await healthUntil(gateway, (health) => health.details.telegram.reason !== undefined);
  const ask = (length, body) => new Promise((resolve, reject) => {
    const socket = net.connect(gateway.port, '127.0.0.1');
    socket.once('data', (data) => resolve({ socket, status: String(data).slice(9, 12) }));
    socket.on('error', reject);
    socket.write(`POST /channels/telegram/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`);
    if (body) socket.write(body);
  });
  const refused = await ask(16_000_000);
  assert.equal(refused.status, '413');
  refused.socket.destroy();
  // Each holds back its last byte; the first one beyond the budget is answered.
  const held = [];
  const full = new Promise((resolve) => {
    for (let i = 0; i < 24; i++) {
      const one = ask(4_000_000, Buffer.alloc(3_999_999, 32));
      one.then(({ socket, status }) => { held.push(socket); resolve(status); }, () => {});
    }
  });
  assert.equal(await full, '503');
  const small = await ask(2, '{}');
  assert.equal(small.status, '401');
  small.socket.destroy();
  for (const socket of held) socket.destroy();
  gateway.child.kill('SIGKILL');
  await gateway.ended;
  gateway.home.remove();
});

test('a log line cannot be forged by what a request names', async () => {
  const gateway = await startGateway({ config: `${minimal}server:\n  logLevel: debug\n` });
  const socket = net.connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  const key = 'x-openclaw-session-key: a\u001b[31m\r\n';
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n${key}Content-Length: 0\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  assert.equal(String(answer).slice(9, 12), '400');
  socket.destroy();
  const response = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { 'x-openclaw-session-key': 'b\u009b31m\u00ff' },
    body: '{"model":"openclaw/main","messages":[{"role":"user","content":"hi"}]}',
  });
  assert.equal(response.status, 200);
  await response.text();
  await gateway.stop();
  assert.doesNotMatch(gateway.output, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('what a platform says cannot steer the terminal of `gateway status`', async () => {
  const platform = http.createServer((request, response) => {
    response.statusCode = 401;
    response.end(JSON.stringify({ ok: false, error_code: 401, description: '\u001b[2J\u009b31m\u202edenied' }));
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const gateway = await startGateway({
    config: `${minimal}channels:\n  telegram:\n    enabled: true\n    mode: webhook\n    botToken: "1:a"\n` +
      `    webhookSecret: secret-secret\n    apiRoot: http://127.0.0.1:${platform.address().port}\n`,
  });
  await healthUntil(gateway, (health) => health.channels.telegram === 'failed');
  const shown = await cli(['gateway', 'status'], { home: gateway.home.dir });
  assert.match(shown.stdout, /\\u001b\[2J\\u009b31m\\u202edenied/);
  assert.doesNotMatch(shown.stdout, /[\u001b\u0080-\u009f\u202e]/);
  await gateway.stop();
  platform.close();
});
