// The real gateway as a Discord bot before the fake, and what holds for it whatever happened.
import { DiscordServer } from '../discord_server.mjs';
import { healthUntil, makeHome, startGateway } from '../gateway.mjs';
import { assertNoSecret } from '../secrets.mjs';

const open = 'dmPolicy: open, allowFrom: ["*"], groupPolicy: open';

/**
 * A gateway with the channel, connected unless `until` says otherwise. `keys` go into its section, `more` beside it, `top` above;
 * `model` answers instead of the echo provider.
 * `body` gets {gateway, discord, home, restart}.
 */
export async function withDiscordGateway({ keys = '', policy = open, more = '', top = '', model, token, until = (h) => h.channels.discord === 'connected', prepare = () => {} } = {}, body) {
  const discord = await new DiscordServer({ token }).start();
  const right = discord.token; // a test may take another one at Discord
  const home = makeHome();
  const provider = model ? `{ name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }` : '{ name: echo }';
  const config = `providers: [${provider}]
queue: { debounceMs: 0, senderPerMinute: 0 }
${top}channels:
  discord: { botToken: "${right}", apiRoot: "${discord.apiRoot}", ${policy}${keys} }
${more}`;
  const gateways = [];
  const start = async () => {
    gateways.push(await startGateway({ config, home }));
    await healthUntil(gateways.at(-1), until);
    return gateways.at(-1);
  };
  try {
    prepare(discord);
    await body({ gateway: await start(), discord, home, restart: start });
    for (const each of gateways) await assertNoSecret(each, [right]);
    if (!gateways.at(-1).exited) await gateways.at(-1).stop({ keepHome: true });
    for (const each of gateways) await assertNoSecret(each, [right]);
  } finally {
    for (const each of gateways) if (!each.exited) await each.kill();
    await discord.stop();
    home.remove();
  }
}
