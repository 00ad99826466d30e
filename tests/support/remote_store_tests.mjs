// What holds of a gateway whose store is a server, whichever: conversations, crashes of either, a second gateway.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { afterSend, beforeAnySend, dieAt, killAtRandom, mayBeSent, sendWindow, timesAt } from './crashing.mjs';
import { cli, healthUntil, makeHome, startGateway, withDefaults } from './gateway.mjs';
import { until } from './wait.mjs';
import { startModel } from './word_model.mjs';

export const ask = (gateway, content, user = 'ada') =>
  gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'openclaw/main', user, messages: [{ role: 'user', content }] }),
  });

export async function answer(gateway, content) {
  const response = await ask(gateway, content);
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body.choices[0].message.content;
}

/**
 * `section`: the store's, of a gateway.yaml. `body` gets {model, config, start}; what it starts lives in one home, one life after
 * another, unless it is given one of its own.
 */
export async function withStore(section, body) {
  const model = await startModel();
  const home = makeHome();
  const lives = [];
  const config = `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }\nqueue: { debounceMs: 0 }\n${section}`;
  const start = async (options) => {
    lives.push(await startGateway({ config, home, ...options }));
    return lives.at(-1);
  };
  try {
    await body({ model, config, start });
  } finally {
    for (const life of lives) if (!life.exited) await life.kill();
    model.stop();
    home.remove();
  }
}

/**
 * Registers the tests. `start()` gives the engine's server; `crash` and `restarts` are what its stop() takes; `takeOver(server, name)`
 * is what another gateway does to the store of that name, which a gateway calls `takenOver`; nobody is behind the `wrongUrls(server)`,
 * and the `malformedUrls(user)` are no addresses at all.
 */
export function testRemoteStore({ type, start: startServer, crash, restarts, takeOver, takenOver, wrongUrls, malformedUrls }) {
  let server;
  before(async () => {
    server = await startServer();
  });
  after(() => server.remove());

  let stores = 0;
  const newSection = () => server.section(`life_${++stores}`);

  test('a conversation goes on after kill -9, at once', () => withStore(newSection(), async ({ model, start }) => {
    const first = await start();
    assert.equal(await answer(first, 'my name is Ada'), 'answer 1');
    await first.kill();
    const second = await start();
    assert.equal(await answer(second, 'who am I?'), 'answer 2');
    assert.deepEqual(model.requests[1].messages.map((m) => m.content), ['my name is Ada', 'answer 1', 'who am I?']);
    assert.equal((await second.health()).storage.type, type);
    await second.stop({ keepHome: true });
  }));

  test('while the server is away messages are refused, and then it goes on by itself', () => withStore(newSection(), async ({ start }) => {
    const gateway = await start();
    assert.equal(await answer(gateway, 'one'), 'answer 1');
    await server.stop();
    try {
      // It is noticed while nobody asks, by the lease that cannot be renewed.
      const { storage } = await healthUntil(gateway, (h) => h.storage.state !== 'ok');
      assert.match(storage.reason, /^the log says why, as do/);
      assert.match((await gateway.json('/api/health')).storage.reason, /storage\.url/);
      const status = await cli(['gateway', 'status'], { home: gateway.home.dir });
      assert.equal(status.code, 1);
      assert.match(status.stdout, new RegExp(`^Store: ${type}: failed \\(.*storage\\.url`, 'm'));
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
  }));

  test('a server that crashes in the middle costs no conversation', () => withStore(newSection(), async ({ model, start }) => {
    const gateway = await start();
    assert.equal(await answer(gateway, 'one'), 'answer 1');
    await server.stop(crash);
    await server.start();
    await healthUntil(gateway, (h) => h.storage.state === 'ok');
    await answer(gateway, 'two');
    assert.deepEqual(model.requests.at(-1).messages.map((m) => m.content).slice(0, 2), ['one', 'answer 1']);
    await gateway.stop();
  }));

  test('a second gateway on the same store ends, and names the first', () => withStore(newSection(), async ({ start }) => {
    const first = await start();
    const home = makeHome();
    try {
      await assert.rejects(start({ home }), ({ gateway, message }) => {
        assert.match(message, new RegExp(`in use by another gateway \\(.*pid ${first.child.pid}\\)`));
        assert.notEqual(gateway.code, 0);
        return true;
      });
      assert.equal(await answer(first, 'still there?'), 'answer 1');
      await first.stop();
      await (await start({ home })).stop();
    } finally {
      home.remove();
    }
  }));

  test('a gateway whose store was taken over ends by itself', () => withStore(newSection(), async ({ start }) => {
    const gateway = await start();
    await takeOver(server, `life_${stores}`);
    const end = await gateway.ended;
    assert.equal(end.code, 1, gateway.output);
    assert.match(gateway.output, takenOver);
  }));

  test('the password is in no output, and a wrong address names the key', async () => {
    const home = makeHome();
    const withStorage = (keys) => startGateway({ config: `providers: [{ name: echo }]\nstorage: { type: ${type}${keys} }\n`, home });
    for (const url of wrongUrls(server, 'openclaw:canary-5ecret')) {
      await assert.rejects(withStorage(`, url: "${url}"`), ({ message, gateway }) => {
        assert.match(message, /storage\.url/);
        assert.doesNotMatch(message + (gateway?.output ?? ''), /canary-5ecret/);
        return true;
      });
    }
    await assert.rejects(withStorage(''), /storage\.url/);
    home.remove();
  });

  test('an address that is none ends the start with 78, so that no unit tries it again and again', async () => {
    const home = makeHome();
    const config = path.join(home.dir, 'gateway.yaml');
    for (const url of malformedUrls('openclaw:canary-5ecret')) {
      writeFileSync(config, withDefaults(`providers: [{ name: echo }]\nstorage: { type: ${type}, url: "${url}" }\n`));
      for (const background of [[], ['--daemon']]) {
        const started = await cli(['gateway', 'start', '--config', config, ...background], { home: home.dir });
        assert.equal(started.code, 78, started.stderr);
        assert.match(started.stderr, /storage\.url/);
        assert.doesNotMatch(started.stderr + started.stdout, /canary-5ecret/);
      }
    }
    home.remove();
  });

  for (const name of [...beforeAnySend, ...mayBeSent, ...sendWindow, ...afterSend]) {
    test(`dying at ${name} loses nothing and repeats nothing`, () => dieAt(name, timesAt(name)[1] ?? 1, newSection()));
  }

  test('kill -9 at random times over 200 messages loses nothing', (t) => killAtRandom(t, newSection()));

  test('restarts of the server under load lose nothing', (t) => withStore(newSection(), async ({ start }) => {
    const gateway = await start();
    const seen = { answered: 0, refused: 0 };
    let ended = false;
    const talk = async (user) => {
      for (let i = 0; !ended || i < 3; i++) {
        const response = await ask(gateway, `${user} ${i}`, user);
        await response.text();
        seen[response.status === 200 ? 'answered' : 'refused']++;
      }
    };
    const talking = Promise.all(['a', 'b', 'c', 'd'].map(talk));
    talking.catch(() => {}); // looked at below
    for (const how of restarts) {
      const before = seen.answered;
      await until(() => `20 more answers: ${JSON.stringify(seen)}`, () => seen.answered >= before + 20);
      await server.stop(how);
      await server.start();
    }
    await healthUntil(gateway, (h) => h.storage.state === 'ok');
    ended = true;
    await talking;
    const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.equal(ledger.balanced, true, JSON.stringify(ledger));
    assert.equal(gateway.exited, false);
    t.diagnostic(JSON.stringify({ ...seen, ledger }));
    await gateway.stop();
  }));
}
