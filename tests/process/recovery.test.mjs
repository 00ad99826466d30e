// What a conversation over HTTP still knows after kill -9.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { makeHome, startGateway } from '../support/gateway.mjs';

/** An OpenAI-compatible server that keeps each request and streams one word. */
async function startModel() {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push(JSON.parse(body));
    const chunk = (delta, finish) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ role: 'assistant', content: `answer ${requests.length}` }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { requests, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}

test('a conversation over HTTP goes on after kill -9', async () => {
  const model = await startModel();
  const home = makeHome();
  const config = `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }\nqueue: { debounceMs: 0 }\n`;
  const ask = async (gateway, content) => {
    const response = await gateway.fetch('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'openclaw/main', user: 'ada', messages: [{ role: 'user', content }] }),
    });
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    return body.choices[0].message.content;
  };
  const first = await startGateway({ config, home });
  assert.equal(await ask(first, 'my name is Ada'), 'answer 1');
  await first.kill();
  const second = await startGateway({ config, home });
  assert.equal(await ask(second, 'who am I?'), 'answer 2');
  await second.stop({ keepHome: true });
  assert.deepEqual(model.requests[1].messages, [
    { role: 'user', content: 'my name is Ada' },
    { role: 'assistant', content: 'answer 1' },
    { role: 'user', content: 'who am I?' },
  ]);
  model.stop();
  home.remove();
});
