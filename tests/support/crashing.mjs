// The process dies at named places and at random times, over a channel that keeps a ledger: what was lost, what was sent
// twice, and what is in doubt.
import assert from 'node:assert/strict';
import { makeHome, startGateway } from './gateway.mjs';
import { Ledger, counter } from './ledger.mjs';
import { seeded } from './random.mjs';
import { TelegramServer } from './telegram_server.mjs';
import { pause, until } from './wait.mjs';

export const beforeAnySend = ['inbox.before_commit', 'inbox.after_commit', 'turn.before_attempt', 'turn.after_attempt',
  'turn.before_finish', 'delivery.before_stored'];
/**
 * The write that ends a turn begins the send of a reply that can go at once: that one is in doubt. A reply that is marked by a
 * write of its own waited for such ones.
 */
export const mayBeSent = ['turn.after_finish', 'delivery.before_started'];
export const sendWindow = ['delivery.after_started', 'delivery.after_send'];
export const afterSend = ['delivery.after_sent'];
/** Which of the times that it comes there: a reply that can go at once is not had often. */
export const timesAt = (name) => (name === 'delivery.before_stored' ? [1] : [1, 2, 3]);
const kFailpointStatus = 86;

/** `storage`: a section of gateway.yaml, or nothing for SQLite. */
const configFor = (telegram, storage) => `${storage}providers:
  - name: echo
queue: { debounceMs: 0, senderPerMinute: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;

/** `body` gets {start, config, ledger}; what it starts lives in one home, one life after another. */
async function withTelegram(storage, body) {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const home = makeHome();
  const lives = [];
  const start = async (options) => {
    lives.push(await startGateway({ home, ...options }));
    return lives.at(-1);
  };
  try {
    await body({ start, config: configFor(telegram, storage), ledger: new Ledger(telegram) });
  } finally {
    for (const life of lives) if (!life.exited) await life.kill();
    await telegram.stop();
    home.remove();
  }
}

/** Dies when it comes to the failpoint for the nth time, and goes on in a second life. */
export async function dieAt(name, nth, storage = '') {
  await withTelegram(storage, async ({ start, config: usual, ledger }) => {
    // Without a quiet time a message is claimed as it is taken in.
    const config = name === 'turn.before_attempt' ? usual.replace('debounceMs: 0', 'debounceMs: 1') : usual;
    const first = await start({ config, env: { OPENCLAW_FAILPOINT: `${name}:${nth}` } });
    ledger.feed(5);
    const end = await first.ended;
    assert.equal(end.code, kFailpointStatus, first.output);
    const second = await start({ config });
    ledger.feed(3);
    const unknown = await ledger.settled(second);
    await second.stop({ keepHome: true });
    const { missing, twice } = ledger.balance();
    assert.deepEqual(twice, [], 'answered twice');
    assert.ok(missing.length <= unknown, `lost: ${missing}, unknown: ${unknown}`);
    const inDoubt = sendWindow.includes(name) || (name === 'turn.after_finish' && nth === 1);
    if (inDoubt) assert.ok(unknown >= 1, 'what was in doubt is not shown');
    if (beforeAnySend.includes(name) && nth === 1) assert.deepEqual([missing, unknown], [[], 0]);
  });
}

/** Five lives of 40 messages, each killed at a random time, and a last one. */
export async function killAtRandom(t, storage = '') {
  const random = seeded(t);
  await withTelegram(storage, async ({ start, config: usual, ledger }) => {
    // A message that three lives die with is given up, rightly: here none is to be.
    const config = usual.replace('senderPerMinute: 0', 'senderPerMinute: 0, maxAttempts: 6');
    assert.notEqual(config, usual);
    // Counted by id: a life may end between the log line and the commit, then the next says it again.
    const unknown = new Set();
    const note = (gateway) => {
      for (const line of gateway.output.split('\n').filter((l) => l.includes('delivery.unknown'))) unknown.add(/ id=(\d+)/.exec(line)[1]);
    };
    for (let life = 0; life < 5; life++) {
      const gateway = await start({ config });
      ledger.feed(40);
      await pause(random() * 150);
      await gateway.kill();
      note(gateway);
    }
    const last = await start({ config });
    await until(() => `all answers: ${ledger.balance().missing} are missing, unknown: ${[...unknown]}`, async () => {
      note(last);
      return (await last.health()).ledger.queued === 0 && ledger.balance().missing.length <= unknown.size;
    });
    assert.equal(await counter(last, 'openclaw_deliveries_total', { outcome: 'dead' }), 0);
    await last.stop({ keepHome: true });
    assert.equal(ledger.size, 200);
    assert.deepEqual(ledger.balance().twice, []);
    t.diagnostic(`${unknown.size} unknown, ${ledger.balance().missing.length} of them unanswered`);
  });
}
