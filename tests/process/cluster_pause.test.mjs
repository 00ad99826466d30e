// A gateway is suspended in the midst of its work until another has ended it. When it goes on it writes nothing any more, and ends.
// OPENCLAW_PAUSE_TRIALS sets how often on each engine [3].
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Cluster } from '../support/cluster.mjs';
import { engines, newServer, pause, until } from '../support/cluster_crashing.mjs';
import { DiscordCrowd } from '../support/discord/crowd.mjs';
import { seeded } from '../support/random.mjs';

const trials = Number(process.env.OPENCLAW_PAUSE_TRIALS ?? 3);
const kBurst = 30;
const config = 'providers: [{ name: echo }]\n' +
  'queue: { mode: followup, debounceMs: 0, senderPerMinute: 0, concurrency: 2, maxAttempts: 100 }\n';

/**
 * All that gateways write, but for how long their leases last, the number of the last batch of each, and how far Discord's events
 * were read: who lives writes that at any time.
 */
const snapshots = {
  postgres(server, schema) {
    const tables = server.query(`SELECT table_name FROM information_schema.tables WHERE table_schema = '${schema}'
      AND table_name NOT IN ('gateways', 'kv') ORDER BY 1`).split('\n');
    const rows = tables.map((table) => `SELECT '${table}' AS t, r::text AS row FROM ${schema}.${table} r`);
    rows.push(`SELECT 'gateways', (instance, token, inbox, outbox, text_bytes)::text FROM ${schema}.gateways`);
    rows.push(`SELECT 'kv', k::text FROM ${schema}.kv k WHERE ns <> 'plugin/discord'`);
    return server.query(`SELECT * FROM (${rows.join(' UNION ALL ')}) a ORDER BY 1, 2`).split('\n');
  },
  redis(server, prefix) {
    const script = `local out = {}
      local keys = redis.call('KEYS', ARGV[1] .. '*')
      table.sort(keys)
      for _, key in ipairs(keys) do if not string.find(key, 'plugin/discord', 1, true) then
        local value = redis.call('DUMP', key)
        if redis.call('TYPE', key).ok == 'hash' then
          local fields = redis.call('HGETALL', key)
          local kept = {}
          for i = 1, #fields, 2 do
            if not string.find(' until batch results ', ' ' .. fields[i] .. ' ', 1, true) then kept[#kept + 1] = fields[i] .. '=' .. fields[i + 1] end
          end
          table.sort(kept)
          value = table.concat(kept, ' ')
        end
        out[#out + 1] = key .. ' ' .. redis.sha1hex(value)
      end end
      return out`;
    return server.command('EVAL', script, '0', `{${prefix}}:`).split('\n');
  },
};

function differences(before, later) {
  const without = (rows, others, mark) => rows.filter((row) => !others.has(row)).map((row) => `${mark} ${row}`);
  return [...without(before, new Set(later), '-'), ...without(later, new Set(before), '+')];
}

/** How many there are that nobody has ended. */
const living = {
  postgres: (server, schema) => server.query(`SELECT count(*) FROM ${schema}.gateways WHERE member > 0`),
  redis: (server, prefix) => server.command('ZCARD', `{${prefix}}:members`),
};

for (const engine of engines) {
  describe(engine, () => {
    let server;
    before(async () => {
      server = newServer(engine);
      await server.start();
    });
    after(() => server.remove());

    test(`suspended past its lease ${trials} times: nothing is written late`, { timeout: 60_000 + trials * 20_000 }, async (t) => {
      const random = seeded(t);
      const crowd = await new DiscordCrowd({ people: 20, random }).start();
      const cluster = new Cluster({ config: config + crowd.section + server.section('paused'), leaseSeconds: 1 });
      const counted = { between: 0, connected: 0 };
      const members = async (gateway) => (await gateway.json('/api/cluster')).members;
      try {
        await cluster.startAll('a', 'b');
        await crowd.isHeard([...cluster.gateways.values()]);
        for (let trial = 0; trial < trials; trial++) {
          const [asleep, awake] = random() < 0.5 ? ['a', 'b'] : ['b', 'a'];
          const [sleeper, other] = [cluster.gateways.get(asleep), cluster.gateways.get(awake)];
          await until('both', async () => (await members(other)).length === 2);
          const before = crowd.answered;
          crowd.ask(kBurst);
          await pause(random() * 300);
          const [mine] = (await members(other)).filter((m) => m.instance === asleep);
          if (mine?.leases.some((lease) => lease.startsWith('discord'))) counted.connected += 1;
          sleeper.child.kill('SIGSTOP');
          if (crowd.answered > before && crowd.answered < crowd.asked) counted.between += 1;
          // What it finds in its sockets when it wakes up.
          crowd.ask(5);
          await until(`${awake} alone`, () => living[engine](server, 'paused') === '1');
          await crowd.settled(30_000);
          await until('nothing to be done', async () => (await other.health()).ledger.queued === 0);
          // What is written last, such as how far the events were read, comes within a moment.
          let taken = snapshots[engine](server, 'paused');
          for (let last; String(last) !== String(taken);) {
            last = taken;
            await pause(400);
            taken = snapshots[engine](server, 'paused');
          }
          sleeper.child.kill('SIGCONT');
          const end = await sleeper.ended;
          assert.equal(end.code, 1, sleeper.output);
          assert.match(sleeper.output, /store\.fatal/);
          assert.deepEqual(differences(taken, snapshots[engine](server, 'paused')), [], `trial ${trial}: written late`);
          cluster.gateways.delete(asleep);
          await cluster.start(asleep);
        }
        t.diagnostic(`${trials} trials, ${counted.between} between the first and the last answer, ` +
          `${counted.connected} of the connected one; ${crowd.leftShown} previews are left`);
        await cluster.stopAll();
        crowd.assertBalanced();
      } finally {
        for (const { child } of cluster.gateways.values()) child.kill('SIGCONT');
        await cluster.killAll();
        await crowd.stop();
      }
    });
  });
}
