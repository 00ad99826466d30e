// A bot that has more to say than its platform's rate lets through is killed again and again: what
// waited for the rate is sent after the next start, and only what was under way is in doubt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHome, startGateway } from '../support/gateway.mjs';
import { Ledger, counter } from '../support/ledger.mjs';
import { seeded } from '../support/random.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';
import { pause, until } from '../support/wait.mjs';

const kLives = 6;
const kPeople = 40; // in each life; about 35 get their answer in the first second
// What a kill cuts before its request has begun: one that is being tried, those whose moment has just
// come. Mostly none to two; on a busy machine each takes longer. A channel that kept them had 16.
const kInDoubt = 6;

/** The chats whose answer's fate the gateway does not know. */
async function inDoubt(gateway) {
  const { items, next } = await gateway.json('/api/dead?limit=100');
  assert.equal(next, null);
  for (const item of items) assert.deepEqual([item.kind, item.state], ['reply', 'unknown'], JSON.stringify(item));
  return items.map((item) => Number(item.chat));
}

test('kill -9 while replies wait for the rate limit leaves in doubt only what was under way', async (t) => {
  const random = seeded(t);
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const home = makeHome();
  const config = `providers:
  - name: echo
queue: { debounceMs: 0, senderPerMinute: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  const ledger = new Ledger(telegram);
  const asked = () => telegram.calls.filter((call) => call.method === 'sendMessage').map((call) => Number(call.params.chat_id));
  let gateway;
  try {
    for (let life = 0; life < kLives; life++) {
      gateway = await startGateway({ config, home });
      const begun = asked().length;
      ledger.feed(kPeople);
      await telegram.waitForCall('sendMessage', undefined, { n: begun + 4 }); // the flood is on
      await pause(random() * 600);
      await gateway.kill();
      assert.doesNotMatch(gateway.output, /delivery\.send_failed/, 'waiting for a rate is no failure');
    }
    gateway = await startGateway({ config, home });
    let unknown;
    await until(() => `all answers: ${ledger.balance().missing} are missing, unknown: ${unknown}\n${gateway.output.slice(-2000)}`, async () => {
      unknown = await inDoubt(gateway);
      return (await gateway.health()).ledger.queued === 0 && ledger.balance().missing.every((person) => unknown.includes(person));
    });
    unknown = await inDoubt(gateway);
    assert.deepEqual(ledger.balance().twice, [], 'answered twice');
    const neverBegun = unknown.filter((person) => !asked().includes(person));
    t.diagnostic(`${ledger.size} messages, ${unknown.length} replies unknown, ${neverBegun.length} of them never begun`);
    assert.ok(neverBegun.length <= kLives * kInDoubt, `in doubt though never begun: ${neverBegun}`);
    assert.ok((await counter(gateway, 'openclaw_plugin_telegram_sends_postponed_total')) > 0, 'no rate limit was met');
    assert.equal(await counter(gateway, 'openclaw_plugin_telegram_send_errors_total'), 0);
    await gateway.stop({ keepHome: true });
  } finally {
    await gateway?.kill();
    await telegram.stop();
    home.remove();
  }
});
