// No channel's secret is shown anywhere: after work that went well and work that was refused, with the log at its most talkative.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withDiscordGateway } from '../support/discord/running_gateway.mjs';
import { healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { Ngircd } from '../support/irc/ngircd.mjs';
import { assertNoSecret, commandPages } from '../support/secrets.mjs';
import { verifyToken, withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';
import { payloadOf } from '../support/whatsapp/webhook.mjs';
import { errors } from '../support/whatsapp_server.mjs';

const top = 'server: { logLevel: debug }\n';
const ann = '16505551234';

test("WhatsApp's token, app secret and verify token", async () => {
  const server = { token: 'EAAB-canary-token', appSecret: 'canary-app-secret' };
  await withWhatsAppGateway({ top, server, answer: () => 'seen' }, async ({ gateway, meta, env }) => {
    const secrets = [meta.token, meta.appSecret, verifyToken];
    const answers = [];
    for (const word of [verifyToken, `${verifyToken}x`]) {
      const query = new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': word });
      answers.push(await (await fetch(`${meta.webhookUrl}?${query}`)).text());
    }
    assert.equal(answers[0], '1158201444');
    await meta.sendMedia(ann, 'image', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), { caption: 'what is this?' });
    await meta.waitForSent(1);
    assert.equal(meta.media.downloads.length, 1);
    meta.inject({ kind: 'text', error: errors.outsideWindow });
    await meta.sendText(ann, 'and this?');
    await healthUntil(gateway, (h) => h.dead.deadReplies === 1);
    assert.equal(await meta.deliver(payloadOf(meta.textValue(ann, 'forged')), { secret: 'another' }), 401);
    meta.revokeToken();
    await meta.sendText(ann, 'and now?');
    await healthUntil(gateway, (h) => h.channels.whatsapp === 'failed');
    await assertNoSecret(gateway, secrets, [
      ...await commandPages(gateway, { env, route: ['--channel', 'whatsapp', '--peer', ann] }),
      ['answers', answers.join('\n')], ['addresses', meta.urls.join('\n')],
    ]);
    assert.ok(meta.calls.some((c) => c.headers.authorization === `Bearer ${secrets[0]}`), 'the token was never used');
  });
});

test("Discord's token", async () => {
  await withDiscordGateway({ top, token: 'NDI.canary.token-of-discord' }, async ({ gateway, discord }) => {
    const { token } = discord;
    discord.sendText(7, 'hello');
    await discord.waitForSent();
    discord.gateway.cutAll();
    await discord.waitForResume();
    discord.token = 'NDI.reset.token';
    discord.sendText(7, 'and now?');
    await healthUntil(gateway, (h) => h.channels.discord === 'failed');
    await assertNoSecret(gateway, [token], [
      ...await commandPages(gateway, { env: {}, route: ['--channel', 'discord', '--peer', '7'] }),
      ['addresses', discord.urls.join('\n')],
    ]);
    assert.ok(discord.urls.some((url) => url.startsWith('/gateway?v=10')), 'the addresses are not all there');
    assert.deepEqual([discord.gateway.identifies[0].token, discord.gateway.resumes[0].token], [token, token]);
  });
});

test("IRC's passwords, of the server and of the account", async () => {
  const [right, wrong, account] = ['canary-of-the-server', 'canary-that-is-wrong', 'canary-of-the-account'];
  const server = await Ngircd.start({ password: right });
  const gateway = await startGateway({
    config: `providers: [{ name: echo }]
${top}queue: { debounceMs: 0 }
channels:
  irc:
    server: "${server.url}"
    nick: gateway
    channels: ["#room"]
    groups: ["#room"]
    serverPassword: ${right}
    accounts:
      wrong: { nick: wrong, serverPassword: ${wrong} }
      login: { nick: login, saslUser: ada, password: ${account} }
`,
  });
  const client = await IrcClient.join(server.port, 'ada', { password: right, rooms: ['#room'] });
  try {
    const health = await healthUntil(gateway, (h) =>
      h.channels.irc === 'connected' && h.channels['irc/wrong'] === 'failed' && h.channels['irc/login'] === 'degraded');
    assert.match(health.details['irc/login'].reason, /offers no login \(SASL\)/);
    client.say('#room', 'gateway: hello');
    await client.hears('gateway', '#room');
    const secrets = [right, wrong, account, Buffer.from(`\0ada\0${account}`).toString('base64')];
    await assertNoSecret(gateway, secrets, await commandPages(gateway, { env: {}, route: ['--channel', 'irc', '--peer', 'ada!~ada@127.0.0.1'] }));
    await gateway.stop();
    await assertNoSecret(gateway, secrets);
  } finally {
    if (!gateway.exited) await gateway.kill();
    client.socket.destroy();
    await server.stop();
  }
});
