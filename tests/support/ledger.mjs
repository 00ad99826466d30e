// Holds what people wrote against what they got: who was answered, how often, and what is in doubt.
import { until } from './wait.mjs';

/** A counter of the gateway's metrics, summed over all its series that carry `labels`. */
export async function counter(gateway, name, labels = {}) {
  const text = await (await fetch(gateway.metricsUrl)).text();
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return text.split('\n')
    .filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** One message each of many people to a Telegram fake. */
export class Ledger {
  #people = [];

  constructor(telegram) {
    this.telegram = telegram;
  }

  get size() {
    return this.#people.length;
  }

  /** `n` more people write once each. */
  feed(n) {
    for (let i = 0; i < n; i++) {
      const person = 1000 + this.#people.length;
      this.#people.push(person);
      this.telegram.sendText(person, `question of ${person}`);
    }
  }

  /** {missing, twice}: the people who got no answer, and those who got more than one. */
  balance() {
    const answers = new Map(this.#people.map((person) => [person, 0]));
    for (const message of this.telegram.sent) {
      if (!message.text.includes(`question of ${message.chat.id}`)) throw new Error(`a strange answer: ${message.text}`);
      answers.set(message.chat.id, answers.get(message.chat.id) + 1);
    }
    const those = (test) => [...answers].filter(([, n]) => test(n)).map(([person]) => person);
    return { missing: those((n) => n === 0), twice: those((n) => n > 1) };
  }

  /** Until nobody waits for an answer but those whose answer's fate is not known to the gateway. */
  async settled(gateway) {
    let unknown;
    let ledger;
    const what = () => `all settled, but ${unknown} unknown, missing ${this.balance().missing}, ${JSON.stringify(ledger)}\n${gateway.output.slice(-3000)}`;
    await until(what, async () => {
      unknown = await counter(gateway, 'openclaw_deliveries_total', { outcome: 'unknown' });
      ({ ledger } = await gateway.health());
      return this.balance().missing.length <= unknown && ledger.queued === 0;
    });
    return unknown;
  }
}
