// A broken plugin harms nobody but itself: each failure through the real binary, next to healthy ones.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { binary, build, cli, healthUntil, leaky, makeHome, startGateway, withDefaults } from '../support/gateway.mjs';

const bad = (name) => path.join(build, 'lib/openclaw/bad_plugins', `${name}.so`);
const minimal = 'providers:\n  - name: echo\n';
const withChannel = (file) => `${minimal}channels:
  webchat:
    enabled: true
  bad:
    plugin: ${file}
    enabled: true
`;

async function answers(gateway, model = 'openclaw/main') {
  const response = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'still there?' }] }),
  });
  assert.equal(response.status, 200, gateway.output);
  assert.match((await response.json()).choices[0].message.content, /still there\?/);
}

/** The gateway runs on with everything else: webchat, the provider, a clean end. */
async function failsAlone(file, reason) {
  const gateway = await startGateway({ config: withChannel(file) });
  const health = await healthUntil(gateway, (h) =>
    h.channels.webchat === 'connected' && h.channels.bad === 'failed');
  assert.match(health.details.bad.reason, reason);
  const ready = await fetch(`${gateway.url}/readyz`);
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ready' }], 'there is nothing more to wait for');
  await answers(gateway);
  await gateway.stop();
}

// What the loader refuses; the reason begins with the file's name.
for (const name of ['no_note', 'truncated_note', 'bad_json', 'wrong_major', 'other_kind', 'start_fails']) {
  test(`a channel plugin that is refused from its manifest fails alone: ${name}`, () =>
    failsAlone(bad(name), new RegExp(`${name}\\.so: `)));
}

test('a file that is missing, or is no library, fails alone', async () => {
  const home = makeHome();
  const text = path.join(home.dir, 'text.so');
  writeFileSync(text, 'not a library at all\n'.repeat(20), { mode: 0o644 });
  await failsAlone(text, /text\.so: /);
  await failsAlone(path.join(home.dir, 'absent.so'), /absent\.so: /);
  home.remove();
});

test('a plugin file or folder that anybody may write is refused', async () => {
  const home = makeHome();
  const dir = path.join(home.dir, 'plugins');
  mkdirSync(dir, { mode: 0o755 });
  const file = path.join(dir, 'send_throws.so');
  copyFileSync(bad('send_throws'), file);
  chmodSync(file, 0o666);
  await failsAlone(file, /anybody may write to .*send_throws\.so: run chmod o-w on it/);
  chmodSync(file, 0o644);
  chmodSync(dir, 0o777);
  await failsAlone(file, /anybody may write to the folder .*chmod o-w/);
  home.remove();
});

// What only running a provider shows: it fails, and the next in line answers.
const runtime = {
  no_symbol: /does not export oc_plugin_entry_1/,
  undefined_symbol: /cannot be loaded/,
  no_descriptor: /no descriptor/,
  null_slot: /lacks destroy/,
  no_kind_table: /no provider slots/,
  null_chat: /no chat/,
  create_refuses: /the key `model` is missing/,
  create_silent: /refused its configuration without a reason/,
  create_throws: /threw an unknown exception in create/,
  start_fails: /the API key was refused/,
  start_throws: /threw an exception in start/,
};
for (const [name, reason] of Object.entries(runtime)) {
  test(`a provider fails alone, with its reason: ${name}`, async () => {
    const gateway = await startGateway({
      config: `providers:\n  - name: echo\n  - name: bad\n    plugin: ${bad(name)}\nchannels:\n  webchat:\n    enabled: true\n`,
    });
    const health = await healthUntil(gateway, (h) =>
      h.channels.webchat === 'connected' && h.providers.bad.state === 'failed');
    assert.match(health.providers.bad.reason, reason);
    await answers(gateway);
    await gateway.stop();
  });
}

test('a channel that throws out of its slots is up, and stops well', async () => {
  const gateway = await startGateway({ config: withChannel(bad('send_throws')) });
  await healthUntil(gateway, (h) => h.channels.webchat === 'connected');
  await answers(gateway);
  await gateway.stop();
});

test('a channel that blocks is shut out after 5 s, and the others answer meanwhile', async () => {
  const gateway = await startGateway({ config: withChannel(bad('channel_blocks')), env: leaky });
  await healthUntil(gateway, (h) => h.channels.webchat === 'connected');
  const shutOut = await answersMeanwhile(gateway, healthUntil(gateway, (h) => h.channels.bad === 'failed'));
  assert.match(shutOut.details.bad.reason, /blocked for more than 5 s/);
  await gateway.stop();
});

const blocking = `providers:
  - name: bad
    plugin: ${bad('chat_blocks')}
  - name: echo
agents:
  - id: main
    provider: bad
  - id: other
    provider: echo
`;

/** Asks again and again until `promise` settles; none of the answers may have waited for it. */
async function answersMeanwhile(gateway, promise, model) {
  let waiting = true;
  const settled = promise.finally(() => (waiting = false));
  settled.catch(() => {});
  let rounds = 0;
  while (waiting) {
    const began = Date.now();
    await answers(gateway, model);
    assert.ok(Date.now() - began < 4000, 'an answer waited for what is blocked');
    rounds += 1;
  }
  assert.ok(rounds > 1);
  return settled;
}

test('a provider that blocks for good is shut out: the turn moves on, others never waited, SIGTERM ends it', async () => {
  const gateway = await startGateway({ config: blocking, env: leaky });
  await answersMeanwhile(gateway, answers(gateway), 'openclaw/other');
  const health = await gateway.health();
  assert.equal(health.providers.bad.state, 'failed');
  assert.match(health.providers.bad.reason, /blocked for more than 5 s/);
  await answers(gateway);
  await gateway.stop();
  assert.match(gateway.output, /plugin\.stuck .*bad/);
  const status = await cli(['gateway', 'status'], { home: gateway.home.dir });
  assert.match(status.stdout + status.stderr, /not running|No gateway/i);
});

test('a plugin that never returns from create is given up, and does not make the start deaf', async () => {
  const gateway = await startGateway({ config: withChannel(bad('create_blocks')), env: leaky });
  const health = await healthUntil(gateway, (h) => h.channels.webchat === 'connected' && h.channels.bad === 'failed');
  assert.match(health.details.bad.reason, /create_blocks\.so: it did not return from create within 10 s/);
  await answers(gateway);
  await gateway.stop();

  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(withChannel(bad('create_blocks'))));
  const child = spawn(binary, ['gateway', 'start', '--config', config], {
    env: { PATH: process.env.PATH, HOME: home.dir, OPENCLAW_PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const data of child.stderr) if (/gateway\.starting/.test(data)) break;
  const status = await cli(['gateway', 'status'], { home: home.dir });
  assert.match(status.stdout, new RegExp(`pid ${child.pid} is starting`));
  child.kill('SIGTERM');
  const [code, signal] = await once(child, 'close');
  assert.deepEqual([code, signal], [null, 'SIGTERM']);
  home.remove();
});

test('a provider that blocks a direct answer costs one loop, not the gateway', async () => {
  const gateway = await startGateway({ config: blocking, env: leaky });
  const gone = new AbortController();
  const stuck = gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    signal: gone.signal,
    body: JSON.stringify({ model: 'bad/any', messages: [{ role: 'user', content: 'hello' }] }),
  });
  stuck.catch(() => {});
  // A connection of its own for each, so that half of them are meant for the loop that is stuck.
  for (let i = 0; i < 8; i += 1) {
    const response = await gateway.fetch('/livez', { headers: { connection: 'close' } });
    assert.equal(response.status, 200);
  }
  gone.abort();
  await gateway.stop();
});

test('a provider that emits malformed tool calls harms nobody, streamed or not', async () => {
  const gateway = await startGateway({
    config: `providers:\n  - name: echo\n  - name: bad\n    plugin: ${bad('chat_bad_tool_call')}\n`,
  });
  const ask = (stream) => gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'bad/any', stream, messages: [{ role: 'user', content: 'hello' }] }),
  });
  const whole = await ask(false);
  assert.equal(whole.status, 200);
  assert.deepEqual((await whole.json()).choices[0].message.tool_calls,
    [{ id: 'c', type: 'function', function: { name: 'f', arguments: '' } }]);
  assert.match(await (await ask(true)).text(), /data: \[DONE\]/);
  await answers(gateway);
  await gateway.stop();
});

test('when direct answers block every HTTP loop the gateway ends with 1, to be started anew', async () => {
  const gateway = await startGateway({ config: `${blocking}server:\n  drainSeconds: 1\n`, env: leaky });
  const body = JSON.stringify({ model: 'bad/any', messages: [{ role: 'user', content: 'hello' }] });
  // One loop a core; each of these connections is handed to the next one that is not stuck.
  for (let i = 0; i < 2 * availableParallelism(); i += 1) {
    gateway.fetch('/v1/chat/completions', { method: 'POST', body, headers: { connection: 'close' } }).catch(() => {});
  }
  const { code } = await gateway.ended;
  assert.equal(code, 1, gateway.output);
  assert.match(gateway.output, /gateway\.http_lost/);
  gateway.home.remove();
});

test('a storage plugin that is refused stops the start, with the remedy', async () => {
  const home = makeHome();
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(`${minimal}storage:\n  plugin: ${bad('no_note')}\n`));
  const started = await cli(['gateway', 'start', '--config', config], { home: home.dir });
  assert.equal(started.code, 78, started.stderr);
  assert.match(started.stderr, /no_note\.so: has no OpenClaw manifest/);
  home.remove();
});

test('plugin list shows the good ones, and why a bad one is refused', async () => {
  const home = makeHome();
  const dir = path.join(home.dir, 'plugins');
  mkdirSync(dir, { mode: 0o755 });
  copyFileSync(bad('no_note'), path.join(dir, 'no_note.so'));
  const config = path.join(home.dir, 'gateway.yaml');
  writeFileSync(config, withDefaults(`${minimal}plugins:\n  directories: [${dir}]\n`));
  const text = await cli(['plugin', 'list', '--config', config], { home: home.dir });
  assert.equal(text.code, 0, text.stderr);
  for (const id of ['telegram', 'webchat', 'echo', 'openai', 'anthropic', 'sqlite']) {
    assert.match(text.stdout, new RegExp(`\\b${id}\\b`));
  }
  assert.match(text.stdout, /has no OpenClaw manifest/);
  const json = await cli(['plugin', 'list', '--json', '--config', config], { home: home.dir });
  const list = JSON.parse(json.stdout);
  assert.equal(list.find((p) => p.id === 'echo').kind, 'provider');
  assert.match(list.find((p) => p.file.endsWith('no_note.so')).error, /has no OpenClaw manifest/);
  home.remove();
});
