// The real gateway between the fake Graph API and a fake model, and what holds for it whatever happened.
import { healthUntil, makeHome, startGateway } from '../gateway.mjs';
import { assertNoSecret } from '../secrets.mjs';
import { WhatsAppServer } from '../whatsapp_server.mjs';
import { startModel } from '../word_model.mjs';

const open = 'dmPolicy: open, allowFrom: ["*"]';
export const [one, two] = ['106540352242922', '106540352242999'];
export const verifyToken = 'open-sesame-0123456789';

/**
 * `keys` go into the channel's section, `more` beside it, `top` above, `env` into the gateway's environment; `answer` is the
 * model's, `server` goes to the fake, `prepare(meta)` comes before the start. `body` gets {gateway, meta, model, home, env, restart}.
 */
export async function withWhatsAppGateway({ keys = '', policy = open, more = '', top = '', env = {}, answer, queueMode = 'collect', server = {}, prepare = () => {} } = {}, body) {
  const meta = await new WhatsAppServer({ numbers: [one, two], ...server }).start();
  const model = await startModel(answer);
  const home = makeHome();
  const config = `providers:
  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }
queue: { mode: ${queueMode}, debounceMs: 0, senderPerMinute: 0 }
${top}channels:
  whatsapp: { token: "${meta.token}", apiRoot: "${meta.apiRoot}", ${policy}${keys} }
${more}`;
  const variables = { WHATSAPP_APP_SECRET: meta.appSecret, WHATSAPP_VERIFY_TOKEN: verifyToken, ...env };
  const secrets = [meta.token, meta.appSecret, ...Object.values(variables).filter(Boolean)]; // a test may take another token at Meta
  const gateways = [];
  const start = async () => {
    const gateway = await startGateway({ config, home, env: variables });
    gateways.push(gateway);
    meta.webhookUrl = `${gateway.url}/channels/whatsapp/webhook`;
    // The gateway is ready before its channels are; until then the webhook's path is not known.
    await healthUntil(gateway, (h) => h.channels.whatsapp !== 'connecting');
    return gateway;
  };
  try {
    prepare(meta);
    const gateway = await start();
    await body({ gateway, meta, model, home, env: variables, restart: start });
    for (const each of gateways) await assertNoSecret(each, secrets);
    for (const each of gateways) if (!each.exited) await each.stop({ keepHome: true });
    for (const each of gateways) await assertNoSecret(each, secrets);
  } finally {
    for (const each of gateways) if (!each.exited) await each.kill();
    await meta.stop();
    model.stop();
    home.remove();
  }
}
