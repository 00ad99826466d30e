// The real gateway with Telegram's webhook: who is believed, what is answered, and what is tried again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';

import { healthUntil } from '../support/gateway.mjs';
import { counter } from '../support/ledger.mjs';
import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { errors } from '../support/telegram_server.mjs';

const secret = 'webhook-secret_0123456789';
const publicUrl = 'https://gateway.example.org/channels/telegram/webhook';
const keys = `, mode: webhook, webhookSecret: ${secret}`;
const canaries = [secret];
// The operator has registered the webhook, so the gateway finds one at Telegram.
const registered = (telegram) => { telegram.webhookUrl = publicUrl; };
const targetOf = (gateway) => `${gateway.url}/channels/telegram/webhook`;

/** Posts an update as Telegram does; `given` null leaves the secret out. Resolves with the status. */
async function deliver(gateway, update, given = secret) {
  const headers = { 'content-type': 'application/json' };
  if (given !== null) headers['x-telegram-bot-api-secret-token'] = given;
  return (await fetch(targetOf(gateway), { method: 'POST', headers, body: JSON.stringify(update) })).status;
}

/** Holds the write lock of the gateway's database from outside, until `release()`. */
async function lockDatabase(home) {
  const child = spawn('sqlite3', [path.join(home.dir, '.openclaw/data/sessions.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  child.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\nSELECT 1;\n');
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said).trim(), '1');
  return {
    async release() {
      child.stdin.end('ROLLBACK;\n');
      await ended;
    },
  };
}

test('a webhookUrl is registered at start, with the secret and the kinds of update, and polls nothing', async () => {
  await withTelegramGateway({ keys: `${keys}, webhookUrl: "${publicUrl}"`, canaries }, async ({ gateway, telegram }) => {
    const [registered] = telegram.calls.filter((c) => c.method === 'setWebhook');
    assert.deepEqual([registered.params.url, registered.params.secret_token, registered.params.allowed_updates],
      [publicUrl, secret, ['message']]);
    // The public address leads to the gateway, as a proxy would.
    telegram.webhookTarget = targetOf(gateway);
    telegram.useWebhook(publicUrl, secret, registered.params);
    const asked = telegram.sendText(7, 'by webhook');
    await telegram.waitForSent((m) => /by webhook/.test(m.text));
    await telegram.waitForConfirmed(asked);
    assert.deepEqual(telegram.webhookAttempts.map((a) => a.status), [200]);
    assert.ok(!telegram.calls.some((c) => c.method === 'getUpdates'));
  });
});

test('an address that Telegram does not take fails the channel and names the key', async () => {
  const prepare = (telegram) => telegram.inject({ method: 'setWebhook', error: errors.httpWebhook });
  const until = (h) => h.channels.telegram === 'failed';
  await withTelegramGateway({ keys: `${keys}, webhookUrl: "${publicUrl}"`, canaries, prepare, until }, async ({ gateway }) => {
    const { details } = await gateway.health();
    assert.match(details.telegram.reason, /channels\.telegram\.webhookUrl was refused by Telegram \(400/);
  });
});

test('without the right secret an update is refused, and no turn runs', async () => {
  await withTelegramGateway({ keys, canaries, prepare: registered }, async ({ gateway, telegram }) => {
    const forged = telegram.sendText(7, 'forged');
    for (const wrong of [null, '', 'another', secret.slice(0, -1), `${secret}x`]) {
      assert.equal(await deliver(gateway, forged, wrong), 401, `secret: ${wrong}`);
    }
    assert.equal((await gateway.health()).ledger.accepted, 0);
    assert.equal(await deliver(gateway, telegram.sendText(8, 'genuine')), 200);
    await telegram.waitForSent((m) => /genuine/.test(m.text));
    assert.equal(telegram.sent.length, 1);
    assert.equal((await gateway.health()).ledger.accepted, 1);
    assert.equal(await counter(gateway, 'openclaw_plugin_telegram_webhook_refused_total', { instance: 'telegram' }), 5);
    assert.ok(!telegram.calls.some((c) => c.method === 'setWebhook'), 'registered what is not its own');
  });
});

test('four copies at once and four later make one turn', async () => {
  await withTelegramGateway({ keys, canaries, prepare: registered }, async ({ gateway, telegram }) => {
    const update = telegram.sendText(7, 'only once');
    assert.deepEqual(await Promise.all([1, 2, 3, 4].map(() => deliver(gateway, update))), [200, 200, 200, 200]);
    await telegram.waitForSent((m) => /only once/.test(m.text));
    for (let i = 0; i < 4; i++) assert.equal(await deliver(gateway, update), 200);
    assert.equal(await deliver(gateway, telegram.sendText(7, 'the next')), 200);
    await telegram.waitForSent((m) => /the next/.test(m.text));
    assert.equal(telegram.sent.length, 2);
    const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual([ledger.accepted, ledger.balanced], [2, true]);
  });
});

test('what comes in the wrong order is answered all the same', async () => {
  await withTelegramGateway({ keys, canaries, prepare: registered }, async ({ gateway, telegram }) => {
    const [first, second] = [telegram.sendText(7, 'earlier'), telegram.sendText(8, 'later')];
    assert.equal(await deliver(gateway, second), 200);
    assert.equal(await deliver(gateway, first), 200);
    await telegram.waitForSent(2);
    assert.deepEqual(telegram.sent.map((m) => m.chat.id).sort(), [7, 8]);
  });
});

test('while the store is away Telegram is told to come again, and the message is answered once', {
  skip: spawnSync('sqlite3', ['--version']).error ? 'sqlite3, which locks the database, is not installed' : false,
}, async () => {
  await withTelegramGateway({ keys, canaries, prepare: registered }, async ({ gateway, telegram, home }) => {
    telegram.useWebhook(targetOf(gateway), secret, {});
    const lock = await lockDatabase(home);
    const asked = telegram.sendText(7, 'patience');
    await telegram.waitForWebhookAttempt((a) => a.status === 503, { timeoutMs: 20_000 });
    assert.equal(telegram.sent.length, 0);
    assert.deepEqual(telegram.updates.unconfirmed.map((u) => u.update_id), [asked.update_id]);
    await lock.release();
    await telegram.waitForWebhookAttempt((a) => a.status === 200, { timeoutMs: 20_000 });
    await telegram.waitForSent((m) => /patience/.test(m.text));
    const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual([telegram.sent.length, ledger.accepted, ledger.balanced], [1, 1, true]);
  });
});

test('a bot without a webhook is told of, with the key to set, until an update comes', async () => {
  const until = (h) => h.channels.telegram === 'degraded';
  await withTelegramGateway({ keys, canaries, until }, async ({ gateway, telegram }) => {
    const { details } = await gateway.health();
    assert.match(details.telegram.reason, /no webhook for this bot.*set channels\.telegram\.webhookUrl/);
    assert.equal(details.telegram.canReceive, false);
    assert.match(gateway.output, /telegram\.webhook_trouble/);
    assert.equal(await deliver(gateway, telegram.sendText(7, 'it comes after all')), 200);
    const health = await healthUntil(gateway, (h) => h.channels.telegram === 'connected');
    assert.equal(health.details.telegram.canReceive, true);
    await telegram.waitForSent((m) => /after all/.test(m.text));
  });
});

const trouble = {
  'another program has set': { url: 'https://other.example.org/hook', pending_update_count: 0 },
  'another program has removed': { url: '', pending_update_count: 0 },
  'cannot deliver to the webhook \\(Connection timed out\\)': {
    url: publicUrl, pending_update_count: 3, last_error_message: 'Connection timed out',
    last_error_date: Math.floor(Date.now() / 1000) + 3600,
  },
};
for (const [words, told] of Object.entries(trouble)) {
  test(`what Telegram says of the webhook is trouble: ${words}`, async () => {
    const body = JSON.stringify({ ok: true, result: { has_custom_certificate: false, ...told } });
    const prepare = (telegram) => telegram.inject({ method: 'getWebhookInfo', raw: { status: 200, body } });
    const until = (h) => h.channels.telegram === 'degraded';
    await withTelegramGateway({ keys: `${keys}, webhookUrl: "${publicUrl}"`, canaries, prepare, until }, async ({ gateway, telegram }) => {
      const { details } = await gateway.health();
      assert.match(details.telegram.reason, new RegExp(words));
      assert.match(details.telegram.reason, /channels\.telegram\.webhookUrl/);
      assert.equal(details.telegram.canReceive, false);
      assert.equal(await deliver(gateway, telegram.sendText(7, 'hello')), 200);
      await healthUntil(gateway, (h) => h.channels.telegram === 'connected');
    });
  });
}
