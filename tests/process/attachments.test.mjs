// Files and pictures through the real gateway: from a platform to a model that sees them, and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiscordServer } from '../support/discord_server.mjs';
import { healthUntil, startGateway } from '../support/gateway.mjs';
import { LlmServer } from '../support/llm_server.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';
import { WhatsAppServer } from '../support/whatsapp_server.mjs';

// A red pixel.
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64');
const dataUrl = `data:image/png;base64,${png.toString('base64')}`;
const url = 'https://pictures.example/cat.png';

/** A gateway between a platform's fake and a model; `provider` is openai or anthropic. */
async function withGateway({ platform, section, provider = 'openai', more = '', env = {} }, body) {
  const llm = await new LlmServer().start((mock) => {
    mock.onMessage(/show/i, { content: `Here it is:\n\n![a *cat*](${url})\n\nNice?` });
    mock.onMessage(/.*/, { content: 'I see.' });
  });
  const base = provider === 'openai' ? `${llm.url}/v1` : llm.url;
  const gateway = await startGateway({
    config: `providers: [{ name: ${provider}, apiKey: sk-test, model: m, baseUrl: "${base}" }]
queue: { debounceMs: 0 }
channels:
  ${section}
${more}`,
    env,
  });
  const asked = () => llm.requests.map((r) => r.body.messages);
  try {
    await body({ gateway, llm, asked });
    await gateway.stop();
  } finally {
    if (!gateway.exited) await gateway.kill();
    await platform.stop();
    await llm.stop();
  }
}

const imagesIn = (messages) => messages.flatMap((m) => (Array.isArray(m.content) ? m.content : [])).filter((p) => p.type === 'image_url').map((p) => p.image_url.url);

test('Telegram: a photo is shown to the model, again with the next question, and a picture comes back as one', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const section = `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"], sendPictures: true }`;
  await withGateway({ platform: telegram, section }, async ({ asked, gateway }) => {
    telegram.sendMedia(7, 'photo', png, { caption: 'what is this?' });
    await telegram.waitForSent();
    assert.deepEqual(asked()[0], [{ role: 'user', content: [{ type: 'text', text: 'what is this?\n[image/jpeg]' }, { type: 'image_url', image_url: { url: dataUrl } }] }]);
    assert.equal(telegram.downloads.length, 1);

    telegram.sendText(7, 'show me another');
    await telegram.waitForSent(4);
    assert.deepEqual(imagesIn(asked()[1]), [dataUrl]);
    assert.equal(asked()[1].at(-1).content, 'show me another');
    assert.deepEqual(telegram.sent.slice(1).map((m) => m.text ?? [m.photo.length, m.caption]), ['Here it is:', [2, 'a cat'], 'Nice?']);
    assert.ok(!gateway.output.includes(telegram.token));
  });
});

test('Telegram: what it no longer has, and what no model reads, is told to the model', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const section = `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"], sendPictures: true }`;
  await withGateway({ platform: telegram, section }, async ({ asked }) => {
    const update = telegram.sendMedia(7, 'document', Buffer.from('%PDF-1.7 x'), { mime: 'application/pdf', name: 'plan.pdf', caption: 'read' });
    await telegram.waitForSent();
    assert.deepEqual(asked()[0][0].content[1], { type: 'file', file: { filename: 'plan.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjcgeA==' } });
    telegram.files.forget(update.message.document.file_id);
    telegram.sendMedia(7, 'video', Buffer.from('film'), { mime: 'video/mp4', name: 'a.mp4', caption: 'watch' });
    await telegram.waitForSent(2);
    assert.deepEqual(asked()[1].map((m) => m.content), ['read\n[application/pdf: plan.pdf]\n[plan.pdf: it is no longer there]', 'I see.', 'watch\n[video/mp4: a.mp4]']);
  });
});

test('a model that refuses pictures answers without them', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const section = `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"], sendPictures: true }`;
  await withGateway({ platform: telegram, section }, async ({ asked, llm }) => {
    llm.fail('/v1/chat', { status: 400, body: '{"error":{"message":"this model does not take images","type":"invalid_request_error","code":"invalid_value"}}' });
    telegram.sendMedia(7, 'photo', png, { caption: 'what is this?' });
    assert.equal((await telegram.waitForSent()).text, 'I see.');
    assert.equal(asked().length, 2);
    assert.equal(asked()[1][0].content, 'what is this?\n[image/jpeg]\n[image/jpeg: the model could not read it]');
  });
});

test('Telegram groups: what is accepted gets a reaction, which goes with the answer when asked for', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const section = `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", groupPolicy: open, groups: ["*"], requireMention: false, removeAckAfterReply: true }`;
  await withGateway({ platform: telegram, section }, async () => {
    const { message } = telegram.sendText(7, 'hello', { chat: { id: -100123, type: 'supergroup', title: 'Team' } });
    await telegram.waitForSent();
    await telegram.waitForCall('setMessageReaction', () => true, { n: 2 });
    assert.deepEqual(telegram.reactions.map((r) => [r.message, r.emoji]), [[message.message_id, ['👀']], [message.message_id, []]]);
  });
});

test('Discord: a file reaches Anthropic in its own form; the token stays with Discord', async () => {
  const discord = await new DiscordServer().start();
  const section = `discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"], sendPictures: true, groupPolicy: open, groups: ["*"] }`;
  await withGateway({ platform: discord, section, provider: 'anthropic' }, async ({ asked, gateway }) => {
    await healthUntil(gateway, (h) => h.channels.discord === 'connected');
    discord.sendFile(7, png, { text: 'what is this?', name: 'dot.png', mime: 'image/png' });
    await discord.waitForSent();
    assert.deepEqual(asked()[0][0].content, [
      { type: 'text', text: 'what is this?\n[image/png: dot.png]' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png.toString('base64') } }]);
    const said = discord.sendText(7, 'show me another', { channel: discord.guildChannel(), mention: true });
    await discord.waitForSent(4);
    assert.deepEqual(discord.sent.slice(1).map((m) => [m.content, m.embeds?.[0]?.image?.url]), [['Here it is:', undefined], ['a cat', url], ['Nice?', undefined]]);
    await discord.waitFor(() => discord.reactionLog.length > 0 || undefined);
    assert.deepEqual(discord.reactionLog.map((r) => [r.message, r.emoji, r.on]), [[said.id, '👀', true]]);
  });
});

test('WhatsApp: a photo and its caption reach the model, a picture goes out by its address', async () => {
  const meta = await new WhatsAppServer({ numbers: ['106540352242922'] }).start();
  const section = `whatsapp: { token: "${meta.token}", apiRoot: "${meta.apiRoot}", dmPolicy: open, allowFrom: ["*"], sendPictures: true }`;
  await withGateway({ platform: meta, section, env: { WHATSAPP_APP_SECRET: meta.appSecret, WHATSAPP_VERIFY_TOKEN: 'open-sesame-0123456789' } }, async ({ asked, gateway }) => {
    meta.webhookUrl = `${gateway.url}/channels/whatsapp/webhook`;
    await healthUntil(gateway, (h) => h.channels.whatsapp !== 'connecting');
    await meta.sendMedia('16505551234', 'image', png, { mime: 'image/png', caption: 'what is this?' });
    await meta.waitForSent();
    assert.deepEqual(imagesIn(asked()[0]), [dataUrl]);
    await meta.sendText('16505551234', 'show me another');
    await meta.waitForSent(4);
    assert.deepEqual(meta.sent.slice(1).map((m) => m.text ?? [m.shown.type, m.shown.link, m.shown.caption]), ['Here it is:', ['image', url, 'a cat'], 'Nice?']);
  });
});

test('without sendPictures a picture in an answer is a link, which nobody fetches', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const section = `telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }`;
  await withGateway({ platform: telegram, section }, async () => {
    telegram.sendText(7, 'show me another');
    const { text, entities } = await telegram.waitForSent();
    assert.equal(text, 'Here it is:\n\na cat\n\nNice?');
    assert.equal(entities.find((e) => e.type === 'text_link').url, url);
  });
});
