// Many people who write to a number one message after another. Meta posts each to any of several gateways, and to another when
// that one refuses it; sometimes to two at once.
import assert from 'node:assert/strict';
import { Questions } from '../questions.mjs';
import { pause, until } from '../wait.mjs';
import { WhatsAppServer } from '../whatsapp_server.mjs';
import { payloadOf, post, wireBytes } from './webhook.mjs';

const kFirstPerson = 4_915_100_000_000;
const kTwice = 0.1;
const kConfirmMs = 60_000;
const verifyToken = 'open-sesame-0123456789';

export class WhatsAppCrowd {
  confirmed = 0;
  retried = 0;
  gateways = () => []; // those that live
  #failure;
  #last = []; // person → what they wrote last, until it is confirmed

  constructor({ people, random }) {
    this.random = random;
    this.questions = new Questions({ people, random });
  }

  async start() {
    this.meta = await new WhatsAppServer().start();
    return this;
  }

  stop() {
    return this.meta.stop();
  }

  get section() {
    return `channels:\n  whatsapp: { token: "${this.meta.token}", apiRoot: "${this.meta.apiRoot}", dmPolicy: open, allowFrom: ["*"] }\n`;
  }
  /** Of the gateways. */
  get env() {
    return { WHATSAPP_APP_SECRET: this.meta.appSecret, WHATSAPP_VERIFY_TOKEN: verifyToken };
  }

  /** Each person's next message is posted when the one before it was confirmed: Meta keeps no order else. */
  ask(n) {
    for (let i = 0; i < n; i++) {
      const { person, text } = this.questions.ask();
      const payload = payloadOf(this.meta.textValue(String(kFirstPerson + person), text));
      this.#last[person] = (this.#last[person] ?? Promise.resolve()).then(() => this.#deliver(wireBytes(payload)));
      this.#last[person].catch((error) => (this.#failure ??= error));
    }
  }

  /** Until all are confirmed. */
  async settled() {
    await until(() => `all confirmed: ${this.confirmed} of ${this.asked}`, () => {
      if (this.#failure) throw this.#failure;
      return this.confirmed === this.asked;
    }, kConfirmMs);
  }

  async #deliver(bytes) {
    const once = async () => {
      const gateways = this.gateways();
      const { url } = gateways[Math.floor(this.random() * gateways.length)] ?? {};
      if (url === undefined) return false;
      return (await post(`${url}/channels/whatsapp/webhook`, bytes, this.meta.appSecret).catch(() => 0)) === 200;
    };
    await until('a gateway that confirms', async () => {
      const taken = await Promise.all(this.random() < kTwice ? [once(), once()] : [once()]);
      if (taken.includes(true)) return true;
      this.retried += 1;
      return pause(this.random() * 50);
    }, kConfirmMs);
    this.confirmed += 1;
  }

  get asked() {
    return this.questions.asked;
  }

  balance(of = () => true) {
    return this.questions.balance(this.meta.sent.filter(of).map(({ to, text }) => ({ person: Number(to) - kFirstPerson, text })));
  }

  /**
   * `unknown`: the texts of replies whose fate nobody knows. Only these may not have arrived, or late: a request that its
   * gateway did not survive is on its way still when nobody waits for it any more.
   */
  assertBalanced(unknown) {
    const { missing, twice, strange } = this.balance();
    assert.deepEqual(missing.filter((number) => !unknown.includes(`question ${number}`)), [], 'lost');
    const { inversions } = this.balance(({ text }) => !unknown.includes(text));
    assert.deepEqual({ twice, inversions, strange }, { twice: [], inversions: [], strange: [] });
  }
}
