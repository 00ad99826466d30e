// The real gateway and what Meta does to it: refusals, limits, a token that does not work, webhooks in any order.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cli, healthUntil, outputUntil } from '../support/gateway.mjs';
import { counter } from '../support/ledger.mjs';
import { seeded } from '../support/random.mjs';
import { askWebchat } from '../support/webchat.mjs';
import { one, two, withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';
import { payloadOf } from '../support/whatsapp/webhook.mjs';
import { errors } from '../support/whatsapp_server.mjs';

const ann = '16505551234';
const bob = '16505559999';
const cem = '16505550003';
const phoneNumberId = `, phoneNumberId: "${one}"`;
const webchat = '  webchat: { dmPolicy: open, allowFrom: ["*"] }\n';

const state = (health) => health.channels.whatsapp;
const echo = (request) => `you said: ${request.messages.at(-1).content}`;
const texts = (meta, number) => meta.calls.filter((c) => c.kind === 'text' && (!number || c.number === number));
const reasonOf = async (gateway, wanted) => (await healthUntil(gateway, (h) => state(h) === wanted)).details.whatsapp.reason;

for (const [what, trouble] of [['a 500 at a send', { error: errors.unknown }], ['a cut before its effect', { cut: 'before' }]]) {
  test(`${what} is unknown: not repeated, listed, and sent by \`openclaw dead retry\``, async () => {
    await withWhatsAppGateway({ answer: echo }, async ({ gateway, meta, home, env, restart }) => {
      meta.inject({ kind: 'text', ...trouble });
      await meta.sendText(ann, 'in doubt');
      await healthUntil(gateway, (h) => h.dead.unknownReplies === 1);
      await meta.sendText(ann, 'the next');
      await meta.waitForSent((m) => /the next/.test(m.text));
      await gateway.stop({ keepHome: true });
      await restart();
      await meta.sendText(ann, 'the last');
      await meta.waitForSent((m) => /the last/.test(m.text));
      assert.equal(texts(meta).length, 3, 'it was repeated');
      const { stdout } = await cli(['dead', 'list'], { home: home.dir, env });
      const [, id] = new RegExp(`^(r\\d+) {2}unknown reply, whatsapp chat ${ann}`, 'm').exec(stdout);
      assert.doesNotMatch(stdout, /in doubt/);
      const retried = await cli(['dead', 'retry', id], { home: home.dir, env });
      assert.equal(retried.code, 0, retried.stderr);
      await meta.waitForSent(3);
      assert.match(meta.sent[2].text, /in doubt/);
    });
  });
}

test('a permission that is missing (403) is said, nothing is lost, and the other number goes on', async () => {
  await withWhatsAppGateway({ answer: echo }, async ({ gateway, meta, restart }) => {
    meta.inject({ kind: 'text', error: errors.permission });
    await meta.sendText(ann, 'may you?');
    assert.match(await reasonOf(gateway, 'degraded'), /the token lacks the permission whatsapp_business_messaging \(code 10/);
    assert.equal((await gateway.health()).details.whatsapp.canReceive, true);
    await meta.sendText(bob, 'and you?', { number: two });
    await meta.waitForSent((m) => /and you\?/.test(m.text));
    const told = (await gateway.health()).details.whatsapp;
    assert.equal(told.state, 'degraded', 'that another number sends hides nothing');
    assert.match(told.reason, new RegExp(`number ${one}: .*set it as channels\\.whatsapp\\.token and restart`));
    assert.equal(texts(meta, one).length, 1, 'it was tried again at once');
    await gateway.stop({ keepHome: true });
    await restart();
    await meta.waitForSent((m) => /may you\?/.test(m.text));
    assert.deepEqual(meta.sent.map((m) => [m.number, m.to]), [[two, bob], [one, ann]]);
  });
});

// Takes 100 s: so long Meta may be silent about what it accepted.
test('when no receipt comes nothing is received, and what is sent does not make it look well', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const answer = async (request) => {
    const asked = request.messages.at(-1).content;
    if (asked === 'later') await held;
    return `you said: ${asked}`;
  };
  await withWhatsAppGateway({ answer }, async ({ gateway, meta }) => {
    await meta.sendText(bob, 'later');
    await meta.sendText(ann, 'now');
    await meta.waitForSent((m) => m.to === ann);
    const lost = await healthUntil(gateway, (h) => h.details.whatsapp.canReceive === false, { timeout: 150_000 });
    assert.equal(state(lost), 'degraded');
    release();
    await meta.waitForSent((m) => m.to === bob);
    const { details } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual([details.whatsapp.canSend, details.whatsapp.canReceive, details.whatsapp.state], [true, false, 'degraded']);
    await meta.sendText(cem, 'and back');
    await healthUntil(gateway, (h) => state(h) === 'connected' && h.details.whatsapp.canReceive);
  });
});

test('too much for one number (130429) holds that number, the other goes on, and each reply is sent once', async () => {
  await withWhatsAppGateway({ answer: echo }, async ({ gateway, meta }) => {
    meta.inject({ kind: 'text', error: errors.throughput });
    await meta.sendText(ann, 'first');
    await outputUntil(gateway, /delivery\.send_failed .*130429/);
    await meta.sendText(bob, 'the same number');
    await meta.sendText(cem, 'the other number', { number: two });
    await meta.waitForSent((m) => m.number === two);
    assert.equal(texts(meta, one).length, 1, 'the number was not held');
    await meta.waitForSent(3, { timeoutMs: 20_000 });
    assert.deepEqual(meta.sent.map((m) => m.number), [two, one, one]);
    assert.deepEqual(meta.sent.map((m) => m.text).sort(), ['first', 'the other number', 'the same number'].map((w) => `you said: ${w}`));
    const health = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual([texts(meta).length, health.dead.unknownReplies, health.dead.deadReplies], [4, 0, 0]);
  });
});

test('webhooks that come four times each, in any order and at once, lead to one answer each', async (t) => {
  const random = seeded(t);
  await withWhatsAppGateway({ answer: echo, queueMode: 'followup' }, async ({ gateway, meta, model }) => {
    const said = Array.from({ length: 12 }, (_, n) => [[ann, bob, cem][n % 3], `question ${n}`]);
    const payloads = said.map(([from, text], n) => payloadOf(meta.textValue(from, text, { number: n % 2 ? two : one, timestamp: String(1750030073 + n) })));
    const deliveries = payloads.flatMap((payload) => Array(4).fill(payload))
      .map((payload) => [random(), payload]).sort(([a], [b]) => a - b).map(([, payload]) => payload);
    const half = deliveries.length / 2;
    for (const some of [deliveries.slice(0, half), deliveries.slice(half)]) {
      assert.deepEqual(new Set(await Promise.all(some.map((payload) => meta.deliver(payload)))), new Set([200]));
    }
    await meta.waitForSent(said.length);
    const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual(meta.sent.map((m) => [m.to, m.text]).sort(), said.map(([from, text]) => [from, `you said: ${text}`]).sort());
    assert.deepEqual([model.requests.length, ledger.accepted, ledger.balanced], [said.length, said.length, true]);
  });
});

test('statuses that come late and repeated move no message backwards, and a failure is told once', async () => {
  await withWhatsAppGateway({ answer: echo }, async ({ gateway, meta }) => {
    await meta.sendText(ann, 'read it');
    const read = await meta.waitForSent(1);
    await meta.sendText(bob, 'never got it');
    const failed = await meta.waitForSent(2);
    const tell = async (...args) => assert.equal(await meta.deliver(payloadOf(meta.statusValue(...args))), 200);
    await tell(read, 'read');
    for (const late of ['sent', 'delivered']) await tell(read, late);
    await tell(read, 'failed', errors.undeliverable);
    await Promise.all([1, 2, 3, 4].map(() => tell(failed, 'failed', errors.undeliverable)));
    await tell(failed, 'sent');
    await outputUntil(gateway, /whatsapp\.undelivered .*131026/);
    assert.equal(await counter(gateway, 'openclaw_plugin_whatsapp_undelivered_total'), 1);
    assert.equal(gateway.output.match(/whatsapp\.undelivered/g).length, 1);
    assert.equal(meta.sent.length, 2, 'it was sent again');
  });
});

for (const [when, keys] of [['at the start', phoneNumberId], ['at a send', '']]) {
  test(`a token that is wrong is found ${when}: the channel fails and names the key, the others run`, async () => {
    const prepare = (meta) => { meta.token = 'EAAB-another-token'; };
    await withWhatsAppGateway({ keys, more: webchat, answer: echo, prepare }, async ({ gateway, meta }) => {
      if (when === 'at a send') assert.equal(await meta.sendText(ann, 'hello?'), 200);
      assert.match(await reasonOf(gateway, 'failed'), /channels\.whatsapp\.token was refused by Meta \(code 190\)/);
      await healthUntil(gateway, (h) => h.channels.webchat === 'connected');
      assert.match(await askWebchat(gateway, 'are you there'), /are you there/);
      assert.deepEqual([state(await gateway.health()), meta.sent.length], ['failed', 0]);
    });
  });
}

test('what comes in while the token does not work is stored, and answered once after the restart with another', async () => {
  let right;
  const prepare = (meta) => { right = meta.token; meta.token = 'EAAB-another-token'; };
  await withWhatsAppGateway({ answer: echo, prepare }, async ({ gateway, meta, restart }) => {
    assert.equal(await meta.sendText(ann, 'patience'), 200);
    await healthUntil(gateway, (h) => state(h) === 'failed');
    assert.equal(await meta.sendText(bob, 'me too'), 200);
    await healthUntil(gateway, (h) => h.ledger.accepted === 2);
    await gateway.stop({ keepHome: true });
    meta.token = right;
    const next = await restart();
    await meta.waitForSent(2);
    const { ledger } = await healthUntil(next, (h) => h.ledger.queued === 0);
    assert.deepEqual(meta.sent.map((m) => m.text).sort(), ['you said: me too', 'you said: patience']);
    assert.equal(ledger.balanced, true);
  });
});
