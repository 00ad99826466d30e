// The real gateway and what goes wrong between it and Discord: a 500, a token that works no more, a kill at the login.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withDiscordGateway } from '../support/discord/running_gateway.mjs';
import { errors } from '../support/discord_server.mjs';
import { healthUntil } from '../support/gateway.mjs';
import { startHeldModel } from '../support/held_model.mjs';
import { counter } from '../support/ledger.mjs';
import { askWebchat } from '../support/webchat.mjs';

const webchat = '  webchat: { dmPolicy: open, allowFrom: ["*"] }\n';
const state = (health) => health.channels.discord;
const posts = (discord) => discord.calls.filter((c) => c.method === 'POST' && /messages$/.test(c.path));
const saying = (discord, words) => discord.sent.filter((m) => m.content.includes(words));

for (const [when, after] of [['before its effect', false], ['after its effect', true]]) {
  test(`a 500 at a send, ${when}: it is sent again with the same nonce, and there is one message`, async () => {
    await withDiscordGateway({}, async ({ gateway, discord }) => {
      discord.inject({ method: 'POST', path: /messages$/, error: errors.internal, after });
      discord.sendText(7, 'once');
      await discord.waitFor(() => posts(discord).length === 2, 'a second try');
      await discord.waitForSent((m) => /once/.test(m.content));
      const health = await healthUntil(gateway, (h) => h.ledger.queued === 0);
      const [first, second] = posts(discord).map((c) => c.body);
      assert.deepEqual(first, second);
      assert.deepEqual([first.enforce_nonce, typeof first.nonce], [true, 'string']);
      assert.deepEqual([saying(discord, 'once').length, posts(discord).length, health.dead.unknownReplies], [1, 2, 0]);
    });
  });
}

test('a 500 at every send of one reply holds up no other chat', async () => {
  await withDiscordGateway({}, async ({ gateway, discord }) => {
    const { channel_id: channel } = discord.sendText(7, 'hello');
    await discord.waitForSent();
    discord.failChannel(channel, errors.internal);
    discord.sendText(7, 'stuck');
    await discord.waitFor(() => posts(discord).length === 2, 'the first try');
    discord.sendText(8, 'elsewhere');
    await discord.waitForSent((m) => /elsewhere/.test(m.content));
    discord.failChannel(channel, undefined);
    await discord.waitForSent((m) => /stuck/.test(m.content), { timeoutMs: 30_000 });
    const health = await healthUntil(gateway, (h) => h.ledger.queued === 0);
    assert.deepEqual([saying(discord, 'stuck').length, health.dead.unknownReplies], [1, 0]);
  });
});

test('a token that is revoked while the connection stands fails the channel at the next send; the reply goes out after a restart', async () => {
  await withDiscordGateway({ more: webchat }, async ({ gateway, discord, restart }) => {
    discord.sendText(7, 'before');
    await discord.waitForSent((m) => /before/.test(m.content));
    const { token } = discord;
    discord.token = 'NDI.reset.token';
    discord.sendText(7, 'afterwards');
    const health = await healthUntil(gateway, (h) => state(h) === 'failed');
    assert.match(health.details.discord.reason, /channels\.discord\.botToken was refused by Discord \(401/);
    assert.equal(health.details.discord.canSend, false);
    assert.match(await askWebchat(gateway, 'are you there'), /are you there/);
    assert.equal(saying(discord, 'afterwards').length, 0);
    await gateway.stop({ keepHome: true });
    discord.token = token;
    const next = await restart();
    await discord.waitForSent((m) => /afterwards/.test(m.content));
    await healthUntil(next, (h) => h.ledger.queued === 0);
    assert.equal(saying(discord, 'afterwards').length, 1);
  });
});

for (const [what, error, remedy] of [['to write', errors.missingPermissions, /Send Messages/], ['to see it', errors.missingAccess, /View Channel/]]) {
  test(`a channel that takes the permission ${what} away degrades the state with what to do; others go on, and it passes`, async () => {
    await withDiscordGateway({}, async ({ gateway, discord }) => {
      const closed = discord.guildChannel();
      const other = discord.guildChannel();
      discord.failChannel(closed.id, error);
      discord.sendText(7, 'in vain', { channel: closed, mention: true });
      const { details } = await healthUntil(gateway, (h) => state(h) === 'degraded');
      assert.match(details.discord.reason, /may not write in one chat .*: Discord refused the message \(403: /);
      assert.match(details.discord.reason, remedy);
      discord.sendText(7, 'elsewhere', { channel: other, mention: true });
      await discord.waitForSent((m) => /elsewhere/.test(m.content));
      const told = await healthUntil(gateway, (h) => h.dead.deadReplies === 1 && h.ledger.queued === 0);
      assert.equal(state(told), 'degraded', 'that another channel is open hides nothing');
      assert.equal(discord.calls.filter((c) => c.method === 'POST' && c.path.includes(closed.id) && /in vain/.test(c.body?.content)).length, 1,
        'a refusal is not tried again');
      assert.equal(await counter(gateway, 'openclaw_channel_up', { channel: 'discord' }), 1, 'nobody can make it look down');
      discord.failChannel(closed.id, undefined);
      discord.sendText(7, 'let in', { channel: closed, mention: true });
      await discord.waitForSent((m) => /let in/.test(m.content));
      await healthUntil(gateway, (h) => state(h) === 'connected');
    });
  });
}

test('while nothing can be received, what is sent does not make it look well', async () => {
  const model = await startHeldModel();
  try {
    await withDiscordGateway({ model }, async ({ gateway, discord }) => {
      discord.sendText(7, 'hello');
      await model.asked(1);
      discord.gateway.refuseConnections = true;
      discord.gateway.cutAll();
      await healthUntil(gateway, (h) => h.details.discord.canReceive === false);
      model.release('and the end.');
      await discord.waitForSent((m) => /and the end/.test(m.content));
      const { details } = await healthUntil(gateway, (h) => h.details.discord.canSend === true);
      assert.equal(details.discord.canReceive, false);
      assert.notEqual(details.discord.state, 'connected');
      discord.gateway.refuseConnections = false;
      await healthUntil(gateway, (h) => state(h) === 'connected' && h.details.discord.canReceive, { timeout: 30_000 });
    });
  } finally {
    model.stop();
  }
});

test('killed before its IDENTIFY was answered, it waits out the 5 s in its next life', async () => {
  const prepare = (discord) => { discord.gateway.muteReady = true; };
  await withDiscordGateway({ until: () => true, prepare }, async ({ gateway, discord, restart }) => {
    await discord.waitForIdentify();
    await gateway.kill();
    discord.gateway.muteReady = false;
    await restart();
    await discord.waitFor(() => discord.gateway.identifies.length === 2 || discord.violations.length > 0, 'a second IDENTIFY', { timeoutMs: 20_000 });
    assert.deepEqual(discord.violations.splice(0), []);
  });
});
