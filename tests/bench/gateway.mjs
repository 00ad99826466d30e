// The gateway as the benchmarks run it: echo and a provider before the fixed server, log level warn.
import { startGateway } from '../support/gateway.mjs';
import { onServerCpu } from './processes.mjs';

export { apiKey } from '../support/gateway.mjs';

/** `pinned` keeps it on one processor; `wrap` is a command that runs it. */
export function startBenchGateway({ upstream, logLevel = 'warn', pinned = false, home, wrap = [] }) {
  const config = `
server: { logLevel: ${logLevel} }
providers:
  - name: echo
  - name: fixed
    plugin: openai
    model: gpt
    baseUrl: ${upstream}/v1
`;
  return startGateway({ config, home, wrap: pinned ? [...onServerCpu([]), ...wrap] : wrap });
}

export const directBody = (stream) => JSON.stringify({
  model: 'fixed/gpt',
  ...(stream ? { stream: true } : {}),
  messages: [
    { role: 'system', content: 'You are a helpful assistant. Answer in one or two sentences.' },
    { role: 'user', content: 'What is the capital of France?' },
  ],
});

/** One session for each of wrk's threads. */
export const turnBody = JSON.stringify({
  model: 'openclaw/main',
  user: 'bench-{thread}',
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
});
