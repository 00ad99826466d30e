// What a conversation over HTTP still knows after kill -9.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeHome, startGateway } from '../support/gateway.mjs';
import { startModel } from '../support/word_model.mjs';

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
