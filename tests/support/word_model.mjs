// An OpenAI-compatible server that keeps each request and streams a few words.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** `answer(request, number)` is what the nth request gets, from 1. */
export async function startModel(answer = (request, number) => `answer ${number}`) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push(JSON.parse(body));
    const chunk = (delta, finish) =>
      `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const content = answer(requests.at(-1), requests.length);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${chunk({ role: 'assistant', content }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { requests, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}
