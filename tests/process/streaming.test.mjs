// Answers that are shown while they are written, on platforms that edit messages.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { DiscordServer } from '../support/discord_server.mjs';
import { healthUntil, makeHome, startGateway } from '../support/gateway.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

/** A model that says each word when the test says so: say(word), end(). */
async function heldModel() {
  const open = [];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    open.push(response);
    server.emit('asked');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const chunk = (delta, finish) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    asked: async (n = 1) => { while (open.length < n) await once(server, 'asked'); },
    say: (words) => open.at(-1).write(chunk({ content: words }, null)),
    end: () => open.at(-1).end(`${chunk({}, 'stop')}data: [DONE]\n\n`),
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}

const config = (model, section) => `providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
queue: { debounceMs: 0 }
channels:
  ${section}
`;

test('Discord shows a long answer while it is written; the answer takes its place', async () => {
  const discord = await new DiscordServer().start();
  const model = await heldModel();
  const gateway = await startGateway({ config: config(model, `discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"] }`) });
  await healthUntil(gateway, (h) => h.channels.discord === 'connected');
  discord.sendText(7, 'hello');
  await model.asked();
  model.say('Once upon');
  const preview = await discord.waitForSent();
  assert.equal(preview.content, 'Once upon');
  assert.equal(preview.flags & 4096, 4096, 'it makes no notification');
  model.say(' a **time**');
  await discord.waitForCall('PATCH', /messages/);
  model.end();
  const answer = await discord.waitForSent(2);
  assert.equal(answer.content, 'Once upon a **time**');
  assert.equal((answer.flags ?? 0) & 4096, 0);
  await discord.waitForCall('DELETE', new RegExp(`messages/${preview.id}$`));
  assert.equal(discord.sent.length, 2);
  await gateway.stop();
  await discord.stop();
  model.stop();
});

test('killed while a preview stands, Discord ends with one answer and no preview', async () => {
  const discord = await new DiscordServer().start();
  const model = await heldModel();
  const home = makeHome();
  const start = () => startGateway({ home, config: config(model, `discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"] }`) });
  const first = await start();
  await healthUntil(first, (h) => h.channels.discord === 'connected');
  discord.sendText(7, 'hello');
  await model.asked();
  model.say('Once upon');
  const preview = await discord.waitForSent();
  // The edit comes after the preview was listed: both are answered on the channel's one loop.
  model.say(' a');
  await discord.waitForCall('PATCH', /messages/);
  await first.kill();
  const second = await start();
  await model.asked(2);
  model.say('Once upon a time');
  model.end();
  await discord.waitForCall('DELETE', new RegExp(`messages/${preview.id}$`));
  await discord.waitFor(() => discord.sent.find((m) => m.content === 'Once upon a time'));
  assert.equal(discord.sent.filter((m) => m.content === 'Once upon a time').length, 1);
  await second.stop();
  await discord.stop();
  model.stop();
  home.remove();
});

test('a Telegram group sees a long answer while it is written', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const model = await heldModel();
  const gateway = await startGateway({ config: config(model, `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", groupPolicy: open, groups: ["*"], requireMention: false }`) });
  telegram.sendText(7, 'hello', { chat: { id: -100123, type: 'supergroup', title: 'Team' } });
  await model.asked();
  model.say('Once upon');
  const preview = await telegram.waitForSent();
  assert.equal(preview.text, 'Once upon');
  assert.equal(preview.params.disable_notification, true);
  model.say(' a **time**');
  const edit = await telegram.waitForCall('editMessageText', (p) => p.message_id === preview.message_id); // five seconds later
  assert.deepEqual([edit.params.text, edit.params.parse_mode], ['Once upon a <b>time</b>', 'HTML']);
  model.end();
  const answer = await telegram.waitForSent(2);
  assert.equal(answer.text, 'Once upon a time');
  await telegram.waitForCall('deleteMessage', (p) => p.message_id === preview.message_id);
  await gateway.stop();
  await telegram.stop();
  model.stop();
});

test('with streaming off there is the answer alone', async () => {
  const discord = await new DiscordServer().start();
  const model = await heldModel();
  const gateway = await startGateway({ config: config(model, `discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"], streaming: "off" }`) });
  await healthUntil(gateway, (h) => h.channels.discord === 'connected');
  discord.sendText(7, 'hello');
  await model.asked();
  model.say('Once upon');
  await discord.waitForCall('POST', /typing$/, { n: 2 }); // six seconds later
  model.end();
  await discord.waitForSent();
  assert.deepEqual(discord.sent.map((m) => m.content), ['Once upon']);
  await gateway.stop();
  await discord.stop();
  model.stop();
});
