// Looks for secrets in everything that the gateway shows of itself.
import assert from 'node:assert/strict';

import { cli } from './gateway.mjs';

/** Each a command that prints JSON. */
const commands = [['gateway', 'status'], ['pairing', 'list'], ['dead', 'list', '--text'], ['plugin', 'list']];

async function pagesOf(gateway) {
  const pages = [['log', gateway.output]];
  if (gateway.exited) return pages;
  for (const target of ['/health', '/health/detailed']) pages.push([target, await (await gateway.fetch(target)).text()]);
  pages.push(['metrics', await (await fetch(gateway.metricsUrl)).text()]);
  return pages;
}

/** No secret is in the log, in the health, in the metrics, nor in `more`: [[where, text]]. */
export async function assertNoSecret(gateway, secrets, more = []) {
  for (const [where, text] of [...await pagesOf(gateway), ...more]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is shown in ${where}: ${text}`);
  }
}

/** What the commands say of a running gateway; `env` as it was started with, `route` the arguments of `agent route`. */
export async function commandPages(gateway, { env, route }) {
  const options = { home: gateway.home.dir, env };
  const withFile = [['gateway', 'validate'], ['agent', 'route', ...route]].map((args) => [...args, '--config', gateway.configFile]);
  const pages = [];
  for (const args of [...commands, ...withFile]) {
    const { stdout, stderr } = await cli([...args, '--json'], options); // `gateway status` is 1 where a channel has failed
    assert.doesNotThrow(() => JSON.parse(stdout), `${args.join(' ')}: ${stdout}${stderr}`);
    pages.push([`openclaw ${args.join(' ')}`, stdout + stderr]);
  }
  return pages;
}
