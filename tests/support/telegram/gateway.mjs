// The real gateway with a Telegram channel before the fake, and what holds for it whatever happened.
import assert from 'node:assert/strict';

import { healthUntil, makeHome, startGateway } from '../gateway.mjs';
import { TelegramServer } from '../telegram_server.mjs';

const open = 'dmPolicy: open, allowFrom: ["*"], groupPolicy: open';

/** What must be in no log line, no health and no metric. */
async function assertNoSecret(gateway, canaries) {
  const pages = [gateway.output];
  if (!gateway.exited) {
    for (const target of ['/health', '/health/detailed']) pages.push(await (await gateway.fetch(target)).text());
    pages.push(await (await fetch(gateway.metricsUrl)).text());
  }
  for (const canary of canaries) for (const page of pages) assert.ok(!page.includes(canary), `a secret is shown: ${page}`);
}

/**
 * A gateway with the channel, connected unless `until` says otherwise. `keys` go into its section, `more` beside it, `top` above;
 * `model` answers instead of the echo provider, `apiRoot` stands before the fake, `env` is for the first start only.
 * `body` gets {gateway, telegram, home, restart}; every request of the gateway must be as the official description says.
 */
export async function withTelegramGateway({ keys = '', policy = open, more = '', top = '', model, apiRoot, env, canaries = [],
  until = (h) => h.channels.telegram === 'connected', prepare = () => {} } = {}, body) {
  const telegram = await new TelegramServer({ conflictDelayMs: 0, webhookRetryMs: 50 }).start();
  const { token } = telegram; // a test may take another one at Telegram
  const home = makeHome();
  const provider = model ? `{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }` : '{ name: echo }';
  const config = `providers: [${provider}]
queue: { debounceMs: 0, senderPerMinute: 0 }
${top}channels:
  telegram: { botToken: "${token}", apiRoot: "${apiRoot ?? telegram.apiRoot}", ${policy}${keys} }
${more}`;
  const secrets = [token, token.split(':')[1], ...canaries];
  const gateways = [];
  const start = async (options) => {
    gateways.push(await startGateway({ config, home, ...options }));
    if (!options?.env) await healthUntil(gateways.at(-1), until);
    return gateways.at(-1);
  };
  try {
    prepare(telegram);
    const gateway = await start(env ? { env } : undefined);
    await body({ gateway, telegram, home, restart: start });
    assert.deepEqual(telegram.violations, []);
    for (const each of gateways) await assertNoSecret(each, secrets);
    if (!gateways.at(-1).exited) await gateways.at(-1).stop({ keepHome: true });
    for (const each of gateways) await assertNoSecret(each, secrets);
  } finally {
    for (const each of gateways) if (!each.exited) await each.kill();
    await telegram.stop();
    home.remove();
  }
}
