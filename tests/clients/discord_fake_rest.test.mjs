// The fake Discord's REST API is believed because discord.js, the official-grade client, works against it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { Events, MessageFlags, Routes } from 'discord.js';

import { loggedIn, problems, rest, running, seen, server } from '../support/discord/official_client.mjs';
import { specPath } from '../support/discord/spec_validator.mjs';
import { errors } from '../support/discord_server.mjs';
import { specFile } from '../support/specs.mjs';

test('errors reach the client as Discord words them', async () => {
  const channel = server.guildChannel();
  const send = (id, body) => rest().post(Routes.channelMessages(id), { body }).then(() => undefined, (e) => e);
  assert.equal((await send('1', { content: 'x' })).code, 10003);
  assert.equal((await send(channel.id, { content: ' ' })).code, 50006);
  assert.equal((await send(channel.id, { content: 'x'.repeat(2001) })).code, 50035);
  server.failChannel(channel.id, errors.missingPermissions);
  const error = await send(channel.id, { content: 'x' });
  assert.equal(error.status, 403);
  assert.match(error.message, /Missing Permissions/);
});

test('a nonce that is enforced gives the earlier message', async () => {
  const channel = server.guildChannel();
  const body = { content: 'once', nonce: 'n-1', enforce_nonce: true };
  const first = await rest().post(Routes.channelMessages(channel.id), { body });
  const second = await rest().post(Routes.channelMessages(channel.id), { body });
  assert.equal(first.id, second.id);
  assert.equal(server.sent.length, 1);
  await rest().post(Routes.channelMessages(channel.id), { body: { ...body, nonce: 'n-2' } });
  assert.equal(server.sent.length, 2);
});

test('discord.js waits for the bucket that the headers tell, and obeys a global 429', async () => {
  const channel = server.guildChannel();
  server.rates.set('POST /channels/messages', { limit: 1, windowMs: 400 });
  const client = rest();
  const before = performance.now();
  for (const content of ['a', 'b', 'c']) await client.post(Routes.channelMessages(channel.id), { body: { content } });
  assert.ok(performance.now() - before >= 750, 'both windows were waited for');
  // The first answer names the bucket, for which discord.js begins a new queue: that one meets a 429, no other.
  assert.equal(server.calls.length, 4);
  server.inject({ method: 'GET', path: /users/, error: errors.rateLimited(0.2, true) });
  assert.equal((await client.get(Routes.user())).id, '42');
});

test('a file that somebody sends is at a signed address, which ends', async () => {
  const client = await loggedIn();
  const came = seen(client, Events.MessageCreate);
  server.sendFile(7, Buffer.from('a picture'), { text: 'look', name: 'cat.png' });
  const { content, attachments } = await came;
  const file = attachments.first();
  assert.deepEqual([content, file.name, file.size, file.contentType], ['look', 'cat.png', 9, 'image/png']);
  assert.equal(await (await fetch(file.url)).text(), 'a picture');
  assert.equal((await fetch(file.url.replace('cat', 'dog'))).status, 404);
  server.cdn.expire();
  assert.equal((await fetch(file.url)).status, 404);
  assert.deepEqual(server.violations, []);
});

test('discord.js reacts and takes it back, one every 250 ms', async () => {
  const client = await loggedIn();
  const came = seen(client, Events.MessageCreate);
  const { id, channel_id: channel } = server.sendText(7, 'hello');
  const message = await came;
  const before = performance.now();
  const reaction = await message.react('👀');
  assert.deepEqual([...server.reactions.get(`${channel}:${id}`)], ['👀']);
  await reaction.users.remove(client.user.id);
  assert.deepEqual(server.reactionLog.map((r) => r.on), [true, false]);
  await message.react('🎉');
  assert.ok(performance.now() - before >= 490, 'the limit was obeyed');
  assert.equal((await rest().put(Routes.channelMessageOwnReaction(channel, '1', '%F0%9F%91%80')).catch((e) => e)).code, 10008);
  assert.equal((await rest().put(Routes.channelMessageOwnReaction(channel, id, 'nonsense')).catch((e) => e)).code, 10014);
  assert.deepEqual(server.violations, []);
});

test('discord.js sends without a notification, edits and deletes', async () => {
  const client = await loggedIn();
  const came = seen(client, Events.MessageCreate);
  server.sendText(7, 'hello');
  const { channel } = await came;
  const quiet = await channel.send({ content: 'once', flags: MessageFlags.SuppressNotifications });
  assert.ok(quiet.flags.has(MessageFlags.SuppressNotifications));
  // Its own edit() sends fields of a new message along, which the description does not have.
  const edit = (content) => rest().patch(Routes.channelMessage(channel.id, quiet.id), { body: { content } });
  assert.equal((await edit('once upon')).content, 'once upon');
  await quiet.delete();
  assert.deepEqual(server.deleted, [quiet.id]);
  for (const again of [quiet.delete(), edit('x')]) {
    assert.equal((await again.catch((e) => e)).code, 10008);
  }
  assert.deepEqual(server.violations, []);
});

test('an embed shows a picture, and an address that is none is refused', async () => {
  const { id } = server.guildChannel();
  const client = await loggedIn();
  const channel = await client.channels.fetch(id);
  const sent = await channel.send({ content: 'look', embeds: [{ image: { url: 'https://example.org/a.png' } }] });
  assert.equal(sent.embeds[0].image.url, 'https://example.org/a.png');
  const bad = { embeds: [{ image: { url: 'no address' } }] };
  assert.equal((await rest().post(Routes.channelMessages(channel.id), { body: bad }).catch((e) => e)).code, 50035);
  assert.deepEqual(server.violations, []);
});

test('a misspelt parameter is noticed', { skip: specPath() ? false : 'the official description is not at hand' }, async () => {
  const channel = server.guildChannel();
  await assert.rejects(rest().post(Routes.channelMessages(channel.id), { body: { content: 'x', allowed_mention: {} } }), /Invalid Form Body/);
  assert.deepEqual(problems(), ['/allowed_mention is not in the description']);
});

test('a cut after the effect leaves the message sent', async () => {
  const channel = server.guildChannel();
  server.inject({ method: 'POST', path: /messages/, cut: 'after' });
  await assert.rejects(rest().post(Routes.channelMessages(channel.id), { body: { content: 'x' } }));
  assert.equal(server.sent.length, 1);
});

test('a call that is held takes effect before or after, as the test says', async () => {
  const { id } = server.guildChannel();
  for (const [n, isAfter] of [false, true].entries()) {
    let letGo;
    const hold = server.inject({ method: 'POST', path: /messages/, content: 'held', after: isAfter, until: new Promise((resolve) => (letGo = resolve)) });
    const held = rest().post(Routes.channelMessages(id), { body: { content: 'held' } });
    await server.waitFor(() => hold.times === 0, 'the call');
    assert.equal(server.sent.length, n + Number(isAfter));
    letGo();
    assert.equal((await held).content, 'held');
    assert.equal(server.sent.length, n + 1);
  }
});

test('interactions are signed as the published vectors are', { skip: specFile('signature-vectors.json') ? false : 'the vectors are not at hand' }, async () => {
  const vectors = JSON.parse(readFileSync(specFile('signature-vectors.json'), 'utf8')).discord;
  const requests = [];
  const receiver = createServer((request, response) => {
    requests.push(request.headers);
    response.writeHead(200).end('{"type":1}');
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  running.push(() => new Promise((resolve) => receiver.close(resolve)));
  const [right] = vectors.cases;
  await server.signer.post(`http://127.0.0.1:${receiver.address().port}/`, JSON.parse(right.body), { timestamp: right.timestamp });
  assert.equal(server.signer.publicKey, vectors.public_key_hex);
  assert.equal(requests[0]['x-signature-ed25519'], right.signature_hex);
});
