// Answers in the form of the platform, over the real binary.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiscordServer } from '../support/discord_server.mjs';
import { healthUntil, startGateway } from '../support/gateway.mjs';
import { TelegramServer, errors } from '../support/telegram_server.mjs';
import { startModel } from '../support/word_model.mjs';

test('Markdown reaches Telegram as its own markup, and as plain text where that is refused', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  let answer = '# Title\n**bold** _it_ `a<b` [link](https://example.org/?a=1&b=2)\n\n- one\n- two';
  const model = await startModel(() => answer);
  const gateway = await startGateway({ config: `providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
queue: { debounceMs: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
` });
  const say = async (text, parts = 1) => {
    const n = telegram.sent.length;
    telegram.sendText(7, text);
    await telegram.waitForSent(n + parts);
    return telegram.sent.slice(n);
  };

  const [formatted] = await say('hello');
  assert.equal(formatted.text, 'Title\n\nbold it a<b link\n\n• one\n• two');
  assert.deepEqual(formatted.entities.map((e) => [e.type, formatted.text.substr(e.offset, e.length)]),
    [['bold', 'Title'], ['bold', 'bold'], ['italic', 'it'], ['code', 'a<b'], ['text_link', 'link']]);
  assert.equal(formatted.entities[4].url, 'https://example.org/?a=1&b=2');

  telegram.inject({ method: 'sendMessage', error: errors.cannotParse('Unsupported start tag "x" at byte offset 0') });
  const [plain] = await say('again');
  assert.equal(plain.text, 'Title\n\nbold it a<b link (https://example.org/?a=1&b=2)\n\n- one\n- two');
  assert.equal(plain.params.parse_mode, undefined);

  answer = `\`\`\`js\n${'let a = "<&>";\n'.repeat(500)}\`\`\``;
  for (const part of await say('long', 2)) {
    assert.deepEqual(part.entities.map((e) => [e.type, e.language, e.length]), [['pre', 'js', part.text.length]]);
  }

  const [help] = await say('/model *a_b*_<c>');
  assert.equal(help.text, 'This conversation now uses *a_b*_<c>.');
  assert.equal(help.entities, undefined);
  await gateway.stop();
  await telegram.stop();
  model.stop();
});

test('Markdown reaches Discord in the kind that it reads', async () => {
  const discord = await new DiscordServer().start();
  const model = await startModel(() => '# Title\n**bold** _it_ 2 \\* 3 <@1> snake_case [link](https://a.example/b_(c)) https://d.example/e_f_g 链接：https://h.example/~i_(j)_k <https://l.example/~m>\n\n' +
    '1. one\n   - two\n\n> said\n\n```js\nlet a = `*${b}*`;\n```\n\n| a | b |\n|---|--:|\n| 1 | 22 |');
  const gateway = await startGateway({ config: `providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
queue: { debounceMs: 0 }
channels:
  discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
` });
  await healthUntil(gateway, (h) => h.channels.discord === 'connected');
  discord.sendText(7, 'hello');
  const answer = await discord.waitForSent();
  assert.equal(answer.content, '# Title\n\n**bold** *it* 2 \\* 3 \\<@1\\> snake\\_case [link](https://a.example/b_%28c%29) https://d.example/e_f_g 链接：https://h.example/%7Ei_%28j%29_k https://l.example/%7Em\n\n' +
    '1. one\n  - two\n\n> said\n\n```js\nlet a = `*${b}*`;\n```\n\n```\na |  b\n--+---\n1 | 22\n```');
  discord.sendText(7, '/model *a_b*');
  assert.equal((await discord.waitForSent(2)).content, 'This conversation now uses \\*a\\_b\\*.');
  await gateway.stop();
  await discord.stop();
  model.stop();
});
