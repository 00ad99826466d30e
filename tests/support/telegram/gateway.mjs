// The real gateway with a Telegram channel before the fake, and what holds for it whatever happened.
import { healthUntil, makeHome, startGateway } from '../gateway.mjs';
import { assertNoSecret } from '../secrets.mjs';
import { TelegramServer } from '../telegram_server.mjs';

const open = 'dmPolicy: open, allowFrom: ["*"], groupPolicy: open';

/**
 * A gateway with the channel, connected unless `until` says otherwise. `keys` go into its section, `more` beside it, `top` above;
 * `model` answers instead of the echo provider, `apiRoot` stands before the fake, `env` is for the first start only.
 * `body` gets {gateway, telegram, home, restart}.
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
    for (const each of gateways) await assertNoSecret(each, secrets);
    if (!gateways.at(-1).exited) await gateways.at(-1).stop({ keepHome: true });
    for (const each of gateways) await assertNoSecret(each, secrets);
  } finally {
    for (const each of gateways) if (!each.exited) await each.kill();
    await telegram.stop();
    home.remove();
  }
}
