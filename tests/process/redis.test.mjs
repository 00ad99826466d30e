// The whole gateway on a real Redis server, which may have been wiped or forget what it acknowledged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RedisServer } from '../support/redis_server.mjs';
import { answer, ask, testRemoteStore, withStore } from '../support/remote_store_tests.mjs';

testRemoteStore({
  type: 'redis',
  start: () => new RedisServer().start(),
  crash: 'SIGKILL',
  restarts: ['SIGTERM', 'SIGKILL', 'SIGKILL'],
  takeOver: (server, prefix) => server.command('HSET', `{${prefix}}:gateway`, 'token', '99:of another'),
  takenOver: /another gateway has taken over the store/,
  wrongUrls: (server, user) => [`redis://${user}@127.0.0.1:1/0`, `redis://${user}@127.0.0.1:${server.port}/0`],
  malformedUrls: (user) => [`redis://${user}/x@127.0.0.1:1/0`, `redis://${user}@127.0.0.1:1/0?tls=yes`],
});

/** On a server of its own; `options` are its constructor's. */
async function withServer(options, body) {
  const server = await new RedisServer(options).start();
  try {
    await withStore(server.section('own'), (place) => body({ server, ...place }));
  } finally {
    await server.remove();
  }
}

test('a store is new once', () => withServer({}, async ({ start }) => {
  const first = await start();
  assert.match(first.output, /redis\.new_store/);
  assert.doesNotMatch(first.output, /redis\.not_durable/);
  await first.kill();
  const second = await start();
  assert.doesNotMatch(second.output, /redis\.new_store/);
  await second.stop();
}));

test('a server that is wiped is refused, and it is said', () => withServer({}, async ({ server, start }) => {
  const gateway = await start();
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await server.command('FLUSHALL');
  // Nothing is acknowledged from here on: neither is it answered, nor is anything put there.
  const late = await ask(gateway, 'two').then(async (r) => (await r.text(), r.status), () => 'closed');
  assert.notEqual(late, 200);
  const end = await gateway.ended;
  assert.equal(end.code, 1, gateway.output);
  assert.match(gateway.output, /the server was wiped/);
  assert.equal(await server.command('DBSIZE'), '0');
  const next = await start();
  assert.match(next.output, /redis\.new_store/);
  await next.stop();
}));

test('a server that forgets is named at the start, and refused once it forgot', () => withServer({ durable: false }, async ({ server, start }) => {
  const gateway = await start();
  assert.match(gateway.output, /redis\.not_durable.*appendonly yes/);
  assert.equal(await answer(gateway, 'one'), 'answer 1');
  await server.stop('SIGKILL');
  await server.start();
  const end = await gateway.ended;
  assert.equal(end.code, 1, gateway.output);
  assert.match(gateway.output, /the server was wiped/);
  assert.equal(await server.command('DBSIZE'), '0');
}));
