// Posts interactions to a bot's endpoint, signed with Ed25519 as Discord does.
import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';

import { makeMessage, snowflake } from './objects.mjs';

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex'); // what goes before the seed

export class InteractionSender {
  #key;

  constructor(seed = Buffer.alloc(32, 7)) {
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  }

  /** {status, body}. `timestamp` and `tamper` make wrong ones. */
  async post(url, payload, { timestamp = Math.floor(Date.now() / 1000), tamper = false } = {}) {
    const text = JSON.stringify(payload);
    const signature = sign(null, Buffer.from(`${timestamp}${tamper ? 'x' : ''}${text}`), this.#key).toString('hex');
    const response = await fetch(url, {
      method: 'POST', body: text,
      headers: { 'content-type': 'application/json', 'x-signature-ed25519': signature, 'x-signature-timestamp': String(timestamp) },
    });
    const answer = await response.text();
    return { status: response.status, body: answer ? JSON.parse(answer) : undefined };
  }

  /** What the portal does before it takes an endpoint: a right PING, and a wrong one. */
  async verify(url) {
    const right = await this.post(url, { type: 1 });
    const wrong = await this.post(url, { type: 1 }, { tamper: true });
    return right.status === 200 && right.body?.type === 1 && wrong.status === 401;
  }

  /** /ask: the interaction, and the message that its answer will be when it was deferred. */
  async ask(server, url, user, text, { channel, name = 'ask', options } = {}) {
    const token = randomBytes(24).toString('base64url');
    const interaction = {
      id: snowflake(), application_id: server.applicationId, type: 2, token, version: 1, channel_id: channel.id, channel,
      data: { id: '1', name, type: 1, options: [{ name: 'text', type: 3, value: text }] },
      ...(channel.guild_id ? { guild_id: channel.guild_id, member: { user, roles: [], nick: null } } : { user }),
    };
    const entry = { interaction, original: undefined };
    server.interactions.set(token, entry);
    const answer = await this.post(url, interaction, options);
    if (answer.body?.type === 5) entry.original = makeMessage({ channel, author: server.me, content: '', flags: 1 << 7 });
    return { ...answer, token, entry };
  }
}
