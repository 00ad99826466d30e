// What is between two gateways and the store that they share fails, while questions come in: the gateways find back by themselves,
// and each question is answered once. A store that was wiped ends both.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Bouncer } from '../support/bouncer.mjs';
import { withCluster } from '../support/cluster.mjs';
import { DiscordCrowd } from '../support/discord/crowd.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { seeded } from '../support/random.mjs';
import { RedisServer } from '../support/redis_server.mjs';
import { pause, until } from '../support/wait.mjs';

const config = 'providers: [{ name: echo }]\n' +
  'queue: { mode: followup, debounceMs: 0, senderPerMinute: 0, concurrency: 2, maxAttempts: 100 }\n';
const kBurst = 12;
const kGatewayConnections = 4;
const gatewaysHere = `FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'test'`;

/** Questions come in while `trouble(gateways)` lasts; then both gateways live, and all is answered. */
async function through(t, { storage, leaseSeconds = 2, trouble }) {
  const crowd = await new DiscordCrowd({ people: 40, random: seeded(t) }).start();
  try {
    await withCluster({ config: config + crowd.section + storage, leaseSeconds }, async (cluster) => {
      const gateways = await cluster.startAll('a', 'b');
      await crowd.isHeard(gateways);
      const feeding = setInterval(() => crowd.ask(kBurst), 250);
      try {
        await pause(300);
        await trouble(gateways);
      } finally {
        clearInterval(feeding);
      }
      await crowd.settled(60_000, () => cluster.assertAlive());
      await until('both healthy', async () => (await Promise.all(gateways.map((g) => g.health()))).every((h) => h.storage.state === 'ok'));
      await cluster.stopAll();
      crowd.assertBalanced();
      t.diagnostic(`${crowd.asked} messages`);
    });
  } finally {
    await crowd.stop();
  }
}

describe('postgres', () => {
  let server;
  let places = 0;
  const place = () => `outage_${++places}`;
  before(async () => {
    server = await new PostgresServer().start();
  });
  after(() => server.remove());
  const terminateGateways = (thenSeconds) =>
    `PERFORM pg_terminate_backend(pid) ${gatewaysHere} AND pid <> pg_backend_pid();
    PERFORM pg_stat_clear_snapshot(), pg_sleep(${thenSeconds});`;

  test('all connections are cut every 50 ms for 10 seconds', async (t) => {
    const loop = `DO $$ BEGIN FOR i IN 1..200 LOOP ${terminateGateways(0.05)} END LOOP; END $$`;
    await through(t, { storage: server.section(place()), leaseSeconds: 5, trouble: () => server.session(loop).ended });
  });

  for (const mode of ['fast', 'immediate']) {
    test(`the server is restarted (${mode}), and away for longer than a lease`, async (t) => {
      await through(t, {
        storage: server.section(place()),
        async trouble() {
          await server.stop(mode);
          await pause(3000);
          await server.start();
          await pause(1000);
        },
      });
    });
  }

  test('others have taken the connections that are left', async (t) => {
    // The last lets a session end with the client that is killed, though it sleeps.
    await server.restartWith(`max_connections = ${2 * kGatewayConnections + 3}`, 'superuser_reserved_connections = 0',
      'client_connection_check_interval = 100');
    const refused = ({ output }) => /store\.failed .*too many clients/.test(output);
    await through(t, {
      storage: server.section(place()), leaseSeconds: 60, // nobody is to be taken for dead
      async trouble(gateways) {
        // Whoever is quicker has what was cut: until no gateway has all that it needs.
        const others = [server.session(`DO $$ BEGIN LOOP ${terminateGateways(0.05)} END LOOP; END $$`)];
        const taking = setInterval(() => others.push(server.session('SELECT pg_sleep(60)')), 100);
        try {
          await until('a gateway that is refused', () => gateways.some(refused));
        } finally {
          clearInterval(taking);
          for (const { child } of others) child.kill('SIGKILL');
          await Promise.all(others.map(({ ended }) => ended));
        }
      },
    });
  });

  for (const pool of [1, 2]) {
    test(`through pgbouncer with ${pool} connections, which are cut`, async (t) => {
      const bouncer = await new Bouncer(server, { pool }).start();
      try {
        await through(t, {
          storage: bouncer.section(place()), leaseSeconds: 5,
          async trouble() {
            await server.session(`DO $$ BEGIN FOR i IN 1..10 LOOP ${terminateGateways(0.2)} END LOOP; END $$`).ended;
          },
        });
      } finally {
        await bouncer.stop();
      }
    });
  }
});

describe('redis', () => {
  let server;
  before(async () => {
    server = await new RedisServer().start();
  });
  after(() => server.remove());

  for (const signal of ['SIGTERM', 'SIGKILL']) {
    test(`the server is ended with ${signal} and started again`, async (t) => {
      await through(t, {
        storage: server.section(`outage_${signal}`),
        async trouble() {
          await server.stop(signal);
          await pause(3000);
          await server.start();
          await pause(1000);
        },
      });
    });
  }

  test('a server that is wiped ends both, with the reason', async () => {
    const options = { config: `providers: [{ name: echo }]\n${server.section('wiped')}`, leaseSeconds: 1 };
    await withCluster(options, async (cluster) => {
      const gateways = await cluster.startAll('a', 'b');
      await server.command('FLUSHALL');
      for (const gateway of gateways) {
        assert.equal((await gateway.ended).code, 1, gateway.output);
        assert.match(gateway.output, /store\.fatal.*wiped/);
      }
    });
  });
});
