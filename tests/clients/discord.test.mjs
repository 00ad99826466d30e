// The real gateway as a Discord bot, against the fake that discord.js works against.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { DiscordServer, errors } from '../support/discord_server.mjs';
import { healthUntil, makeHome, outputUntil, startGateway } from '../support/gateway.mjs';

let discord;
let home;
let gateway;

beforeEach(async () => {
  discord = await new DiscordServer({ heartbeatMs: 1000 }).start();
  home = makeHome();
});
afterEach(async () => {
  if (gateway && !gateway.exited) await gateway.stop({ keepHome: true });
  gateway = undefined;
  await discord.stop();
  home.remove();
});

const configFor = (extra = '', policy = 'dmPolicy: open, allowFrom: ["*"], groupPolicy: open') => `providers: [{ name: echo }]
agents: [{ id: main }]
queue: { debounceMs: 0 }
channels:
  discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", ${policy}${extra} }
`;

const state = (health) => health.channels.discord;
const connected = () => healthUntil(gateway, (h) => state(h) === 'connected');
const failed = () => healthUntil(gateway, (h) => state(h) === 'failed');

async function start(extra, policy) {
  gateway = await startGateway({ config: configFor(extra, policy), home });
  return gateway;
}

test('a direct message and a mention in a guild are answered, in their places', async () => {
  const channel = discord.guildChannel();
  const thread = discord.guildChannel({ parent: channel.id });
  await start();
  await connected();
  const asked = discord.sendText(7, 'hello');
  const answer = await discord.waitForSent((m) => /hello/.test(m.content));
  assert.equal(answer.channel_id, asked.channel_id);
  assert.deepEqual(answer.params.allowed_mentions, { parse: [] });
  assert.equal(answer.params.enforce_nonce, true);
  discord.sendText(7, 'nobody asked', { channel });
  discord.sendText(7, 'in the channel', { channel, mention: true });
  await discord.waitForSent((m) => m.channel_id === channel.id && /in the channel/.test(m.content));
  discord.sendText(7, 'in the thread', { channel: thread, mention: true });
  await discord.waitForSent((m) => m.channel_id === thread.id && /in the thread/.test(m.content));
  assert.ok(!discord.sent.some((m) => /nobody asked/.test(m.content)));
  assert.equal(discord.gateway.connections[0].query.get('compress'), 'zlib-stream');
});

test('after a cut it resumes, and answers what came meanwhile once', async () => {
  await start();
  await connected();
  const asked = discord.urls.length;
  discord.gateway.refuseConnections = true;
  discord.gateway.cutAll();
  discord.sendText(7, 'meanwhile');
  await discord.waitFor(() => discord.urls.slice(asked).some((url) => url.startsWith('/resume')), 'a try that is refused', { timeoutMs: 20_000 });
  discord.gateway.refuseConnections = false;
  await discord.waitForSent((m) => /meanwhile/.test(m.content), { timeoutMs: 20_000 });
  discord.sendText(7, 'afterwards');
  await discord.waitForSent((m) => /afterwards/.test(m.content));
  assert.equal(discord.sent.filter((m) => /meanwhile/.test(m.content)).length, 1);
  assert.equal(discord.gateway.identifies.length, 1);
  assert.equal(discord.gateway.live[0].path, '/resume', 'where READY said that it is to be resumed');
});

test('a restart resumes its session and answers what was written while it was down', async () => {
  await start();
  await connected();
  await gateway.stop({ keepHome: true });
  assert.ok(!discord.gateway.closes.includes(1000), 'the session must live on');
  discord.sendText(7, 'are you there');
  await start();
  await discord.waitForSent((m) => /are you there/.test(m.content));
  assert.equal(discord.gateway.identifies.length, 1);
  assert.equal(discord.gateway.resumes.length, 1);
});

test('killed when a message has just been sent to it, it answers once', async () => {
  await start();
  await connected();
  discord.sendText(7, 'survive');
  await gateway.kill();
  await start();
  await discord.waitForSent((m) => /survive/.test(m.content), { timeoutMs: 30_000 });
  discord.sendText(7, 'last');
  await discord.waitForSent((m) => /last/.test(m.content));
  assert.equal(discord.sent.filter((m) => /survive/.test(m.content)).length, 1);
});

test('op 7 and op 9 are obeyed', async () => {
  await start();
  await connected();
  discord.gateway.askToReconnect();
  await discord.waitForResume();
  await connected();
  discord.gateway.invalidate(false);
  await discord.waitForIdentify(2, { timeoutMs: 20_000 });
  discord.sendText(7, 'again');
  await discord.waitForSent((m) => /again/.test(m.content));
});

test('heartbeats that nobody answers end the connection', async () => {
  await start();
  await connected();
  discord.gateway.muteAcks = true;
  await discord.waitFor(() => discord.gateway.closes.includes(4000), 'close 4000');
  discord.gateway.muteAcks = false;
  await discord.waitForResume(1, { timeoutMs: 20_000 });
  await connected();
});

test('a wrong token, and an intent that is switched off, stop it with a sentence that says what to do', async () => {
  const right = discord.token;
  const config = configFor();
  discord.token = 'NDI.other.token';
  gateway = await startGateway({ config, home });
  const health = await failed();
  assert.match(health.details.discord.reason, /channels\.discord\.botToken/);
  assert.ok(!gateway.output.includes(right), 'the token is in no log');
  await gateway.stop({ keepHome: true });
  discord.token = right;
  discord.gateway.allowedPrivileged = 0;
  await start();
  assert.match((await failed()).details.discord.reason, /Message Content Intent/);
  assert.equal(discord.gateway.identifies.length, 0);
});

test('no session is begun above the limit', async () => {
  discord.gateway.limit = { total: 1000, remaining: 0, reset_after: 3_600_000, max_concurrency: 1 };
  await start();
  const health = await healthUntil(gateway, (h) => state(h) === 'degraded');
  assert.match(health.details.discord.reason, /no new session for 6\d minutes/);
  assert.equal(discord.gateway.connections.length, 0);
});

test('a cut after the effect makes no second message', async () => {
  await start();
  await connected();
  discord.inject({ method: 'POST', path: /messages$/, cut: 'after' });
  discord.sendText(7, 'once');
  await discord.waitForCall('POST', /messages$/, { n: 2 });
  discord.sendText(8, 'other');
  await discord.waitForSent((m) => /other/.test(m.content));
  assert.equal(discord.sent.filter((m) => /once/.test(m.content)).length, 1);
});

test('rate limits are kept to, and a 429 is obeyed', async () => {
  discord.rates.set('POST /channels/messages', { limit: 1, windowMs: 300 });
  await start();
  await connected();
  for (let i = 0; i < 4; ++i) discord.sendText(7, `part ${i}`);
  await discord.waitFor(() => discord.sent.some((m) => /part 3/.test(m.content)), 'the last part', { timeoutMs: 20_000 });
  assert.deepEqual(discord.refusals.filter((path) => /messages$/.test(path)).slice(1), [], 'after the first answer the bucket is known');
  discord.inject({ method: 'POST', path: /messages$/, error: errors.rateLimited(0.3) });
  discord.sendText(7, 'finally');
  await discord.waitForSent((m) => /finally/.test(m.content), { timeoutMs: 20_000 });
});

test('a reaction tells that a message was taken, and goes with the answer', async () => {
  await start(', ackReactionScope: all, removeAckAfterReply: true');
  await connected();
  discord.sendText(7, 'hello');
  await discord.waitForSent();
  await discord.waitFor(() => discord.reactionLog.length === 2, 'the reaction to go');
  assert.deepEqual(discord.reactionLog.map((r) => r.on), [true, false]);
});

test('zlib that is broken costs the connection, not the session', async () => {
  await start();
  await connected();
  discord.gateway.sendRaw(Buffer.from('this is no zlib'));
  await discord.waitForResume(1, { timeoutMs: 20_000 });
  await connected();
});

test('/ask is verified, acknowledged and answered in its place', async () => {
  const channel = discord.guildChannel();
  const { publicKey } = discord.signer;
  await start(`, applicationId: "${discord.applicationId}", publicKey: "${publicKey}"`);
  await connected();
  await discord.waitFor(() => discord.commands.some((c) => c.name === 'ask'), 'the command');
  const url = `${gateway.url}/channels/discord/interactions`;
  assert.ok(await discord.signer.verify(url), 'the portal takes the endpoint');
  const asked = await discord.signer.ask(discord, url, discord.addUser(7), 'why', { channel });
  assert.equal(asked.body.type, 5);
  await discord.waitFor(() => /why/.test(asked.entry.original.content), 'the answer');
  assert.equal(discord.sent.length, 1);
  const stale = { timestamp: Math.floor(Date.now() / 1000) - 600 };
  assert.equal((await discord.signer.ask(discord, url, discord.addUser(7), 'late', { channel, options: stale })).status, 401);
});

test('without a public key the endpoint refuses everybody', async () => {
  await start();
  await connected();
  assert.equal((await discord.signer.post(`${gateway.url}/channels/discord/interactions`, { type: 1 })).status, 401);
});
