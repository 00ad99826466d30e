// A gateway is suspended in the midst of its work until another has ended it. When it goes on it writes nothing any more, and ends.
// OPENCLAW_PAUSE_TRIALS sets how often on each engine [6].
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { withCluster } from '../support/cluster.mjs';
import { engines, newServer } from '../support/cluster_crashing.mjs';
import { DiscordCrowd } from '../support/discord/crowd.mjs';
import { seeded } from '../support/random.mjs';
import { pause, until } from '../support/wait.mjs';
import { startModel } from '../support/word_model.mjs';

const trials = Number(process.env.OPENCLAW_PAUSE_TRIALS ?? 6);
const kBurst = 30;
const kPlaces = 2;
const config = 'providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${MODEL_URL}" }]\n' +
  `queue: { mode: followup, debounceMs: 0, senderPerMinute: 0, concurrency: ${kPlaces}, maxAttempts: 100 }\n`;
/** Where it is struck: with a turn and a send under way, of which the platform has heard or not; or somewhere. */
const moments = ['sending', 'sent', 'any'];

/** A model that says what it was told; `held` are the turns that it keeps waiting while `holding`, as {content, end}. */
async function startHoldingModel() {
  const model = await startModel(({ messages }) => {
    model.requests.length = 0; // too much to be kept of a long run
    const { content } = messages.at(-1);
    return model.holding ? new Promise((resolve) => model.held.push({ content, end: () => resolve(content) })) : content;
  });
  return Object.assign(model, {
    held: [],
    holding: false,
    release() {
      model.holding = false;
      for (const turn of model.held.splice(0)) turn.end();
    },
  });
}

/** All that the store has, while nobody lives who may write. */
const snapshots = {
  async postgres(server, schema) {
    const tables = (await server.query(`SELECT table_name FROM information_schema.tables WHERE table_schema = '${schema}'`)).split('\n');
    const rows = tables.map((table) => `SELECT '${table}' AS t, r::text AS row FROM ${schema}.${table} r`);
    return (await server.query(`SELECT * FROM (${rows.join(' UNION ALL ')}) a ORDER BY 1, 2`)).split('\n');
  },
  async redis(server, prefix) {
    // A hash is read in an order of its own.
    const script = `local out = {}
      local keys = redis.call('KEYS', ARGV[1] .. '*')
      table.sort(keys)
      for _, key in ipairs(keys) do
        local value = redis.call('DUMP', key)
        if redis.call('TYPE', key).ok == 'hash' then
          local fields = redis.call('HGETALL', key)
          local kept = {}
          for i = 1, #fields, 2 do kept[#kept + 1] = fields[i] .. '=' .. fields[i + 1] end
          table.sort(kept)
          value = table.concat(kept, ' ')
        end
        out[#out + 1] = key .. ' ' .. redis.sha1hex(value)
      end
      return out`;
    return (await server.command('EVAL', script, '0', `{${prefix}}:`)).split('\n');
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

/** The one that has Discord's connection, or its companion, and who stays awake. */
async function choose(cluster, isConnected) {
  const { instance } = await until('one that is connected', async () => {
    const { members } = await cluster.gateways.get('a').json('/api/cluster');
    return members.find(({ leases }) => leases.includes('discord:gateway'));
  });
  return (instance === 'a') === isConnected ? ['a', 'b'] : ['b', 'a'];
}

/** Strikes a gateway that has a send and turns under way; returns what lets the send be answered. */
async function strikeBusy({ child }, { crowd, models, asleep, isSent }) {
  for (const model of Object.values(models)) model.holding = true;
  crowd.ask(kBurst);
  const { held } = models[asleep];
  await until('its places are taken', () => held.length === kPlaces);
  const turn = held.shift();
  let answerSend;
  const answered = new Promise((resolve) => (answerSend = resolve));
  const send = crowd.discord.inject({ method: 'POST', path: /messages$/, content: turn.content, after: isSent, until: answered });
  turn.end();
  await until('its send', () => send.times === 0);
  child.kill('SIGSTOP');
  assert.ok(held.length > 0, 'no turn is under way');
  return answerSend;
}

/** Strikes somewhere; returns whether that was between the first and the last answer. */
async function strikeAnywhere({ child }, { crowd, random }) {
  const answered = crowd.answered;
  crowd.ask(kBurst);
  await pause(random() * 300);
  child.kill('SIGSTOP');
  return crowd.answered > answered && crowd.answered < crowd.asked;
}

for (const engine of engines) {
  describe(engine, () => {
    let server;
    before(async () => {
      server = newServer(engine);
      await server.start();
    });
    after(() => server.remove());

    async function suspend(trial, { cluster, crowd, models, random }) {
      const gateways = await Promise.all(Object.entries(models).map(([name, { url }]) => cluster.start(name, { env: { MODEL_URL: url } })));
      await crowd.isHeard(gateways);
      const [asleep, awake] = await choose(cluster, trial % 2 === 0);
      const sleeper = cluster.gateways.get(asleep);
      const moment = moments[Math.floor(trial / 2) % moments.length];
      let between = false;
      let answerSend = () => {};
      if (moment === 'any') between = await strikeAnywhere(sleeper, { crowd, random });
      else answerSend = await strikeBusy(sleeper, { crowd, models, asleep, isSent: moment === 'sent' });
      models[awake].release();
      crowd.ask(5);
      await until(`${awake} alone`, async () => (await living[engine](server, 'paused')) === '1');
      await crowd.settled(30_000, () => cluster.assertAlive());
      await cluster.stop(awake);
      // What it finds in its sockets when it wakes up, with the events that came meanwhile.
      models[asleep].release();
      answerSend();
      const taken = await snapshots[engine](server, 'paused');
      sleeper.child.kill('SIGCONT');
      const end = await sleeper.ended;
      assert.equal(end.code, 1, sleeper.output);
      assert.match(sleeper.output, /store\.fatal/);
      assert.deepEqual(differences(taken, await snapshots[engine](server, 'paused')), [], `trial ${trial}: written late`);
      cluster.gateways.delete(asleep);
      return between;
    }

    test(`suspended past its lease ${trials} times: nothing is written late`, { timeout: 60_000 + trials * 20_000 }, async (t) => {
      const random = seeded(t);
      const crowd = await new DiscordCrowd({ people: 20, random }).start();
      const models = { a: await startHoldingModel(), b: await startHoldingModel() };
      try {
        await withCluster({ config: config + crowd.section + server.section('paused'), leaseSeconds: 2 }, async (cluster) => {
          let between = 0;
          for (let trial = 0; trial < trials; trial++) between += await suspend(trial, { cluster, crowd, models, random });
          crowd.assertBalanced();
          t.diagnostic(`${trials} trials, ${between} of those at any moment between the first and the last answer`);
        });
      } finally {
        for (const model of Object.values(models)) model.stop();
        await crowd.stop();
      }
    });
  });
}
