// The real gateway between a fake Graph API and a fake model, over real HTTP.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { cli, healthUntil, outputUntil } from '../support/gateway.mjs';
import { counter } from '../support/ledger.mjs';
import { specFile } from '../support/specs.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';
import { one, two, verifyToken, withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';
import { payloadOf, post } from '../support/whatsapp/webhook.mjs';
import { errors } from '../support/whatsapp_server.mjs';

const ann = '16505551234';
const bob = '16505559999';

const verification = (token, mode = 'subscribe') =>
  `/channels/whatsapp/webhook?hub.mode=${mode}&hub.challenge=1158201444&hub.verify_token=${token}`;

test('a message comes in and its answer goes out, with read receipt and typing, with the token alone', async () => {
  await withWhatsAppGateway({ answer: () => 'the answer' }, async ({ gateway, meta, model }) => {
    const before = await healthUntil(gateway, (h) => h.channels.whatsapp === 'degraded');
    assert.match(before.details.whatsapp.reason, /channels\.whatsapp\.phoneNumberId/);
    assert.equal(await meta.sendText(ann, 'café 😀?', { wamid: 'wamid.FIRST' }), 200);
    const reply = await meta.waitForSent(1);
    assert.equal(reply.text, 'the answer');
    assert.deepEqual([reply.number, reply.to], [one, ann]);
    assert.match(JSON.stringify(model.requests[0].messages), /café 😀\?/);
    assert.deepEqual(await meta.waitForRead(1), { number: one, wamid: 'wamid.FIRST', typing: 'text' });
    const health = await healthUntil(gateway, (h) => h.channels.whatsapp === 'connected' && h.details.whatsapp.canSend);
    assert.equal(health.details.whatsapp.canReceive, true);
    assert.ok(meta.calls.every((c) => /^[\w-]+\/\d+\.\d+\.\d+$/.test(c.headers['user-agent'])));
  });
});

test("the model's Markdown becomes WhatsApp's own marks", async () => {
  const answer = () => '# Title\n\n**bold** and *slanted*, ~~gone~~, [a link](https://example.com/a_b)\n\n```py\nx = 1\n```';
  await withWhatsAppGateway({ answer }, async ({ meta }) => {
    await meta.sendText(ann, 'how does it look?');
    const reply = await meta.waitForSent(1);
    assert.equal(reply.text,
      '*Title*\n\n*bold* and _slanted_, ~gone~, a link (https://example.com/a_b)\n\n```\nx = 1\n```');
  });
});

test('the webhook is verified by its word only', async () => {
  await withWhatsAppGateway({}, async ({ gateway }) => {
    const ask = (target) => fetch(gateway.url + target);
    const right = await ask(verification(verifyToken));
    assert.deepEqual([right.status, await right.text()], [200, '1158201444']);
    for (const target of [verification('other'), verification(''), verification(verifyToken, 'unsubscribe'), '/channels/whatsapp/webhook']) {
      const wrong = await ask(target);
      assert.deepEqual([wrong.status, await wrong.text()], [403, ''], target);
    }
  });
});

test('redeliveries, one after another and at once, lead to one turn', async () => {
  await withWhatsAppGateway({}, async ({ gateway, meta, model }) => {
    const again = payloadOf(meta.textValue(ann, 'only once', { wamid: 'wamid.AGAIN' }));
    assert.deepEqual(await Promise.all(Array.from({ length: 5 }, () => meta.deliver(again))), [200, 200, 200, 200, 200]);
    await meta.waitForSent(1);
    for (let i = 0; i < 4; i++) assert.equal(await meta.deliver(again), 200);
    await meta.sendText(ann, 'the next');
    await meta.waitForSent((m) => m.text === 'answer 2');
    assert.equal(model.requests.length, 2);
    assert.equal(meta.sent.length, 2);
    const { ledger } = await gateway.health();
    assert.deepEqual([ledger.accepted, ledger.balanced], [2, true]);
  });
});

test('every message of a payload is answered, whichever entry and change it stands in', async () => {
  await withWhatsAppGateway({}, async ({ meta }) => {
    const people = ['16505550001', '16505550002', '16505550003'];
    const values = people.map((person) => meta.textValue(person, 'hi'));
    const payload = payloadOf(values[0], values[1]);
    payload.entry.push(payloadOf(values[2]).entry[0]);
    assert.equal(await meta.deliver(payload), 200);
    await meta.waitForSent(3);
    assert.deepEqual(meta.sent.map((m) => m.to).sort(), people);
  });
});

test('a payload of 3 MB is taken', async () => {
  await withWhatsAppGateway({}, async ({ meta }) => {
    const padding = Array.from({ length: 3000 }, (_, i) => ({ id: `wamid.P${i}`, status: 'read', timestamp: '1', recipient_id: ann, pricing: 'x'.repeat(900) }));
    const value = { ...meta.textValue(ann, 'at the end'), statuses: padding };
    assert.ok(JSON.stringify(value).length > 2.9e6);
    assert.equal(await meta.deliver(payloadOf(value)), 200);
    await meta.waitForSent(1);
  });
});

test('a wrong or missing signature is refused, and no turn runs', async () => {
  await withWhatsAppGateway({}, async ({ gateway, meta, model }) => {
    const payload = payloadOf(meta.textValue(bob, 'forged'));
    assert.equal(await meta.deliver(payload, { secret: 'another secret' }), 401);
    assert.equal(await meta.deliver(payload, { header: null }), 401);
    assert.equal(await meta.deliver(payload, { header: '' }), 401);
    await meta.sendText(ann, 'genuine');
    await meta.waitForSent(1);
    assert.equal(model.requests.length, 1);
    assert.equal((await gateway.health()).ledger.accepted, 1);
    assert.equal(await counter(gateway, 'openclaw_plugin_whatsapp_webhook_refused_total', { instance: 'whatsapp' }), 3);
  });
});

test('the signature vectors are judged as they say', { skip: specFile('signature-vectors.json') ? false : 'the vectors are not at hand' }, async () => {
  const { app_secret: secret, cases } = JSON.parse(readFileSync(specFile('signature-vectors.json'), 'utf8')).whatsapp;
  await withWhatsAppGateway({ env: { WHATSAPP_APP_SECRET: secret } }, async ({ meta }) => {
    for (const { name, body_base64: base64, header, accept } of cases) {
      assert.equal(await post(meta.webhookUrl, Buffer.from(base64, 'base64'), secret, { header }), accept ? 200 : 401, name);
    }
  });
});

test("each of Meta's webhook examples is acknowledged", { skip: specFile('whatsapp-webhook-fixtures.json') ? false : 'the fixtures are not at hand' }, async () => {
  const fixtures = JSON.parse(readFileSync(specFile('whatsapp-webhook-fixtures.json'), 'utf8'));
  const said = [];
  await withWhatsAppGateway({ answer: (request) => { said.push(JSON.stringify(request.messages.at(-1))); return 'seen'; } }, async ({ gateway, meta }) => {
    let wanted = 0;
    for (const [name, payload] of [...Object.entries(fixtures.official), ...Object.entries(fixtures.captured)]) {
      // The examples share ids; each shall be a message of its own here.
      const messages = payload.entry[0].changes[0].value.messages ?? [];
      for (const message of messages) message.id = `wamid.${name.replaceAll(' ', '')}`;
      assert.equal(await meta.deliver(payload), 200, name);
      if (messages.length && !/Reaction|nsupported|System/.test(name)) await meta.waitForSent(++wanted);
    }
    assert.equal(meta.sent.length, wanted);
    assert.equal(wanted, 12);
    for (const words of [/another color/, /still available/, /Taj Mahal/, /Philz Coffee/, /Lucía Gómez/, /Unsubscribe/, /Priority Mail Express/, /Cancel/, /di9ozbzfi4/]) {
      assert.ok(said.some((s) => words.test(s)), `${words}: ${said.join('\n')}`);
    }
    await outputUntil(gateway, /whatsapp\.undelivered.*131049/);
  });
});

test('without the app secret nothing is accepted, and the key is named', async () => {
  await withWhatsAppGateway({ env: { WHATSAPP_APP_SECRET: undefined } }, async ({ gateway, meta, model }) => {
    const health = await healthUntil(gateway, (h) => h.channels.whatsapp === 'degraded');
    assert.match(health.details.whatsapp.reason, /channels\.whatsapp\.appSecret/);
    assert.equal(await meta.sendText(ann, 'hi'), 401);
    assert.equal(await meta.deliver(payloadOf(meta.textValue(ann, 'hi')), { secret: '' }), 401);
    assert.equal(model.requests.length, 0);
    await outputUntil(gateway, /appSecret is missing/);
  });
});

test('a reply that waits from before a restart goes out without a message coming in', async () => {
  await withWhatsAppGateway({ keys: `, phoneNumberId: "${one}"` }, async ({ gateway, meta, restart }) => {
    await healthUntil(gateway, (h) => h.channels.whatsapp === 'connected');
    meta.inject({ kind: 'text', error: errors.appRate });
    await meta.sendText(ann, 'hi', { number: two });
    await meta.waitForCall((c) => c.kind === 'text');
    await outputUntil(gateway, /delivery\.send_failed/);
    await gateway.stop({ keepHome: true });
    assert.equal(meta.sent.length, 0);
    const next = await restart();
    try {
      const reply = await meta.waitForSent(1);
      assert.deepEqual([reply.number, reply.to], [two, ann]);
    } finally {
      await next.stop();
    }
  });
});

test('a revoked token fails the channel, names the key and leaves the others alone', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const more = `  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }\n`;
  try {
    await withWhatsAppGateway({ keys: `, phoneNumberId: "${one}"`, more }, async ({ gateway, meta }) => {
      await healthUntil(gateway, (h) => h.channels.whatsapp === 'connected' && h.channels.telegram === 'connected');
      meta.revokeToken();
      assert.equal(await meta.sendText(ann, 'hi'), 200);
      const health = await healthUntil(gateway, (h) => h.channels.whatsapp === 'failed');
      assert.match(health.details.whatsapp.reason, /channels\.whatsapp\.token was refused by Meta/);
      assert.equal(health.details.whatsapp.canSend, false);
      telegram.sendText(7, 'and you?');
      assert.match((await telegram.waitForSent(1)).text, /answer/);
      assert.equal((await gateway.health()).channels.telegram, 'connected');
    });
  } finally {
    await telegram.stop();
  }
});

test('a phoneNumberId that is wrong fails the channel, and the gateway runs on', async () => {
  await withWhatsAppGateway({ keys: `, phoneNumberId: "7"` }, async ({ gateway }) => {
    const health = await healthUntil(gateway, (h) => h.channels.whatsapp === 'failed');
    assert.match(health.details.whatsapp.reason, /channels\.whatsapp\.phoneNumberId was refused by Meta/);
  });
});

test('outside the 24 hours the answer is a dead letter, and is not tried again', async () => {
  await withWhatsAppGateway({}, async ({ gateway, meta, home }) => {
    meta.inject({ kind: 'text', error: errors.outsideWindow });
    await meta.sendText(ann, 'hi');
    await healthUntil(gateway, (h) => h.dead.deadReplies === 1);
    assert.equal(meta.calls.filter((c) => c.kind === 'text').length, 1);
    const { stdout } = await cli(['dead', 'list'], { home: home.dir });
    assert.match(stdout, /24 hours/);
    assert.match(stdout, /131047/);
  });
});

test('a cut after the request is unknown and not sent twice; a pair limit is waited for', async () => {
  await withWhatsAppGateway({}, async ({ gateway, meta }) => {
    meta.inject({ kind: 'text', cut: 'after' });
    await meta.sendText(ann, 'cut');
    await healthUntil(gateway, (h) => h.dead.unknownReplies === 1);
    assert.equal(meta.sent.length, 1);
    meta.inject({ kind: 'text', error: errors.pairRate });
    await meta.sendText(bob, 'slow');
    const reply = await meta.waitForSent((m) => m.to === bob, { timeoutMs: 20_000 });
    assert.equal(reply.text, 'answer 2');
  });
});

test('two numbers under one token: each answers what was written to it', async () => {
  await withWhatsAppGateway({}, async ({ meta }) => {
    assert.equal(await meta.sendText(ann, 'to the first', { number: one }), 200);
    await meta.waitForSent(1);
    await meta.sendText(ann, 'to the second', { number: two, wamid: 'wamid.SECOND' });
    await meta.waitForSent(2);
    await meta.sendText(bob, 'to the second as well', { number: two });
    await meta.waitForSent(3);
    assert.deepEqual(meta.sent.map((m) => [m.number, m.to]), [[one, ann], [two, ann], [two, bob]]);
    await meta.waitForRead((r) => r.wamid === 'wamid.SECOND');
    assert.ok(meta.reads.every((r) => r.number === (r.wamid === 'wamid.IN1' ? one : two)));
  });
});

test('a reaction tells that a message was taken, and goes with the answer', async () => {
  await withWhatsAppGateway({ keys: ', ackReactionScope: all, removeAckAfterReply: true' }, async ({ meta }) => {
    await meta.sendText(ann, 'hi', { wamid: 'wamid.REACT' });
    await meta.waitForSent(1);
    await meta.waitForCall((c) => c.kind === 'reaction' && c.body.reaction.emoji === '');
    assert.deepEqual(meta.reactions.map((r) => [r.number, r.to, r.wamid, r.emoji]), [[one, ann, 'wamid.REACT', '👀'], [one, ann, 'wamid.REACT', '']]);
  });
});

test('in a group only what answers the bot is answered, in the group', async () => {
  const group = 'Y2FwaV9ncm91cDoxODA1';
  await withWhatsAppGateway({ keys: ', groupPolicy: open', answer: (request) => request.messages.at(-1).content }, async ({ meta }) => {
    assert.equal(await meta.deliver(payloadOf(meta.textValue(ann, 'nobody asked', { group_id: group }))), 200);
    const ours = { from: meta.numbers.get(one), id: 'wamid.OURS' };
    assert.equal(await meta.deliver(payloadOf(meta.textValue(ann, 'to you', { group_id: group, context: ours }))), 200);
    const reply = await meta.waitForSent(1);
    assert.deepEqual([reply.body.recipient_type, reply.body.to], ['group', group]);
    assert.match(reply.text, /to you/);
    await meta.sendText(bob, 'and alone');
    await meta.waitForSent(2);
    assert.ok(!meta.sent.some((m) => /nobody asked/.test(m.text)));
  });
});

test('a command is marked as read too', async () => {
  await withWhatsAppGateway({}, async ({ meta }) => {
    await meta.sendText(ann, '/whoami', { wamid: 'wamid.COMMAND' });
    await meta.waitForSent(1);
    await meta.waitForRead((r) => r.wamid === 'wamid.COMMAND');
  });
});

test('a second account has a webhook, a secret and a token of its own', async () => {
  const keys = `, accounts: { work: { token: "EAAB-test-token", appSecret: work-secret-0123456789, dmPolicy: open, allowFrom: ["*"] } }`;
  await withWhatsAppGateway({ keys }, async ({ gateway, meta }) => {
    const work = `${gateway.url}/channels/whatsapp/work/webhook`;
    const bytes = Buffer.from(JSON.stringify(payloadOf(meta.textValue(bob, 'hi', { number: two }))));
    assert.equal(await post(work, bytes, meta.appSecret), 401);
    assert.equal(await post(work, bytes, 'work-secret-0123456789'), 200);
    assert.equal((await meta.waitForSent(1)).number, two);
  });
});
