// The fake Discord's gateway is believed because discord.js, the official-grade client, works against it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createInflate } from 'node:zlib';

import { Events, GatewayIntentBits, Routes } from 'discord.js';
import WebSocket from 'ws';

import { gatewaySpecPath } from '../support/discord/gateway_rules.mjs';
import { loggedIn, makeClient, problems, rawClient, rest, running, seen, server } from '../support/discord/official_client.mjs';

test('logs in, reads a direct message and a guild message, and answers', async () => {
  const channel = server.guildChannel();
  const client = await loggedIn();
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) message.reply(`you said ${message.content}`);
  });
  const asked = server.sendText(7, 'hello');
  assert.equal((await server.waitForSent()).content, 'you said hello');
  assert.equal(server.sent[0].params.message_reference.message_id, asked.id);
  server.sendText(7, 'here', { channel });
  await server.waitForSent((m) => m.content === 'you said here' && m.channel_id === channel.id);
  assert.deepEqual(server.violations, []);
});

test('a thread is told of with its parent', async () => {
  const channel = server.guildChannel();
  const thread = server.guildChannel({ parent: channel.id });
  const client = await loggedIn();
  const came = seen(client, Events.MessageCreate);
  server.sendText(7, 'in the thread', { channel: thread });
  const message = await came;
  assert.ok(message.channel.isThread());
  assert.equal(message.channel.parentId, channel.id);
});

test('without the intent a guild message comes without its text, unless the bot is mentioned', async () => {
  const channel = server.guildChannel();
  const client = await loggedIn(makeClient([GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages]));
  const texts = [];
  client.on(Events.MessageCreate, (m) => texts.push(m.content));
  server.sendText(7, 'secret', { channel });
  const last = seen(client, Events.MessageCreate, (m) => m.content.includes('open'));
  server.sendText(7, 'open', { channel, mention: true });
  await last;
  assert.deepEqual(texts, ['', '<@42> open']);
});

test('after a cut discord.js resumes and gets what came meanwhile', async () => {
  const client = await loggedIn();
  const got = seen(client, Events.MessageCreate, (m) => m.content === 'meanwhile');
  server.gateway.cutAll();
  server.sendText(7, 'meanwhile');
  const resume = await server.waitForResume();
  assert.equal((await got).content, 'meanwhile');
  assert.equal(resume.session_id, [...server.gateway.sessions.keys()][0]);
  assert.equal(server.gateway.live[0].path, '/resume');
  assert.equal(server.gateway.identifies.length, 1);
});

test('op 7 makes it resume, op 9 false makes it identify', { timeout: 30_000 }, async () => {
  const client = await loggedIn();
  const resumed = seen(client, Events.ShardResume);
  server.gateway.askToReconnect();
  await server.waitForResume();
  await resumed;
  const ready = seen(client, Events.ShardReady);
  server.gateway.invalidate(false);
  await server.waitForIdentify(2, { timeoutMs: 20_000 });
  await ready; // a client that is ended in between never ends
});

test('a wrong token stops it for good: 401 at the look-up, 4004 at the gateway', async () => {
  const client = makeClient();
  await assert.rejects(client.login('NDI.wrong.token'), /invalid token/i);
  const raw = await rawClient();
  raw.send({ op: 2, d: { token: 'NDI.wrong.token', intents: 0, properties: {} } });
  assert.equal(await raw.closed, 4004);
});

test('a token that is revoked while logged in ends discord.js', async () => {
  const client = await loggedIn();
  const ended = seen(client, Events.ShardDisconnect);
  server.gateway.closeAll(4004);
  assert.equal((await ended).code, 4004);
});

test('a privileged intent that is not allowed closes with 4014', async () => {
  server.gateway.allowedPrivileged = 0;
  await assert.rejects(makeClient().login(server.token), /disallowed intents/i);
});

test('the gateway keeps its rules, and tells who broke them', async () => {
  const unauthenticated = await rawClient();
  unauthenticated.send({ op: 3, d: {} });
  assert.equal(await unauthenticated.closed, 4003);
  const twice = await rawClient();
  twice.identify();
  await twice.next((p) => p.t === 'READY');
  twice.identify();
  assert.equal(await twice.closed, 4005);
  const long = await rawClient();
  long.send({ op: 1, d: 'x'.repeat(5000) });
  assert.equal(await long.closed, 4002);
  const chatty = await rawClient();
  for (let i = 0; i < 121; ++i) chatty.send({ op: 1, d: null });
  assert.equal(await chatty.closed, 4008);
  const strange = await rawClient();
  strange.send({ op: 77 });
  assert.equal(await strange.closed, 4001);
  assert.equal(await (await rawClient('v=9&encoding=json')).closed, 4012);
  const told = problems();
  for (const wanted of [/comes before IDENTIFY/, /this connection has identified/, /a payload of 5\d\d\d bytes/, /more than 120 payloads in 60 s/]) {
    assert.ok(told.some((problem) => wanted.test(problem)), `${wanted}: ${told}`);
  }
});

test('what the description of the gateway does not have is noticed', { skip: gatewaySpecPath() ? false : 'the official description is not at hand' }, async () => {
  for (const [query, wanted] of [['v=9&encoding=json', 'v is 9, not 10'], ['v=10', 'encoding is null, not json'],
    ['v=10&encoding=etf', 'encoding is etf, not json'], ['v=10&encoding=json&compress=gzip', 'compress is gzip'], ['v=10&encoding=json&compres=zlib-stream', 'compres is not in the description']]) {
    await rawClient(query);
    assert.deepEqual(problems(), [wanted]);
  }
  const { token } = server;
  const identify = { token, intents: 0, properties: {} };
  const resume = { token, session_id: 'a', seq: 1 };
  for (const [payload, wanted] of [
    [{ op: 10, d: null }, 'clients send no op 10'],
    [{ op: 1, d: null, id: 1 }, '/id is not in the description'],
    [{ op: 1, d: '7' }, '/d is "7", not the last sequence number or null'],
    [{ op: 1 }, '/d is undefined, not the last sequence number or null'],
    [{ op: 2, d: { ...identify, token: undefined } }, '/d/token is missing'],
    [{ op: 2, d: { ...identify, properties: 'linux' } }, '/d/properties is not object'],
    [{ op: 2, d: { ...identify, compress: 1 } }, '/d/compress is not boolean'],
    [{ op: 2, d: { ...identify, shard: [0] } }, '/d/shard is not array of two integers (shard_id, num_shards)'],
    [{ op: 2, d: { ...identify, large_treshold: 50 } }, '/d/large_treshold is not in the description'],
    [{ op: 2, d: { ...identify, large_threshold: 1 } }, '/d/large_threshold is not from 50 to 250'],
    [{ op: 2, d: { ...identify, intents: 1 << 30 } }, `/d/intents has bits that are no intent: ${1 << 30}`],
    [{ op: 6, d: { ...resume, seq: '1' } }, '/d/seq is not integer'],
    [{ op: 6, d: { ...resume, session_id: undefined } }, '/d/session_id is missing'],
    [{ op: 6, d: { ...resume, intents: 0 } }, '/d/intents is not in the description'],
  ]) {
    server.gateway.identifyWindowMs = 0;
    const client = await rawClient();
    client.send(payload);
    await server.waitFor(() => server.violations.length > 0, wanted);
    assert.deepEqual(problems(), [wanted]);
  }
});

test("the gateway's limits are those of the description", { skip: gatewaySpecPath() ? false : 'the official description is not at hand' }, () => {
  const spec = JSON.parse(readFileSync(gatewaySpecPath(), 'utf8'));
  assert.equal(spec.max_client_payload_bytes, 4096);
  assert.deepEqual([spec.client_event_limit.events, spec.client_event_limit.per_seconds, spec.client_event_limit.on_exceed], [120, 60, 'close 4008']);
  assert.equal(spec.identify_limit.concurrency_window_s * 1000, server.gateway.identifyWindowMs);
  assert.equal(spec.identify_limit.on_exceed, 'op 9');
});

test('a second IDENTIFY within 5 s is answered with op 9', async () => {
  const first = await rawClient();
  first.identify();
  await first.next((p) => p.t === 'READY');
  const second = await rawClient();
  second.identify();
  assert.equal((await second.next((p) => p.op === 9)).d, false);
  assert.deepEqual(problems(), ['sooner than 5000 ms after the one before']);
  assert.equal(server.gateway.identifies.length, 1);
  server.gateway.identifyWindowMs = 0; // the time is over
  second.identify();
  await second.next((p) => p.t === 'READY');
});

test('a resume of the future is refused, of nobody is invalid, and 1000 ends a session', async () => {
  const first = await rawClient();
  first.identify();
  const ready = await first.next((p) => p.t === 'READY');
  const session = { token: server.token, session_id: ready.d.session_id };
  const future = await rawClient();
  future.send({ op: 6, d: { ...session, seq: 99 } });
  assert.equal(await future.closed, 4007);
  assert.deepEqual(problems(), ['event 99 was never sent']);
  const nobody = await rawClient();
  nobody.send({ op: 6, d: { ...session, session_id: 'nobody', seq: 1 } });
  assert.equal((await nobody.next((p) => p.op === 9)).d, false);
  first.ws.close(1000);
  await server.waitFor(() => server.gateway.sessions.size === 0, 'the end of the session');
});

test('IDENTIFYs are counted', async () => {
  server.gateway.identifyWindowMs = 0;
  server.gateway.limit.remaining = 1;
  const first = await rawClient();
  first.identify();
  await first.next((p) => p.t === 'READY');
  const second = await rawClient();
  second.identify();
  assert.equal((await second.next((p) => p.op === 9)).d, false);
  const { session_start_limit: limit } = await rest().get(Routes.gatewayBot());
  assert.equal(limit.remaining, 0);
});

// discord.js reads zlib-stream only with a native package, so zlib itself is the judge here.
test('zlib-stream is one zlib stream, each message flushed, split as it comes', async () => {
  server.gateway.frameBytes = 7;
  const ws = new WebSocket(`${server.gatewayUrl}?v=10&encoding=json&compress=zlib-stream`);
  running.push(() => ws.terminate());
  const inflate = createInflate();
  const texts = new PassThrough();
  inflate.pipe(texts);
  const suffix = Buffer.from('0000ffff', 'hex');
  let pieces = 0;
  let tail = Buffer.alloc(0);
  const messages = new Promise((resolve, reject) => {
    const found = [];
    ws.on('error', reject);
    ws.on('message', (data, isBinary) => {
      assert.ok(isBinary);
      pieces += 1;
      tail = Buffer.concat([tail, data]).subarray(-4);
      inflate.write(data);
      if (!tail.equals(suffix)) return;
      inflate.flush(() => {
        found.push(JSON.parse(texts.read()));
        if (found.length === 1) ws.send(JSON.stringify({ op: 1, d: null }));
        if (found.length === 2) resolve(found);
      });
    });
  });
  assert.deepEqual((await messages).map((m) => m.op), [10, 11]);
  assert.ok(pieces > 5);
});
