// An OpenAI-compatible server that holds back the end of its answers until the test lets them go.
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Each answer begins with `first` at once; the rest is what `release(rest)` says, in the order of the requests.
 * `asked(n)` resolves when the nth request has come, from 1.
 */
export async function startHeldModel(first = 'The beginning, ') {
  const held = [];
  let come = 0;
  const waiting = [];
  const chunk = (delta, finish = null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const server = createServer(async (request, response) => {
    for await (const part of request) void part;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(chunk({ role: 'assistant', content: first }));
    held.push(response);
    come++;
    for (const { n, resolve } of waiting) if (come >= n) resolve();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    asked: (n) => new Promise((resolve) => (come >= n ? resolve() : waiting.push({ n, resolve }))),
    release: (rest) => held.shift().end(`${chunk({ content: rest })}${chunk({}, 'stop')}data: [DONE]\n\n`),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
