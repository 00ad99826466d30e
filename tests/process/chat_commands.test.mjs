// What people write to the gateway itself, over a real store and after a restart.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHome, startGateway } from '../support/gateway.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';
import { TOO_LONG, startModel } from '../support/word_model.mjs';

test('/compact and /model last over kill -9, and /usage counts', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const model = await startModel(({ messages }, n) => (/Write a summary/.test(messages[0].content) ? 'They are called Ada.' : `answer ${n}`));
  const home = makeHome();
  const config = `providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
agents: [{ id: main, historyMessages: 4 }]
queue: { debounceMs: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  const say = async (text) => {
    const n = telegram.sent.length;
    telegram.sendText(7, text);
    return (await telegram.waitForSent(n + 1)).text;
  };
  const first = await startGateway({ config, home });
  assert.equal(await say('my name is Ada'), 'answer 1');
  assert.equal(await say('two'), 'answer 2');
  assert.equal(await say('/compact'), '2 earlier messages are now a summary; the newest stay as they are.');
  assert.match(model.requests[2].messages[1].content, /^User: my name is Ada\n\nAssistant: answer 1\n/);
  assert.equal(await say('/model big'), 'This conversation now uses big.');
  assert.match(await say('/usage'), /^Messages: 2 asked, 2 answered, \d+ bytes\n/);
  await first.kill();

  const second = await startGateway({ config, home });
  assert.equal(await say('who am I?'), 'answer 4');
  assert.equal(model.requests[3].model, 'big');
  assert.deepEqual(model.requests[3].messages, [
    { role: 'system', content: 'Summary of the conversation before:\nThey are called Ada.' },
    { role: 'user', content: 'two' },
    { role: 'assistant', content: 'answer 2' },
    { role: 'user', content: 'who am I?' },
  ]);
  await say('/new');
  await say('and now?');
  assert.deepEqual(model.requests[4].messages, [{ role: 'user', content: 'and now?' }]);
  await second.stop({ keepHome: true });
  await telegram.stop();
  model.stop();
  home.remove();
});

test('a conversation that has outgrown its model is summarised durably, and tokens are counted over kill -9', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const model = await startModel(({ messages }, n) => {
    if (/Write a summary/.test(messages[0].content)) return 'They are called Ada.';
    if (messages.some(({ content }) => content === 'my name is Ada') && n > 1) return TOO_LONG;
    return { content: `answer ${n}`, usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 } };
  });
  const home = makeHome();
  const config = `providers: [{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }]
queue: { debounceMs: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  const say = async (text) => {
    const n = telegram.sent.length;
    telegram.sendText(7, text);
    return (await telegram.waitForSent(n + 1)).text;
  };
  const first = await startGateway({ config, home });
  assert.equal(await say('my name is Ada'), 'answer 1');
  assert.equal(await say('who am I?'), 'answer 4');
  assert.deepEqual(model.requests[3].messages, [
    { role: 'system', content: 'Summary of the conversation before:\nThey are called Ada.' },
    { role: 'user', content: 'who am I?' },
  ]);
  await first.kill();

  const second = await startGateway({ config, home });
  assert.equal(await say('and now?'), 'answer 5');
  assert.equal(model.requests[4].messages[0].content, 'Summary of the conversation before:\nThey are called Ada.');
  assert.match(await say('/usage'), /\nTokens: 30 read, 6 written$/);
  await second.stop({ keepHome: true });
  await telegram.stop();
  model.stop();
  home.remove();
});
