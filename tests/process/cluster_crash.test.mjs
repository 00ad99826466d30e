// kill -9 of gateways that share a store, at random, each on its own, while many people ask one question after another: none is
// lost, none is answered twice, and each gets the answers in the order of the questions.
//
// OPENCLAW_CRASH_MESSAGES sets how many messages [400], OPENCLAW_CRASH_SESSIONS of how many people, OPENCLAW_CRASH_ENGINE and
// OPENCLAW_CRASH_GATEWAYS choose one engine and one number of gateways of those that are tried.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { withCluster } from '../support/cluster.mjs';
import { deadLetters, engines, Killing, names, newServer } from '../support/cluster_crashing.mjs';
import { DiscordCrowd } from '../support/discord/crowd.mjs';
import { seeded } from '../support/random.mjs';
import { pause, until } from '../support/wait.mjs';
import { WhatsAppCrowd } from '../support/whatsapp/crowd.mjs';

const total = Number(process.env.OPENCLAW_CRASH_MESSAGES ?? 400);
const people = Number(process.env.OPENCLAW_CRASH_SESSIONS ?? Math.max(40, Math.min(1000, total / 100)));
const counts = process.env.OPENCLAW_CRASH_GATEWAYS ? [Number(process.env.OPENCLAW_CRASH_GATEWAYS)] : [2, 3];
/** They come in bursts, so that the one that is connected leaves some to the others. */
const kBurst = 40;
const kUnanswered = 400;
const lifeMs = total > 2000 ? 20_000 : 2500; // a start takes time, too
const leaseSeconds = 3;
const kMetasBurst = 40; // to one person, before Meta slows the sender down
const kPerSecond = 40; // what one gateway sends at most, see buckets.hpp
const timeout = 60_000 + (total / kPerSecond) * 3000;

const echo = 'providers: [{ name: echo }]\n';
const queue = 'queue: { mode: followup, debounceMs: 0, senderPerMinute: 0, concurrency: 2, maxAttempts: 100, cap: 1000 }\n';

/** Calls `ask(n)` until `total` were asked, and waits while too many wait. */
async function feed(ask, waiting) {
  for (let asked = 0; asked < total; asked += kBurst) {
    ask(Math.min(kBurst, total - asked));
    await pause(250);
    await until('fewer that wait', () => waiting() < kUnanswered, timeout);
  }
}

function tell(t, killing, seconds) {
  t.diagnostic(`${killing.lives} lives, ${killing.kills} kills, ${total} messages in ${seconds.toFixed(1)} s: ` +
    `${(total / seconds).toFixed(0)}/s; each answered more than ${[...killing.answered.values()].join(', ')}`);
}

for (const engine of engines) {
  describe(engine, () => {
    let server;
    let places = 0;
    before(async () => {
      server = newServer(engine);
      await server.start();
    });
    after(() => server.remove());
    const place = () => server.section(`crash_${++places}`);

    for (const count of counts) {
      test(`Discord, ${count} gateways, ${total} messages`, { timeout }, async (t) => {
        const random = seeded(t);
        const crowd = await new DiscordCrowd({ people, random }).start();
        try {
          await withCluster({ config: echo + queue + crowd.section + place(), leaseSeconds }, async (cluster) => {
            const killing = new Killing({ cluster, instances: names(count), random, lifeMs });
            await killing.startAll();
            await crowd.isHeard([...cluster.gateways.values()]);
            const began = Date.now();
            await killing.during(() => feed((n) => crowd.ask(n), () => crowd.asked - crowd.answered));
            await crowd.settled(60_000, () => cluster.assertAlive());
            await killing.seeAll();
            tell(t, killing, (Date.now() - began) / 1000);
            t.diagnostic(`${crowd.discord.gateway.resumes.length} resumes, ${crowd.discord.gateway.identifies.length} logins`);
            assert.deepEqual(await deadLetters([...cluster.gateways.values()][0]), []);
            await cluster.stopAll();
            // Who answers how many is chance: one that is connected and quick leaves nothing to the others.
            crowd.assertBalanced();
          });
        } finally {
          await crowd.stop();
        }
      });

      test(`WhatsApp, ${count} gateways, ${total} messages to any of them`, { timeout }, async (t) => {
        const random = seeded(t);
        const crowd = await new WhatsAppCrowd({ people: Math.max(people, Math.ceil(total / kMetasBurst)), random }).start();
        try {
          await withCluster({ config: echo + queue + crowd.section + place(), leaseSeconds }, async (cluster) => {
            const killing = new Killing({ cluster, instances: names(count), random, lifeMs, options: { env: crowd.env } });
            crowd.gateways = () => [...cluster.gateways.values()];
            await killing.startAll();
            const began = Date.now();
            await killing.during(async () => {
              await feed((n) => crowd.ask(n), () => crowd.asked - crowd.meta.sent.length);
              await crowd.settled();
            });
            let unknown = [];
            await until(() => `all answers: ${JSON.stringify(crowd.balance())}, unknown: ${unknown}`, async () => {
              cluster.assertAlive();
              unknown = (await deadLetters(crowd.gateways()[0])).map(({ state, text }) => (assert.equal(state, 'unknown'), text));
              return crowd.balance().missing.every((number) => unknown.includes(`question ${number}`));
            }, 60_000);
            await killing.seeAll();
            tell(t, killing, (Date.now() - began) / 1000);
            t.diagnostic(`${crowd.retried} refused and posted again, ${unknown.length} unknown, ` +
              `${crowd.balance().missing.length} of them unanswered`);
            await cluster.stopAll();
            crowd.assertBalanced(unknown);
          });
        } finally {
          await crowd.stop();
        }
      });
    }
  });
}
