// What strangers, or whoever reads the log, cannot take away from those who are served.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, readSync, readdirSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { apiKey, makeHome, startGateway } from '../support/gateway.mjs';
import { pause, until } from '../support/wait.mjs';
import { startModel } from '../support/word_model.mjs';

const configFor = (model) => `server: { host: 127.0.0.1 }
providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
queue: { debounceMs: 0 }
`;

/** A turn over `agent`'s connection: {status, content}. */
async function turn(gateway, agent, content) {
  const asked = request(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
  });
  asked.end(JSON.stringify({ model: 'openclaw/main', user: 'ada', messages: [{ role: 'user', content }] }));
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, body, reused: asked.reusedSocket };
}

/** Connects and says nothing: what it was told before it was closed, or undefined while it is held. */
async function stranger(port) {
  const socket = net.connect(port, '127.0.0.1');
  const heard = { socket, told: '' };
  socket.on('data', (d) => (heard.told += d));
  socket.on('error', () => {});
  socket.on('close', () => (heard.closed = true));
  await once(socket, 'connect');
  return heard;
}

test('strangers who hold connections take no descriptor from turns and providers', async () => {
  const model = await startModel(undefined, { connection: 'close' }); // so that each call opens its own
  const plenty = await startGateway({ config: configFor(model) });
  await plenty.health();
  const needed = readdirSync(`/proc/${plenty.child.pid}/fd`).length;
  await plenty.stop();

  const limit = needed + 30;
  const gateway = await startGateway({ config: configFor(model), wrap: ['prlimit', `--nofile=${limit}:${limit}`] });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  assert.equal((await turn(gateway, agent, 'hello')).status, 200);

  const strangers = [];
  for (const port of [gateway.port, Number(new URL(gateway.metricsUrl).port)]) {
    for (let i = 0; i < limit; i++) strangers.push(await stranger(port));
    const last = strangers.at(-1);
    if (!last.closed) await Promise.race([once(last.socket, 'close'), pause(3000)]);
  }
  for (let n = 0; n < 3; n++) {
    const during = await turn(gateway, agent, 'still there?');
    assert.equal(during.status, 200, during.body + gateway.output);
    assert.ok(during.reused, 'it was meant to be the open connection');
  }
  const refused = strangers.filter((s) => s.closed);
  assert.ok(refused.length > limit, `${refused.length} of ${strangers.length} were turned away`);
  assert.ok(refused.some((s) => s.told.startsWith('HTTP/1.1 503 ')), 'nobody was told why');

  for (const { socket } of strangers) socket.destroy();
  let after;
  await until(() => `a new connection is taken: ${after.status} ${after.body}`, async () => {
    after = await turn(gateway, new Agent(), 'anew').catch((error) => ({ status: error.code, body: '' }));
    return after.status === 200;
  });
  agent.destroy();
  await gateway.stop();
  model.stop();
});

test('the limit of descriptors is raised as far as it is allowed to be', async () => {
  const gateway = await startGateway({ args: ['--dev'], wrap: ['prlimit', '--nofile=256:1111'] });
  assert.match(readFileSync(`/proc/${gateway.child.pid}/limits`, 'utf8'), /Max open files +1111 +1111/);
  assert.match(gateway.output, /server\.few_connections connections=\d+ descriptors=1111 /);
  await gateway.stop();
});

test('a log that nobody reads holds up neither the start nor a turn nor the end', async () => {
  const home = makeHome();
  const fifo = path.join(home.dir, 'log');
  execFileSync('mkfifo', [fifo]);
  const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  assert.throws(() => {
    for (;;) writeSync(reader, Buffer.alloc(4096, 'x'));
  }, { code: 'EAGAIN' });

  const model = await startModel();
  const gateway = await startGateway({
    config: configFor(model).replace('server: {', 'server: { logLevel: debug,'),
    wrap: ['sh', '-c', `exec "$0" "$@" 2>'${fifo}'`],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 1; n <= 20; n++) assert.equal((await turn(gateway, agent, 'hello')).status, 200);
  agent.destroy();

  let log = '';
  const piece = Buffer.alloc(65536);
  const drain = () => {
    for (;;) {
      try {
        log += piece.toString('utf8', 0, readSync(reader, piece));
      } catch (error) {
        assert.equal(error.code, 'EAGAIN');
        return;
      }
    }
  };
  await until(() => `ready: ${log.slice(-1000)}`, () => {
    drain();
    return log.includes('gateway.ready');
  });
  assert.match(log, /gateway\.starting [^]*gateway\.ready/);
  // Stalled anew: the end is not held up either.
  assert.throws(() => {
    for (;;) writeSync(reader, Buffer.alloc(4096, 'x'));
  }, { code: 'EAGAIN' });
  await gateway.stop();
  closeSync(reader);
  model.stop();
  home.remove();
});
