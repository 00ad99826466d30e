// The whole gateway on a real Redis server: conversations, crashes of either, a second gateway, a wiped server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { afterSend, beforeAnySend, dieAt, killAtRandom, sendWindow } from '../support/crashing.mjs';
import { healthUntil, makeHome, startGateway } from '../support/gateway.mjs';
import { RedisServer } from '../support/redis_server.mjs';
import { until } from '../support/wait.mjs';
import { startModel } from '../support/word_model.mjs';

let server;
before(async () => {
  server = await new RedisServer().start();
});
after(() => server.remove());

let prefixes = 0;
const newSection = () => server.section(`life_${++prefixes}`);
const provider = (model) => `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }\nqueue: { debounceMs: 0 }\n`;

const ask = (gateway, content, user = 'ada') =>
  gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'openclaw/main', user, messages: [{ role: 'user', content }] }),
  });
async function answer(gateway, content) {
  const response = await ask(gateway, content);
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body.choices[0].message.content;
}

test('a conversation goes on after kill -9, at once', async () => {
  const model = await startModel();
  const home = makeHome();
  const config = provider(model) + newSection();
  const first = await startGateway({ config, home });
  assert.match(first.output, /redis\.new_store/);
  assert.doesNotMatch(first.output, /redis\.not_durable/);
  assert.equal(await answer(first, 'my name is Ada'), 'answer 1');
  await first.kill();
  const second = await startGateway({ config, home });
  assert.doesNotMatch(second.output, /redis\.new_store/);
  assert.equal(await answer(second, 'who am I?'), 'answer 2');
  assert.deepEqual(model.requests[1].messages.map((m) => m.content), ['my name is Ada', 'answer 1', 'who am I?']);
  assert.equal((await second.health()).storage.type, 'redis');
  await second.stop({ keepHome: true });
  model.stop();
  home.remove();
});

test('while the server is away messages are refused, and then it goes on by itself', async () => {
  const model = await startModel();
  const gateway = await startGateway({ config: provider(model) + newSection() });
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await server.stop();
  try {
    // It is noticed while nobody asks, by the lease that cannot be renewed.
    const { storage } = await healthUntil(gateway, (h) => h.storage.state !== 'ok');
    assert.match(storage.reason, /storage\.url/);
    const refused = await ask(gateway, 'two');
    assert.equal(refused.status, 503);
    await refused.body.cancel();
  } finally {
    await server.start();
  }
  await healthUntil(gateway, (h) => h.storage.state === 'ok');
  assert.match(await answer(gateway, 'three'), /^answer /);
  const { ledger } = await gateway.health();
  assert.equal(ledger.balanced, true, JSON.stringify(ledger));
  await gateway.stop();
  model.stop();
});

test('a server that crashes in the middle costs no conversation', async () => {
  const model = await startModel();
  const gateway = await startGateway({ config: provider(model) + newSection() });
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await server.stop('SIGKILL');
  await server.start();
  await healthUntil(gateway, (h) => h.storage.state === 'ok');
  await answer(gateway, 'two');
  assert.deepEqual(model.requests.at(-1).messages.map((m) => m.content).slice(0, 2), ['one', 'answer 1']);
  await gateway.stop();
  model.stop();
});

test('a second gateway on the same prefix ends, and names the first', async () => {
  const model = await startModel();
  const config = provider(model) + newSection();
  const first = await startGateway({ config });
  const home = makeHome();
  await assert.rejects(startGateway({ config, home }), ({ gateway, message }) => {
    assert.match(message, new RegExp(`in use by another gateway \\(.*pid ${first.child.pid}\\)`));
    assert.notEqual(gateway.code, 0);
    return true;
  });
  assert.equal(await answer(first, 'still there?'), 'answer 1');
  await first.stop();
  const next = await startGateway({ config, home });
  await next.stop({ keepHome: true });
  model.stop();
  home.remove();
});

test('a gateway whose store was taken over ends by itself', async () => {
  const model = await startModel();
  const config = provider(model) + newSection();
  const gateway = await startGateway({ config });
  await server.command('HSET', `{life_${prefixes}}:gateway`, 'token', '99:of another');
  const end = await gateway.ended;
  assert.equal(end.code, 1, gateway.output);
  assert.match(gateway.output, /another gateway has taken over the store/);
  gateway.home.remove();
  model.stop();
});

test('the password is in no output, and a wrong address names the key', async () => {
  const home = makeHome();
  for (const url of ['redis://openclaw:canary-5ecret@127.0.0.1:1/0', `redis://openclaw:canary-5ecret@127.0.0.1:${server.port}/0`,
    'redis://openclaw:canary-5ecret/x@127.0.0.1:1/0']) {
    await assert.rejects(startGateway({ config: `providers: [{ name: echo }]\nstorage: { type: redis, url: "${url}" }\n`, home }), ({ message, gateway }) => {
      assert.match(message, /storage\.url/);
      assert.doesNotMatch(message + (gateway?.output ?? ''), /canary-5ecret/);
      return true;
    });
  }
  await assert.rejects(startGateway({ config: `providers: [{ name: echo }]\nstorage: { type: redis }\n`, home }), /storage\.url/);
  home.remove();
});

test('a server that is wiped is refused, and it is said', async () => {
  const model = await startModel();
  const own = await new RedisServer().start();
  const home = makeHome();
  const config = provider(model) + own.section('wiped');
  const gateway = await startGateway({ config, home });
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await own.command('FLUSHALL');
  // Nothing is acknowledged from here on: neither is it answered, nor is anything put there.
  const late = await ask(gateway, 'two').then(async (r) => (await r.text(), r.status), () => 'closed');
  assert.notEqual(late, 200);
  const end = await gateway.ended;
  assert.equal(end.code, 1, gateway.output);
  assert.match(gateway.output, /the server was wiped/);
  assert.equal(await own.command('DBSIZE'), '0');
  const next = await startGateway({ config, home });
  assert.match(next.output, /redis\.new_store/);
  await next.stop({ keepHome: true });
  await own.remove();
  model.stop();
  home.remove();
});

test('a server that forgets is named at the start, and refused once it forgot', async () => {
  const model = await startModel();
  const own = await new RedisServer({ durable: false }).start();
  const gateway = await startGateway({ config: provider(model) + own.section('forgets') });
  assert.match(gateway.output, /redis\.not_durable.*appendonly yes/);
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await own.stop('SIGKILL');
  await own.start();
  const end = await gateway.ended;
  assert.equal(end.code, 1, gateway.output);
  assert.match(gateway.output, /the server was wiped/);
  assert.equal(await own.command('DBSIZE'), '0');
  await own.remove();
  gateway.home.remove();
  model.stop();
});

for (const name of [...beforeAnySend, ...sendWindow, ...afterSend]) {
  test(`dying at ${name} loses nothing and repeats nothing`, async () => {
    await dieAt(name, 2, newSection());
  });
}

test('kill -9 at random times over 200 messages loses nothing', async (t) => {
  await killAtRandom(t, newSection());
});

test('restarts of the server under load lose nothing', async (t) => {
  const model = await startModel();
  const gateway = await startGateway({ config: provider(model) + newSection() });
  const seen = { answered: 0, refused: 0 };
  let ended = false;
  const talk = async (user) => {
    for (let i = 0; !ended || i < 3; i++) {
      const response = await ask(gateway, `${user} ${i}`, user);
      await response.text();
      seen[response.status === 200 ? 'answered' : 'refused']++;
    }
  };
  const talkers = ['a', 'b', 'c', 'd'].map(talk);
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL']) {
    const before = seen.answered;
    await until(() => `20 more answers: ${JSON.stringify(seen)}`, () => seen.answered >= before + 20);
    await server.stop(signal);
    await server.start();
  }
  await healthUntil(gateway, (h) => h.storage.state === 'ok');
  ended = true;
  await Promise.all(talkers);
  const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
  assert.equal(ledger.balanced, true, JSON.stringify(ledger));
  assert.equal(gateway.exited, false);
  t.diagnostic(JSON.stringify({ ...seen, ledger }));
  await gateway.stop();
  model.stop();
});
