// Many people who write to the bot one direct message after another, and what they got.
import assert from 'node:assert/strict';
import { DiscordServer } from '../discord_server.mjs';
import { healthUntil } from '../gateway.mjs';
import { Questions } from '../questions.mjs';
import { until } from '../wait.mjs';

const kFirstPerson = 100_000;
const kKeptEvents = 10_000;
const kTidyMs = 5000;

export class DiscordCrowd {
  #tidying;
  #read = 0;
  #got = [];

  constructor({ people, random }) {
    this.questions = new Questions({ people, random });
  }

  async start() {
    this.discord = await new DiscordServer().start();
    this.discord.rates.set('POST /channels/messages', { limit: 5, windowMs: 1000 });
    this.#tidying = setInterval(() => this.#tidy(), kTidyMs);
    return this;
  }

  async stop() {
    clearInterval(this.#tidying);
    await this.discord.stop();
  }

  /** What is too much to be kept of a long run. */
  #tidy() {
    const { discord } = this;
    discord.calls.length = discord.urls.length = discord.typings.length = 0;
    for (const { log } of discord.gateway.sessions.values()) log.splice(0, log.length - kKeptEvents);
  }

  /** The section of a gateway.yaml. */
  get section() {
    const { token, apiRoot } = this.discord;
    return `channels:\n  discord: { botToken: "${token}", apiRoot: "${apiRoot}", dmPolicy: open, allowFrom: ["*"] }\n`;
  }

  /** Until the bot is there: what is said before its first session, nobody hears. */
  async isHeard(gateways) {
    await this.discord.waitForIdentify();
    await Promise.all(gateways.map((gateway) => healthUntil(gateway, (h) => h.channels.discord === 'connected')));
  }

  ask(n) {
    for (let i = 0; i < n; i++) {
      const { person, text } = this.questions.ask();
      this.discord.sendText(kFirstPerson + person, text);
    }
  }

  get asked() {
    return this.questions.asked;
  }
  /** The answers; what is shown while a turn takes long is none. */
  #answers() {
    for (; this.#read < this.discord.sent.length; this.#read++) {
      const { channel_id: channel, content: text, nonce } = this.discord.sent[this.#read];
      if (/^p/.test(nonce)) continue;
      const [person] = this.discord.channels.get(channel).channel.recipients;
      this.#got.push({ person: Number(person.id) - kFirstPerson, text });
    }
    return this.#got;
  }
  get answered() {
    return this.#answers().length;
  }

  balance() {
    return this.questions.balance(this.#answers());
  }

  /** Until all are answered. */
  async settled(timeout, look = () => {}) {
    await until(() => `all answers: ${JSON.stringify(this.balance())}`, () => {
      look();
      return this.answered >= this.asked;
    }, timeout);
    this.assertBalanced();
  }

  /** Discord knows a message that comes again, so nothing may be in doubt here. */
  assertBalanced() {
    assert.deepEqual(this.balance(), { missing: [], twice: [], inversions: [], strange: [] });
  }
}
