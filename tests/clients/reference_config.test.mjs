// The user's reference configuration, as it stands, with real clients on every side.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { apiKey, cli, healthUntil, makeHome, root, startGateway } from '../support/gateway.mjs';
import { LlmServer } from '../support/llm_server.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

const reference = readFileSync(path.join(root, 'core/config/testdata/reference.yaml'), 'utf8');
const canary = 'sk-canary-77aa55cc33ee11';
const environment = {
  OPENCLAW_API_KEY: apiKey,
  OPENCLAW_BEARER_TOKEN: 'bearer-0123456789abcdef',
  OPENAI_API_KEY: canary,
  ANTHROPIC_API_KEY: `${canary}-anthropic`,
  WHATSAPP_TOKEN: `${canary}-whatsapp`,
};

let telegram;
let llm;
let gateway;
let client;

before(async () => {
  telegram = await new TelegramServer().start();
  llm = await new LlmServer().start((mock) => {
    mock.onMessage(/hello/i, { content: 'Hello from the model!' });
    mock.onMessage(/long/i, { content: Array.from({ length: 400 }, (_, i) => `Sentence number ${i} of a long answer.`).join(' ') });
    mock.onMessage(/.*/, { content: 'I heard you.' });
  });
  // The copy differs in the two places that no environment variable reaches.
  const config = reference
    .replace('https://api.openai.com/v1', `${llm.url}/v1`)
    .replace('metricsPort: 9090', 'metricsPort: 0');
  assert.notEqual(config, reference);
  gateway = await startGateway({
    config,
    raw: true,
    env: {
      ...environment,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.apiRoot,
      ANTHROPIC_BASE_URL: llm.url,
    },
  });
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
});

after(async () => {
  try {
    await gateway?.stop();
  } finally {
    await llm?.stop();
    await telegram?.stop();
  }
});

test('the reference file is valid as it stands', async () => {
  const home = makeHome();
  const file = path.join(home.dir, 'reference.yaml');
  writeFileSync(file, reference);
  const result = await cli(['gateway', 'validate', '--config', file], {
    home: home.dir,
    env: { ...environment, TELEGRAM_BOT_TOKEN: telegram.token, OPENCLAW_PORT: undefined },
  });
  assert.equal(result.code, 0, result.stderr);
  home.remove();
});

test('telegram connects; whatsapp takes no message without the app secret, and says so', async () => {
  const health = await healthUntil(gateway, (h) => h.channels.telegram === 'connected' && h.channels.whatsapp !== 'connecting');
  assert.equal(health.channels.whatsapp, 'degraded');
  assert.match(health.details.whatsapp.reason, /channels\.whatsapp\.appSecret is missing/);
  assert.equal((await fetch(`${gateway.url}/channels/whatsapp/webhook`, { method: 'POST', body: '{}' })).status, 401);
  assert.equal(health.details.telegram.canReceive, true);
});

test('a stranger is given a pairing code once, is approved, and is answered by the model', async () => {
  telegram.sendText(7, 'hello there');
  const notice = await telegram.waitForSent(1);
  const code = /pairing approve telegram ([A-HJ-NP-Z2-9]{8})/.exec(notice.text)?.[1];
  assert.ok(code, notice.text);
  assert.equal(llm.requests.length, 0, 'the message of a stranger reached the model');

  const list = await cli(['pairing', 'list', '--json'], { home: gateway.home.dir, env: environment });
  assert.equal(JSON.parse(list.stdout).pending[0].code, code);
  const wrong = await cli(['pairing', 'approve', 'telegram', 'AAAAAAAA'], { home: gateway.home.dir, env: environment });
  assert.equal(wrong.code, 1);
  const approve = await cli(['pairing', 'approve', 'telegram', code], { home: gateway.home.dir, env: environment });
  assert.equal(approve.code, 0, approve.stderr);
  assert.equal(approve.stdout, 'Approved 7 on telegram.\n');

  telegram.sendText(7, 'hello again');
  const reply = await telegram.waitForSent(2);
  assert.equal(reply.text, 'Hello from the model!');
  assert.ok(telegram.actions.length > 0, 'no typing indicator was shown');
});

test('a long answer arrives in pieces within the limit, in order', async () => {
  const before = telegram.sent.length;
  telegram.sendText(7, 'a long one please');
  const last = await telegram.waitForSent((m) => m.text.includes('Sentence number 399'));
  assert.ok(last);
  const pieces = telegram.sent.slice(before).map((m) => m.text);
  assert.ok(pieces.length >= 4);
  for (const piece of pieces) assert.ok(piece.length <= 4096);
  const numbers = [...pieces.join(' ').matchAll(/number (\d+)/g)].map((m) => Number(m[1]));
  assert.deepEqual(numbers, Array.from({ length: 400 }, (_, i) => i));
});

test('/status, /whoami and /new are answered without the model', async () => {
  const asked = llm.requests.length;
  for (const [command, wanted] of [['/whoami', /Your id: 7/], ['/status', /Agent: main/], ['/new', /new conversation/i]]) {
    const before = telegram.sent.length;
    telegram.sendText(7, command);
    const reply = await telegram.waitForSent(before + 1);
    assert.match(reply.text, wanted);
  }
  assert.equal(llm.requests.length, asked);
});

test('the official openai client streams a turn in a session, and the session remembers', async () => {
  const ask = async (content) => {
    const stream = await client.chat.completions.create({
      model: 'openclaw/main', user: 'remembers', stream: true, stream_options: { include_usage: true },
      messages: [{ role: 'user', content }],
    });
    let text = '';
    let usage;
    let finish;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
      usage = chunk.usage ?? usage;
    }
    return { text, usage, finish };
  };
  const first = await ask('hello, my name is Ada');
  assert.equal(first.text, 'Hello from the model!');
  assert.equal(first.finish, 'stop');
  assert.ok(first.usage.total_tokens > 0);
  await ask('what is my name?');
  const messages = llm.requests.at(-1).body.messages;
  const said = JSON.stringify(messages);
  assert.match(said, /my name is Ada/);
  assert.match(said, /Hello from the model!/);
});

test('the official openai client talks straight to a provider, streaming and not', async () => {
  const whole = await client.chat.completions.create({
    model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'hello' }],
  });
  assert.equal(whole.choices[0].message.content, 'Hello from the model!');
  assert.equal(llm.requests.at(-1).body.model, 'gpt-4o');
  const stream = await client.chat.completions.create({
    model: 'openai/gpt-4o', stream: true, messages: [{ role: 'user', content: 'hello' }],
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  assert.equal(text, 'Hello from the model!');
});

test('a provider with another protocol looks the same to the openai client', async () => {
  const whole = await client.chat.completions.create({
    model: 'anthropic/claude-sonnet-4-20250514', messages: [{ role: 'system', content: 'Be kind.' }, { role: 'user', content: 'hello' }],
  });
  assert.equal(whole.choices[0].message.content, 'Hello from the model!');
  assert.equal(llm.requests.at(-1).path, '/v1/messages');
  const stream = await client.chat.completions.create({
    model: 'anthropic/claude-sonnet-4-20250514', stream: true, messages: [{ role: 'user', content: 'hello' }],
  });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
  assert.equal(text, 'Hello from the model!');
});

test('the model list names agents and providers, and each name can be looked up', async () => {
  const ids = (await client.models.list()).data.map((m) => m.id);
  assert.deepEqual(ids, ['openclaw', 'openclaw/main', 'openai/gpt-4o', 'anthropic/claude-sonnet-4-20250514']);
  for (const id of [...ids, 'openclaw:main', 'openclaw/default']) assert.equal((await client.models.retrieve(id)).id, id);
  assert.equal((await (await gateway.fetch('/v1/models/openai/gpt-4o')).json()).id, 'openai/gpt-4o');
  for (const id of ['openclaw/nobody', 'openai/other', '%', '%4']) {
    await assert.rejects(client.models.retrieve(id), (e) => e instanceof OpenAI.NotFoundError, id);
  }
});

test('errors come in the form that the official client understands', async () => {
  await assert.rejects(client.chat.completions.create({ model: 'nowhere/x', messages: [{ role: 'user', content: 'x' }] }),
    (e) => e instanceof OpenAI.NotFoundError && /GET \/v1\/models/.test(e.message));
  await assert.rejects(client.chat.completions.create({ model: 'openclaw/main', messages: [] }),
    (e) => e instanceof OpenAI.BadRequestError && /messages/.test(e.message));
  llm.fail('/v1/chat/completions', { status: 429, headers: { 'retry-after': '7' }, body: '{"error":{"message":"slow down","type":"rate_limit_error"}}' });
  await assert.rejects(client.chat.completions.create({ model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'x' }] }),
    (e) => e instanceof OpenAI.RateLimitError && e.headers.get('retry-after') === '7');
  llm.fail('/v1/chat/completions', { cutAfter: 120 });
  await assert.rejects(async () => {
    const stream = await client.chat.completions.create({ model: 'openai/gpt-4o', stream: true, messages: [{ role: 'user', content: 'hello' }] });
    let finished = false;
    for await (const chunk of stream) finished ||= chunk.choices[0]?.finish_reason != null;
    assert.ok(finished, 'a cut stream looked complete');
  });
});

test('when the first provider fails before a word, the next one answers', async () => {
  llm.fail('/v1/chat/completions', { status: 401, body: '{"error":{"message":"bad key","type":"invalid_request_error"}}' });
  const before = telegram.sent.length;
  telegram.sendText(7, 'who answers now?');
  const reply = await telegram.waitForSent(before + 1);
  assert.ok(['I heard you.'].includes(reply.text), reply.text);
  assert.ok(llm.requests.some((r) => r.path === '/v1/messages'));
});

test('the metrics pass promtool and no series comes twice', async () => {
  const text = await (await fetch(gateway.metricsUrl)).text();
  execFileSync('promtool', ['check', 'metrics'], { input: text, stdio: ['pipe', 'pipe', 'pipe'] });
  const series = text.split('\n').filter((l) => l && !l.startsWith('#')).map((l) => l.replace(/ [^ ]+$/, ''));
  assert.equal(new Set(series).size, series.length);
  assert.match(text, /openclaw_messages_total\{channel="telegram",outcome="accepted"\} \d+/);
});

test('the ledger balances, and no secret was written anywhere', async () => {
  const health = await gateway.health();
  assert.equal(health.ledger.balanced, true);
  assert.equal(health.ledger.queued, 0);
  assert.equal(health.ledger.dead, 0);
  const metrics = await (await fetch(gateway.metricsUrl)).text();
  for (const secret of [canary, telegram.token, apiKey, environment.OPENCLAW_BEARER_TOKEN]) {
    for (const [where, text] of [['log', gateway.output], ['health', JSON.stringify(health)], ['metrics', metrics]]) {
      assert.ok(!text.includes(secret), `a secret is in the ${where}`);
    }
  }
});
