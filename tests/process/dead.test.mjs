// The operator's way to what died: a message whose turn failed, a reply that was refused.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { cli, healthUntil, makeHome, startGateway } from '../support/gateway.mjs';
import { counter } from '../support/ledger.mjs';
import { TelegramServer, errors } from '../support/telegram_server.mjs';

/** An OpenAI-compatible server that refuses every request while `broken`. */
async function startModel() {
  const model = { broken: true };
  const server = createServer(async (request, response) => {
    for await (const part of request) void part;
    if (model.broken) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"the model is broken","type":"invalid_request_error"}}');
      return;
    }
    const chunk = (delta, finish) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ role: 'assistant', content: 'the answer' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  model.url = `http://127.0.0.1:${server.address().port}/v1`;
  model.stop = () => server.close();
  return model;
}

async function withWorld(body) {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const model = await startModel();
  const home = makeHome();
  const config = `providers:
  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }
queue: { debounceMs: 0, senderPerMinute: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  const dead = (...args) => cli(['dead', ...args], { home: home.dir });
  try {
    await body({ telegram, model, home, dead, start: () => startGateway({ config, home }) });
  } finally {
    await telegram.stop();
    model.stop();
    home.remove();
  }
}

const figures = async (gateway) =>
  Promise.all(['message', 'unknown_reply', 'dead_reply'].map((kind) => counter(gateway, 'openclaw_dead_letters', { kind })));

test('a message that died is listed, tried again and answered', async () => {
  await withWorld(async ({ telegram, model, dead, start }) => {
    const first = await start();
    telegram.sendText(1001, 'a question of mine');
    await healthUntil(first, (h) => h.dead.messages === 1 && h.ledger.queued === 0);
    await telegram.waitForSent(1); // the notice that it could not be answered
    assert.deepEqual(await figures(first), [1, 0, 0]);

    const quiet = await dead('list');
    assert.equal(quiet.code, 0, quiet.stderr);
    assert.match(quiet.stdout, /^m1 {2}dead message, telegram chat 1001, \d+ s ago\n/);
    assert.match(quiet.stdout, /the model is broken/);
    assert.doesNotMatch(quiet.stdout, /a question of mine/);
    assert.match((await dead('list', '--text')).stdout, /a question of mine/);
    const { items, next } = JSON.parse((await dead('list', '--json')).stdout);
    assert.equal(next, null);
    assert.deepEqual(items.map((i) => [i.id, i.kind, i.state, i.chat, i.attempts, i.text]),
      [['m1', 'message', 'dead', '1001', 1, undefined]]);
    await first.stop({ keepHome: true });

    const second = await start();
    assert.deepEqual((await second.health()).dead, { messages: 1, unknownReplies: 0, deadReplies: 0 });
    model.broken = false;
    const retried = await dead('retry', 'm1');
    assert.equal(retried.code, 0, retried.stderr);
    assert.match(retried.stdout, /^Retried m1, which is m\d+ now\.\n$/);
    await telegram.waitForSent((m) => m.text === 'the answer');
    const { ledger } = await healthUntil(second, (h) => h.ledger.queued === 0 && h.dead.messages === 0);
    assert.deepEqual([ledger.accepted, ledger.answered, ledger.dead, ledger.balanced], [1, 1, 0, true]);
    assert.equal((await dead('list')).stdout, 'There are no dead letters.\n');

    const again = await dead('retry', 'm1');
    assert.equal(again.code, 1);
    assert.match(again.stderr, /m1: it is not there any more/);
    assert.equal(telegram.sent.filter((m) => m.text === 'the answer').length, 1);
    await second.stop({ keepHome: true });
  });
});

test('a dead request of the HTTP API came from no chat, and one is not many', async () => {
  await withWorld(async ({ home, dead, start }) => {
    const gateway = await start();
    const asked = await gateway.fetch('/v1/chat/completions', {
      method: 'POST', body: JSON.stringify({ model: 'openclaw', user: 'ada', messages: [{ role: 'user', content: 'hi' }] }) });
    assert.equal(asked.ok, false);
    await healthUntil(gateway, (h) => h.dead.messages === 1);
    assert.match((await dead('list')).stdout, /^m1 {2}dead message, http, \d+ s ago\n/);
    const status = await cli(['gateway', 'status'], { home: home.dir });
    assert.match(status.stdout, /^Dead letters: 1 message, 0 unknown replies, 0 dead replies; see `openclaw dead list`\.$/m);
    await gateway.stop({ keepHome: true });
  });
});

test('a reply that was refused is sent again, all of them at once; what is dropped never is', async () => {
  await withWorld(async ({ telegram, model, dead, start }) => {
    model.broken = false;
    const gateway = await start();
    for (const person of [1, 2, 3]) {
      telegram.addChat({ id: person, type: 'private', first_name: 'x' });
      telegram.failChat(person, errors.blocked);
      telegram.sendText(person, 'hi');
    }
    await healthUntil(gateway, (h) => h.dead.deadReplies === 3 && h.ledger.queued === 0);
    assert.deepEqual(await figures(gateway), [0, 0, 3]);
    const page = await gateway.json('/api/dead?limit=2');
    assert.deepEqual(page.items.map((i) => [i.kind, i.state]), [['reply', 'dead'], ['reply', 'dead']]);
    const rest = await gateway.json(`/api/dead?limit=2&after=${page.next}&text=1`);
    assert.deepEqual([rest.items.length, rest.next, rest.items[0].text], [1, null, 'the answer']);

    const dropped = await dead('drop', rest.items[0].id);
    assert.equal(dropped.code, 0, dropped.stderr);
    for (const person of [1, 2, 3]) telegram.failChat(person, undefined);
    const retried = await dead('retry', '--all');
    assert.equal(retried.stdout, 'Retried 2.\n', retried.stderr);
    await telegram.waitForSent(2);
    const health = await healthUntil(gateway, (h) => h.dead.deadReplies === 0);
    assert.equal(health.ledger.balanced, true);
    assert.deepEqual(telegram.sent.map((m) => String(m.chat.id)).sort(), page.items.map((i) => i.chat).sort());
    await gateway.stop({ keepHome: true });
  });
});

test('the routes need the key and say what is wrong with a request', async () => {
  const gateway = await startGateway({ config: 'providers: [{name: echo}]\n' });
  const status = async (path, options) => (await gateway.fetch(path, options)).status;
  const post = (body) => ({ method: 'POST', body: JSON.stringify(body) });
  for (const [path, options] of [['/api/dead', {}], ['/api/dead/retry', post({ ids: [] })], ['/api/dead/drop', post({ ids: [] })]]) {
    assert.equal((await fetch(gateway.url + path, options)).status, 401, path);
    assert.equal(await status(path, options), 200, path);
  }
  assert.equal(await status('/api/dead?limit=1000'), 400);
  assert.equal(await status('/api/dead?after=12'), 400);
  assert.equal(await status('/api/dead/retry', post({ ids: ['12'] })), 400);
  assert.equal(await status('/api/dead/drop', post({ all: true })), 400);
  const deep = `{"ids":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  assert.equal(await status('/api/dead/retry', { method: 'POST', body: deep }), 400);
  assert.deepEqual(await gateway.json('/api/dead'), { items: [], next: null });
  assert.deepEqual(await gateway.json('/api/dead/drop', post({ ids: ['r4711'] })),
    { done: [], failed: [{ id: 'r4711', error: 'it is not there any more' }] });
  for (const args of [['retry'], ['drop', '--all', 'm1']]) {
    assert.equal((await cli(['dead', ...args], { home: gateway.home.dir })).code, 2, args.join(' '));
  }
  await gateway.stop();
});
