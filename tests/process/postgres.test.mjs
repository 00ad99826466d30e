// The whole gateway on a real PostgreSQL server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { testRemoteStore } from '../support/remote_store_tests.mjs';

testRemoteStore({
  type: 'postgres',
  start: () => new PostgresServer().start(),
  crash: 'immediate',
  restarts: ['fast', 'immediate', 'fast'],
  takeOver: (server, schema) => server.query(`UPDATE ${schema}.gateways SET token = '00000000-0000-0000-0000-000000000000'`),
  takenOver: /another gateway has taken over the schema/,
  wrongUrls: (server, user) => [`postgres://${user}@127.0.0.1:1/postgres`],
  malformedUrls: (user) => [`postgres://${user}@127.0.0.1/postgres?sslmoed=require`, `postgres://${user}/x@127.0.0.1/postgres`,
    `postgres://${user}@127.0.0.1:99999/postgres`, `postgres://${user}@127.0.0.1/postgres?sslmode=on`],
});

test('what the start says of the store holds no password, however that is written', async () => {
  const server = await new PostgresServer().start();
  try {
    const { port } = new URL(server.url);
    for (const [url, shown] of [
      [`postgres://openclaw:canary@127.0.0.1:${port}/postgres`, `postgres, postgres://127.0.0.1:${port}/postgres`],
      [`postgres://openclaw:canary#x@127.0.0.1:${port}/postgres`, 'postgres, postgres://...'],
      [`postgres://openclaw:canary?x@127.0.0.1:${port}/postgres`, 'postgres, postgres://...'],
    ]) {
      const gateway = await startGateway({ config: `providers: [{ name: echo }]\nstorage: { type: postgres, url: "${url}" }\n` });
      assert.ok(gateway.output.includes(`  Store       ${shown}\n`), gateway.output);
      assert.doesNotMatch(gateway.output, /canary/);
      await gateway.stop();
    }
  } finally {
    await server.remove();
  }
});
