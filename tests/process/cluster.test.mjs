// Two gateways as one, on a real PostgreSQL and a real Redis: one polls, each conversation is one's, the dead are taken over.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { withCluster } from '../support/cluster.mjs';
import { cli, makeHome, startGateway } from '../support/gateway.mjs';
import { Ledger, counter } from '../support/ledger.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { RedisServer } from '../support/redis_server.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';
import { until } from '../support/wait.mjs';
import { startModel } from '../support/word_model.mjs';

const kLeaseSeconds = 4; // a gateway that a sanitizer slows down must be able to keep it
const echo = 'providers:\n  - name: echo\nqueue: { debounceMs: 0, senderPerMinute: 0, maxAttempts: 9 }\n';
const telegramSection = (telegram) => `channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;

/** The instance that holds the lease, by what a gateway says; undefined while nobody does. */
const holder = (status, lease) => status.members.find((m) => m.leases.includes(lease))?.instance;

/** How many answers were sent; those who got none, and more than one. */
async function balanced(ledger, people) {
  await until(`${people} answers`, () => ledger.balance().missing.length === 0);
  assert.deepEqual(ledger.balance().twice, [], 'answered twice');
}

for (const engine of ['postgres', 'redis']) {
  describe(engine, () => {
    let server;
    let places = 0;
    before(async () => {
      server = engine === 'postgres' ? new PostgresServer() : new RedisServer();
      await server.start();
    });
    after(() => server.remove());
    const place = () => server.section(`cluster_${++places}`);

    async function withBot(body, config = echo) {
      const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
      const options = { config: config + telegramSection(telegram) + place(), leaseSeconds: kLeaseSeconds };
      try {
        await withCluster(options, (cluster) => body({ telegram, cluster, ledger: new Ledger(telegram) }));
      } finally {
        await telegram.stop();
      }
    }

    test('one polls; killed, another does; everybody is answered once', async (t) => {
      await withBot(async ({ telegram, cluster, ledger }) => {
        await cluster.startAll('a', 'b');
        const first = await until('a poller', async () => holder(await cluster.status('a'), 'telegram:poll'));
        const other = first === 'a' ? 'b' : 'a';
        assert.equal(holder(await cluster.status(other), 'telegram:poll'), first, 'both say the same');
        ledger.feed(30);
        await balanced(ledger, 30);
        const killed = Date.now();
        await cluster.kill(first);
        ledger.feed(10);
        await balanced(ledger, 40);
        const took = Date.now() - killed;
        t.diagnostic(`taken over and answered after ${took} ms, at a lease of ${kLeaseSeconds} s`);
        assert.equal(holder(await cluster.status(other), 'telegram:poll'), other);
        assert.equal(telegram.updates.conflicts, 0, 'never two pollers');
        const { ledger: counted } = await cluster.gateways.get(other).health();
        assert.ok(counted.balanced, JSON.stringify(counted));
        await cluster.stop(other);
      });
    });

    test('what the connected one has no place for is answered by another', async () => {
      const held = [];
      const model = await startModel(({ messages }) => new Promise((resolve) => held.push(() => resolve(messages.at(-1).content))));
      const config = `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }\n` +
        'queue: { debounceMs: 0, senderPerMinute: 0, concurrency: 1 }\n';
      try {
        await withBot(async ({ cluster, ledger }) => {
          const gateways = await cluster.startAll('a', 'b');
          ledger.feed(8);
          await until('two turns at once', () => held.length === 2);
          await until('all answers', () => {
            held.shift()?.();
            return ledger.balance().missing.length === 0;
          });
          assert.deepEqual(ledger.balance().twice, []);
          for (const gateway of gateways) assert.ok((await gateway.health()).ledger.answered > 0);
          await cluster.stopAll();
        }, config);
      } finally {
        model.stop();
      }
    });

    test('a rolling restart loses nothing, doubles nothing, and never polls twice', async () => {
      await withBot(async ({ telegram, cluster, ledger }) => {
        await cluster.startAll('a', 'b');
        await until('a poller', async () => holder(await cluster.status('a'), 'telegram:poll'));
        let fed = 0;
        const feeding = setInterval(() => ledger.feed((fed++, 1)), 20);
        try {
          for (const instance of ['a', 'b', 'a', 'b']) {
            await cluster.stop(instance);
            await cluster.start(instance);
          }
        } finally {
          clearInterval(feeding);
        }
        await balanced(ledger, fed);
        assert.equal(telegram.updates.conflicts, 0, 'never two pollers');
        await cluster.stopAll();
      });
    });

    test('who was suspended past its lease writes nothing any more, and ends', async () => {
      await withBot(async ({ telegram, cluster, ledger }) => {
        await cluster.startAll('a', 'b');
        const first = await until('a poller', async () => holder(await cluster.status('a'), 'telegram:poll'));
        const other = first === 'a' ? 'b' : 'a';
        ledger.feed(20);
        const asleep = cluster.gateways.get(first);
        asleep.child.kill('SIGSTOP');
        ledger.feed(5);
        await until('the takeover', async () => holder(await cluster.status(other), 'telegram:poll') === other);
        await until('the other alone', async () => (await cluster.status(other)).members.length === 1);
        asleep.child.kill('SIGCONT');
        const end = await asleep.ended;
        assert.equal(end.code, 1, asleep.output);
        assert.match(asleep.output, /store\.fatal/);
        cluster.gateways.delete(first);
        // What was under way when it fell asleep may have been sent: then its fate is not known.
        const unknown = await counter(cluster.gateways.get(other), 'openclaw_deliveries_total', { outcome: 'unknown' });
        await until('the answers', () => ledger.balance().missing.length <= unknown);
        assert.deepEqual(ledger.balance().twice, []);
        await cluster.stop(other);
      });
    });

    test('a conversation is one gateway\'s at a time, wherever it is asked, and has one history', async () => {
      const held = [];
      const model = await startModel(() => new Promise((resolve) => held.push(resolve)));
      const config = `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }\n${place()}`;
      const ask = async (gateway, content) => {
        const said = await gateway.json('/v1/chat/completions', {
          method: 'POST', body: JSON.stringify({ model: 'openclaw/main', user: 'ada', messages: [{ role: 'user', content }] }),
        });
        return said.choices?.[0].message.content ?? JSON.stringify(said);
      };
      try {
        await withCluster({ config, leaseSeconds: kLeaseSeconds }, async (cluster) => {
          const [a, b] = await cluster.startAll('a', 'b');
          const one = ask(a, 'one');
          await until('the first question', () => held.length === 1);
          const two = ask(b, 'two');
          held.shift()('first answer');
          assert.equal(await one, 'first answer');
          await until('the second question', () => held.length === 1);
          held.shift()('second answer');
          assert.equal(await two, 'second answer');
          assert.deepEqual(model.requests[1].messages.map((m) => m.content), ['one', 'first answer', 'two']);
          await cluster.stopAll();
        });
      } finally {
        model.stop();
      }
    });

    test('status lists who lives, and a name is one gateway\'s', async () => {
      const options = { config: `providers: [{ name: echo }]\n${place()}`, leaseSeconds: kLeaseSeconds };
      await withCluster(options, async (cluster) => {
        const [a] = await cluster.startAll('a', 'b');
        const status = await cluster.status('b');
        assert.equal(status.instance, 'b');
        assert.deepEqual(status.members.map((m) => m.instance), ['a', 'b']);
        assert.match(status.members[0].process, new RegExp(`pid ${a.child.pid}$`));
        const shown = await cli(['cluster', 'status', '--config', a.configFile], { home: a.home.dir });
        assert.match(a.output, /^ {2}Store {7}(postgres|redis), (postgres|redis):\/\/127\.0\.0\.1:\d+\/\w+, as instance a$/m);
        assert.match(a.output, /gateway\.ready .* storage=(postgres|redis) instance=a$/m);
        assert.equal((await a.health()).instance, 'a');
        const health = await cli(['gateway', 'status'], { home: a.home.dir });
        assert.match(health.stdout, /^Store: (postgres|redis), as instance a$/m);
        assert.match(shown.stdout, /^a \(this gateway\)\n {4}.*, version \S+, up \d+ s\n.*its lease (ends in|has ended)/m);
        assert.match(shown.stdout, /^b\n/m);
        const home = makeHome();
        const config = `${cluster.config}gateway: { instance: a }\n`;
        await assert.rejects(startGateway({ config, home }), ({ message }) => {
          assert.match(message, /gateway\.instance|another gateway/);
          assert.match(message, new RegExp(`pid ${a.child.pid}`));
          return true;
        });
        home.remove();
        await cluster.kill('b');
        await until('its silence', async () =>
          /^b\n.*\n.*; silent for \d s, its lease (ends|has ended)/m.test((await cli(['cluster', 'status', '--config', a.configFile], { home: a.home.dir })).stdout));
        await cluster.stopAll();
        const none = await cli(['cluster', 'status', '--config', a.configFile], { home: a.home.dir });
        assert.equal(none.code, 3);
        assert.match(none.stderr, /no gateway is running/);
      });
    });
  });
}

test('sqlite serves one gateway, and says which keys to change', async () => {
  const home = makeHome();
  const config = 'providers: [{ name: echo }]\ngateway: { instance: a }\n';
  await assert.rejects(startGateway({ config, home }), /serves one gateway at a time: remove gateway\.instance, or set storage\.type/);
  home.remove();
});

test('status of a gateway that is alone says how to have several', async () => {
  const gateway = await startGateway({ config: 'providers: [{ name: echo }]\n' });
  try {
    const { stdout } = await cli(['cluster', 'status', '--config', gateway.configFile], { home: gateway.home.dir });
    assert.match(stdout, /has its store to itself.*gateway\.instance/s);
  } finally {
    await gateway.stop();
  }
});
