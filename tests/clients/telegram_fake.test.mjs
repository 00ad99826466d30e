// The fake Bot API is believed because grammY, the official-grade client, works against it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';

import { Bot, GrammyError } from 'grammy';

import { specPath } from '../support/telegram/spec_validator.mjs';
import { errors, TelegramServer } from '../support/telegram_server.mjs';

let server;
const running = [];

beforeEach(async () => {
  server = await new TelegramServer({ conflictDelayMs: 50 }).start();
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await server.stop();
});

function makeBot(options = {}) {
  return new Bot(server.token, { client: { apiRoot: server.apiRoot }, ...options });
}

/** Starts polling; resolves, once the first poll has come, to { ended }: how the polling ends. */
async function startPolling(bot, n = 1) {
  const ended = bot.start({ drop_pending_updates: false });
  ended.catch(() => {}); // the tests that expect a failure await it themselves
  running.push(() => bot.stop().catch(() => {}));
  await server.waitForCall('getUpdates', undefined, { n });
  return { ended };
}

test('a long poll receives and replies, and the offset confirms', async () => {
  const bot = makeBot();
  bot.on('message:text', (ctx) => ctx.reply(`you said ${ctx.message.text}`));
  await startPolling(bot);
  const update = server.sendText(7, 'hello');
  assert.equal((await server.waitForSent()).text, 'you said hello');
  await server.waitForConfirmed(update);
  await server.waitForCall('getUpdates', (p) => p.offset === update.update_id + 1);
  assert.deepEqual(server.violations, []);
});

test('getWebhookInfo tells of the address, of what waits and of the last failure', async () => {
  const bot = makeBot();
  const none = { url: '', has_custom_certificate: false, pending_update_count: 0 };
  assert.deepEqual(await bot.api.getWebhookInfo(), none);
  const refusing = createServer((request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => refusing.once('listening', resolve));
  running.push(() => new Promise((resolve) => {
    refusing.closeAllConnections();
    refusing.close(resolve);
  }));
  const url = 'https://gateway.example.org/hook';
  server.webhookTarget = `http://127.0.0.1:${refusing.address().port}/`;
  await bot.api.setWebhook(url, { allowed_updates: ['message'] });
  server.sendText(7, 'hello');
  await server.waitForWebhookAttempt((a) => a.status === 503);
  const info = await bot.api.getWebhookInfo();
  assert.deepEqual([info.url, info.pending_update_count, info.allowed_updates], [url, 1, ['message']]);
  assert.equal(info.last_error_message, 'Wrong response from the webhook: 503 Service Unavailable');
  assert.ok(Math.abs(info.last_error_date - Date.now() / 1000) < 60);
  await bot.api.deleteWebhook({ drop_pending_updates: true });
  assert.deepEqual(await bot.api.getWebhookInfo(), { ...none, allowed_updates: ['message'] });
});

test('an unconfirmed update is delivered again, a confirmed one is not', async () => {
  const bot = makeBot();
  const first = server.sendText(7, 'a');
  const second = server.sendText(7, 'b');
  assert.equal((await bot.api.getUpdates()).length, 2);
  assert.deepEqual((await bot.api.getUpdates({ offset: second.update_id })).map((u) => u.update_id), [second.update_id]);
  assert.equal((await bot.api.getUpdates({ limit: 1 }))[0].update_id, second.update_id);
  assert.ok(first.update_id < second.update_id);
});

test('a negative offset keeps only the last ones', async () => {
  const bot = makeBot();
  for (const text of ['a', 'b', 'c']) server.sendText(7, text);
  const last = await bot.api.getUpdates({ offset: -1 });
  assert.deepEqual(last.map((u) => u.message.text), ['c']);
  assert.equal(server.updates.unconfirmed.length, 1);
});

test('allowed_updates filters, and sticks', async () => {
  const bot = makeBot();
  await bot.api.getUpdates({ offset: 1, allowed_updates: ['edited_message'] });
  server.sendText(7, 'unwanted');
  assert.equal(server.updates.unconfirmed.length, 0);
});

test('a second poller ends the older poll with 409, and grammY stops for good', async () => {
  const bot = makeBot();
  const { ended } = await startPolling(bot);
  await startPolling(makeBot(), 2);
  const error = await ended.catch((e) => e);
  assert.ok(error instanceof GrammyError, String(error));
  assert.equal(error.error_code, 409);
  assert.match(error.description, /terminated by other getUpdates/);
});

test('grammY obeys 429 on getUpdates and goes on', async () => {
  server.inject({ method: 'getUpdates', error: errors.flood(1) });
  const bot = makeBot();
  bot.on('message:text', (ctx) => ctx.reply('late'));
  const before = performance.now();
  await startPolling(bot);
  server.sendText(7, 'hello');
  assert.equal((await server.waitForSent()).text, 'late');
  assert.ok(performance.now() - before >= 990, 'retry_after was waited for');
});

test('HTML is parsed as Telegram parses it, and the limit counts what is left', async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  const html = (text) => bot.api.sendMessage(7, text, { parse_mode: 'HTML' });
  const sent = await html('<b>a <i>b</i></b> &lt;&amp;&quot;&#39; <a href="https://x/?a=1&amp;b">c</a>'
    + '<pre><code class="language-py">d</code></pre><blockquote>e</blockquote> 5 > 4 & f');
  assert.equal(sent.text, 'a b <&"\' cde 5 > 4 & f');
  assert.deepEqual(sent.entities, [
    { type: 'bold', offset: 0, length: 3 }, { type: 'italic', offset: 2, length: 1 },
    { type: 'text_link', offset: 9, length: 1, url: 'https://x/?a=1&b' },
    { type: 'pre', offset: 10, length: 1, language: 'py' }, { type: 'blockquote', offset: 11, length: 1 },
  ]);
  await html('&amp;'.repeat(4096));
  const refused = async (text) => (await html(text).catch((e) => e)).description;
  assert.equal(await refused('&amp;'.repeat(4097)), 'Bad Request: message is too long');
  assert.equal(await refused(`<a href="https://${'x'.repeat(32768)}">y</a>`), 'Bad Request: text is too long');
  assert.equal(await refused('<b> </b>'), 'Bad Request: message text is empty');
  const why = "Bad Request: can't parse entities: ";
  assert.equal(await refused('<foo>x'), `${why}Unsupported start tag "foo" at byte offset 0`);
  assert.equal(await refused('é<b>x</i>'), `${why}Unmatched end tag at byte offset 6, expected "</b>", found "</i>"`);
  assert.equal(await refused('<b>x'), `${why}Can't find end tag corresponding to start tag "b"`);
  assert.equal(await refused('x</b>'), `${why}Unexpected end tag at byte offset 1`);
  assert.equal(await refused('1 <2'), `${why}Unclosed start tag at byte offset 2`);
  await assert.rejects(bot.api.sendMessage(7, 'x', { parse_mode: 'LaTeX' }), /unsupported parse_mode/);
});

test('errors reach the client as Telegram words them', async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  server.addChat({ id: -5, type: 'group', title: 'Team' });
  const described = async (call) => (await call.then(() => undefined, (e) => e))?.description;
  assert.equal(await described(bot.api.sendMessage(99, 'x')), 'Bad Request: chat not found');
  assert.equal(await described(bot.api.sendMessage(7, ' ')), 'Bad Request: message text is empty');
  assert.equal(await described(bot.api.sendMessage(7, 'x'.repeat(4097))), 'Bad Request: message is too long');
  server.failChat(7, errors.blocked);
  assert.equal(await described(bot.api.sendMessage(7, 'x')), 'Forbidden: bot was blocked by the user');
  server.migrateChat(-5, -1005);
  const moved = await bot.api.sendMessage(-5, 'x').catch((e) => e);
  assert.equal(moved.parameters.migrate_to_chat_id, -1005);
  assert.equal((await bot.api.sendMessage(-1005, 'x')).chat.id, -1005);
  const stranger = new Bot('43:other', { client: { apiRoot: server.apiRoot } });
  assert.equal(await described(stranger.api.getMe()), 'Unauthorized');
});

test('edits, drafts and actions behave', async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  const message = await bot.api.sendMessage(7, 'a');
  await bot.api.editMessageText(7, message.message_id, 'b');
  assert.equal(server.sent[0].text, 'b');
  await assert.rejects(bot.api.editMessageText(7, message.message_id, 'b'), /message is not modified/);
  assert.equal(await bot.api.deleteMessage(7, message.message_id), true);
  await assert.rejects(bot.api.deleteMessage(7, message.message_id), /message to delete not found/);
  await bot.api.raw.sendMessageDraft({ chat_id: 7, draft_id: 3, text: 'Hel' });
  assert.equal(server.drafts.length, 1);
  await assert.rejects(bot.api.raw.sendMessageDraft({ chat_id: 7, draft_id: 0, text: 'x' }), /DRAFT_ID_INVALID/);
  await bot.api.sendChatAction(7, 'typing');
  await assert.rejects(bot.api.sendChatAction(7, 'dancing'), /wrong parameter action/);
  assert.deepEqual(server.violations, []);
});

test('a photo that somebody sends is looked up and downloaded', async () => {
  const bot = makeBot();
  const came = new Promise((resolve) => bot.on('message:photo', resolve));
  await startPolling(bot);
  server.sendMedia(7, 'photo', Buffer.from('a picture'), { caption: 'look' });
  const ctx = await came;
  assert.equal(ctx.message.caption, 'look');
  const file = await ctx.getFile(); // of the largest size
  assert.equal(file.file_size, 9);
  const at = (token, path) => fetch(`${server.apiRoot}/file/bot${token}/${path}`);
  assert.equal(await (await at(server.token, file.file_path)).text(), 'a picture');
  assert.equal((await at('43:other', file.file_path)).status, 404);
  assert.equal((await at(server.token, 'photos/none.jpg')).status, 404);
  server.files.forget(file.file_id);
  await assert.rejects(bot.api.getFile(file.file_id), /temporarily unavailable/);
  const { file_id: large } = server.files.add(Buffer.from(''), { size: 21 << 20 });
  await assert.rejects(bot.api.getFile(large), /file is too big/);
  assert.deepEqual(server.violations, []);
});

test('media is sent by its address, and what Telegram cannot get is refused', async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  const url = 'https://example.org/a';
  const photo = await bot.api.sendPhoto(7, url, { caption: 'look' });
  assert.equal(photo.caption, 'look');
  assert.equal(photo.photo.length, 2);
  for (const method of ['sendAnimation', 'sendVideo', 'sendAudio', 'sendDocument']) await bot.api[method](7, url);
  assert.equal(server.sent.length, 5);
  server.failUrl(url, errors.wrongPage);
  await assert.rejects(bot.api.sendPhoto(7, url), /wrong type of the web page content/);
  await assert.rejects(bot.api.sendPhoto(7, 'not-an-address'), /wrong file identifier/);
  await assert.rejects(bot.api.sendPhoto(7, 'https://example.org/b', { caption: 'x'.repeat(1025) }), /caption is too long/);
  assert.deepEqual(server.violations, []);
});

test('a reaction is one of the allowed emoji, under a message that is there', async () => {
  const bot = makeBot();
  const { message } = server.sendText(7, 'hello');
  const react = (emoji) => bot.api.setMessageReaction(7, message.message_id, emoji ? [{ type: 'emoji', emoji }] : []);
  await react('👀');
  await react();
  assert.deepEqual(server.reactions.map((r) => r.emoji), [['👀'], []]);
  await assert.rejects(react('🧀'), /REACTION_INVALID/);
  await assert.rejects(bot.api.setMessageReaction(7, 999, []), /message to react not found/);
  assert.deepEqual(server.violations, []);
});

test('a misspelt parameter is noticed, also of a method that only the list has', { skip: specPath() ? false : 'the official description is not at hand' }, async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  await bot.api.raw.sendMessage({ chat_id: 7, text: 'x', reply_to_mesage_id: 1 });
  assert.equal(server.violations.splice(0).length, 1);
  await bot.api.raw.sendVideo({ chat_id: 7, video: 'https://example.org/a', captoin: 'x' });
  assert.equal(server.violations.splice(0).length, 1);
  await bot.api.raw.setMessageReaction({ chat_id: 7, message_id: 'x', reaction: [{ emoji: '👀' }] }).catch(() => {});
  assert.equal(server.violations.splice(0).length, 1);
  assert.throws(() => server.addUpdate({ message: { text: 'no date' } }), /not an update/);
});

test('a cut after the effect leaves the message sent', async () => {
  const bot = makeBot();
  server.addChat({ id: 7, type: 'private', first_name: 'Ann' });
  server.inject({ method: 'sendMessage', cut: 'after' });
  await assert.rejects(bot.api.sendMessage(7, 'x'));
  assert.equal(server.sent.length, 1);
});

async function webhookReceiver(answerOf) {
  const requests = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ secret: request.headers['x-telegram-bot-api-secret-token'], update: JSON.parse(body) });
    const { status, body: reply = '' } = answerOf(requests.length);
    response.writeHead(status).end(reply);
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  running.push(() => new Promise((resolve) => receiver.close(resolve)));
  return { requests, url: `http://127.0.0.1:${receiver.address().port}/hook` };
}

test('a webhook gets the secret, is retried until 200, and keeps a chat in order', async () => {
  const { requests, url } = await webhookReceiver((n) => ({ status: n === 1 ? 503 : 200 }));
  server.webhookTarget = url;
  await makeBot().api.setWebhook('https://example.org/hook', { secret_token: 's3cret' });
  server.sendText(7, 'a');
  const second = server.sendText(7, 'b');
  await server.waitForConfirmed(second);
  assert.deepEqual(requests.map((r) => r.update.message.text), ['a', 'a', 'b']);
  assert.ok(requests.every((r) => r.secret === 's3cret'));
});

test('a method in the webhook answer is run', async () => {
  const reply = JSON.stringify({ method: 'sendMessage', chat_id: 7, text: 'from the answer' });
  const { url } = await webhookReceiver(() => ({ status: 200, body: reply }));
  server.webhookTarget = url;
  await makeBot().api.setWebhook('https://example.org/hook');
  server.sendText(7, 'a');
  assert.equal((await server.waitForSent()).text, 'from the answer');
});

test('setWebhook ends a poll, an active webhook refuses polling, an http address is refused', async () => {
  const bot = makeBot();
  const polling = bot.api.getUpdates({ timeout: 30 }).catch((e) => e);
  await server.waitForCall('getUpdates');
  await assert.rejects(makeBot().api.setWebhook('http://example.org'), /An HTTPS URL must be provided/);
  await makeBot().api.setWebhook('https://127.0.0.1:1/');
  assert.match((await polling).description, /terminated by setWebhook/);
  await assert.rejects(bot.api.getUpdates(), /webhook is active/);
});
