// kill -9 at random times, with Discord at the other end: its nonce tells a message that comes again, so
// here nothing may be in doubt either. OPENCLAW_CRASH_MESSAGES sets how many messages [300].
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiscordServer } from '../support/discord_server.mjs';
import { healthUntil, makeHome, startGateway } from '../support/gateway.mjs';
import { counter } from '../support/ledger.mjs';
import { seeded } from '../support/random.mjs';
import { pause } from '../support/wait.mjs';

const total = Number(process.env.OPENCLAW_CRASH_MESSAGES ?? 300);
const kBatch = 30;
const kFirstPerson = 100_000;

test(`kill -9 at random times over ${total} messages: none is lost, none is answered twice`, { timeout: 60_000 + total * 100 }, async (t) => {
  const random = seeded(t);
  const discord = await new DiscordServer().start();
  const home = makeHome();
  const config = `providers: [{ name: echo }]
queue: { debounceMs: 0, senderPerMinute: 0 }
channels:
  discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  try {
    let asked = 0;
    let lives = 0;
    const ask = () => {
      for (let i = 0; i < kBatch && asked < total; i++) discord.sendText(kFirstPerson + asked++, `question ${asked}`);
    };
    const answers = () => {
      const of = new Map();
      for (const message of discord.sent) {
        const person = Number(discord.channels.get(message.channel_id).channel.recipients[0].id);
        assert.equal(message.content, `question ${person - kFirstPerson + 1}`, 'a strange answer');
        of.set(person, (of.get(person) ?? 0) + 1);
      }
      return of;
    };
    // Discord keeps for a session that there is; what is said before the first, nobody hears.
    const first = await startGateway({ config, home });
    await healthUntil(first, (h) => h.channels.discord === 'connected');
    await first.stop({ keepHome: true });
    while (asked < total) {
      const gateway = await startGateway({ config, home });
      lives += 1;
      ask();
      // Mostly while answers go out; what waits goes on with the next life.
      await pause(random() * 1500);
      await gateway.kill();
    }
    const last = await startGateway({ config, home });
    await discord.waitFor(() => discord.sent.length >= total, 'the last answers', { timeoutMs: 30_000 + total * 50 });
    assert.equal(await counter(last, 'openclaw_deliveries_total', { outcome: 'dead' }), 0);
    assert.equal(await counter(last, 'openclaw_deliveries_total', { outcome: 'unknown' }), 0);
    await last.stop({ keepHome: true });
    const of = answers();
    assert.equal(of.size, total);
    assert.deepEqual([...of].filter(([, n]) => n !== 1), []);
    t.diagnostic(`${lives} lives, ${discord.gateway.resumes.length} resumes, ${discord.gateway.identifies.length} logins, ` +
      `${discord.calls.filter((c) => c.method === 'POST' && /messages$/.test(c.path)).length} requests`);
  } finally {
    await discord.stop();
    home.remove();
  }
});
