// Gateways that share a store are killed and started at random, each on its own, while questions come in.
import { PostgresServer } from './postgres_server.mjs';
import { RedisServer } from './redis_server.mjs';
import { pause } from './wait.mjs';

/** OPENCLAW_CRASH_ENGINE chooses one. */
export const engines = process.env.OPENCLAW_CRASH_ENGINE ? [process.env.OPENCLAW_CRASH_ENGINE] : ['postgres', 'redis'];
export const newServer = (engine) => (engine === 'postgres' ? new PostgresServer() : new RedisServer());
export const names = (count) => Array.from({ length: count }, (_, i) => `gateway-${i + 1}`);

/** All that waits for the operator. */
export async function deadLetters(gateway) {
  const all = [];
  for (let next = ''; next !== null;) {
    const page = await gateway.json(`/api/dead?text=1&limit=100${next ? `&after=${next}` : ''}`);
    all.push(...page.items);
    next = page.next;
  }
  return all;
}

/** Lives and deaths of a cluster's gateways; whose turns were answered, as far as was seen before each death. */
export class Killing {
  lives = 0;
  kills = 0;
  answered = new Map();
  #ending = false;

  /** `lifeMs`: the longest life; `deadMs`: the longest time until the next; `options`: of each start. */
  constructor({ cluster, instances, random, lifeMs, deadMs = 1000, options = {} }) {
    Object.assign(this, { cluster, instances, random, lifeMs, deadMs, options });
    for (const instance of instances) this.answered.set(instance, 0);
  }

  async start(instance) {
    const gateway = await this.cluster.start(instance, this.options);
    this.lives += 1;
    return gateway;
  }

  startAll() {
    return Promise.all(this.instances.map((instance) => this.start(instance)));
  }

  /** They die and live again while `body()` lasts; then all live. */
  async during(body) {
    const lives = this.instances.map((instance) => this.#live(instance));
    try {
      await Promise.race([body(), ...lives]);
    } finally {
      this.#ending = true;
      await Promise.allSettled(lives);
    }
    await Promise.all(lives);
  }

  /** To be called before the last lives end. */
  async seeAll() {
    for (const instance of this.instances) await this.see(instance);
  }

  /** What this life of it has answered so far. */
  async see(instance) {
    const gateway = this.cluster.gateways.get(instance);
    const health = await gateway.health().catch(() => undefined);
    if (health === undefined) return;
    this.answered.set(instance, this.answered.get(instance) + health.ledger.answered - (gateway.seen ?? 0));
    gateway.seen = health.ledger.answered;
  }

  async #live(instance) {
    while (!this.#ending) {
      await pause(this.random() * this.lifeMs);
      if (this.#ending) break;
      await this.see(instance);
      this.cluster.assertAlive();
      await this.cluster.kill(instance);
      this.kills += 1;
      await pause(this.random() * this.deadMs);
      await this.start(instance);
    }
  }
}
