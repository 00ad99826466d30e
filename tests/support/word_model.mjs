// An OpenAI-compatible server that keeps each request and streams a few words.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** `answer(request, number)`, or what it promises, is what the nth request gets, from 1; TOO_LONG refuses it, an object has `content` and `usage`; `headers` come with each. */
export const TOO_LONG = Symbol('too long');

export async function startModel(answer = (request, number) => `answer ${number}`, headers = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push(JSON.parse(body));
    const chunk = (delta, finish) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const said = await answer(requests.at(-1), requests.length);
    if (said === TOO_LONG) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'too many tokens', type: 'invalid_request_error', code: 'context_length_exceeded' } }));
      return;
    }
    const { content, usage } = typeof said === 'string' ? { content: said } : said;
    const counted = usage ? `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [], usage })}\n\n` : '';
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.end(`${chunk({ role: 'assistant', content }, null)}${chunk({}, 'stop')}${counted}data: [DONE]\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { requests, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}
