// The gateway as the benchmarks run it: echo and a provider before the fixed server, log level warn.
import { startGateway } from '../support/gateway.mjs';
import { onServerCpu } from './processes.mjs';

export { apiKey } from '../support/gateway.mjs';

/** `pinned` keeps it on one processor; `wrap` is a command that runs it; `more` is further YAML. */
export async function startBenchGateway({ upstream, logLevel = 'warn', pinned = false, home, wrap = [], more = '' }) {
  const config = `
server: { logLevel: ${logLevel} }
providers:
  - name: echo
  - name: fixed
    plugin: openai
    model: gpt
    baseUrl: ${upstream}/v1
${more}`;
  const gateway = await startGateway({ config, home, wrap: pinned ? [...onServerCpu([]), ...wrap] : wrap });
  // A benchmark that fails leaves nothing behind.
  const end = () => gateway.child.kill('SIGKILL');
  process.once('exit', end);
  gateway.child.once('close', () => process.off('exit', end));
  return gateway;
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
