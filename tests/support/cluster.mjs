// Several gateways on one store, each in a home of its own.
import assert from 'node:assert/strict';
import { cli, makeHome, startGateway } from './gateway.mjs';

class Cluster {
  gateways = new Map(); // instance → the gateway that runs
  #homes = new Map();

  /** `config`: everything but the section `gateway`; `leaseSeconds`: how long the dead are waited for. */
  constructor({ config, leaseSeconds = 1 }) {
    this.config = config;
    this.leaseSeconds = leaseSeconds;
  }

  async start(instance, options = {}) {
    if (!this.#homes.has(instance)) this.#homes.set(instance, makeHome());
    const config = `${this.config}gateway: { instance: ${instance}, leaseSeconds: ${this.leaseSeconds} }\n`;
    const gateway = await startGateway({ config, home: this.#homes.get(instance), ...options });
    this.gateways.set(instance, gateway);
    return gateway;
  }

  startAll(...instances) {
    return Promise.all(instances.map((instance) => this.start(instance)));
  }

  /** SIGTERM, a drain, and a clean end. */
  async stop(instance) {
    const gateway = this.gateways.get(instance);
    this.gateways.delete(instance);
    await gateway.stop({ keepHome: true });
  }

  async kill(instance) {
    const gateway = this.gateways.get(instance);
    this.gateways.delete(instance);
    await gateway.kill();
    return gateway;
  }

  /** Nobody ended but whom the test has ended. */
  assertAlive() {
    for (const [instance, { exited, output }] of this.gateways) {
      // What follows it would fill any excerpt of the output.
      const why = /^.*store\.fatal.*$/m.exec(output)?.[0] ?? 'without store.fatal';
      assert.ok(!exited, `${instance} ended by itself: ${why}`);
    }
  }

  /** What `openclaw cluster status --json` prints. */
  async status(instance) {
    const { home, configFile } = this.gateways.get(instance);
    const { stdout, stderr, code } = await cli(['cluster', 'status', '--json', '--config', configFile], { home: home.dir });
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** All at once. */
  async stopAll() {
    await Promise.all([...this.gateways.keys()].map((instance) => this.stop(instance)));
  }

  async killAll() {
    await Promise.all([...this.gateways.keys()].map((instance) => this.kill(instance)));
    for (const home of this.#homes.values()) home.remove();
  }
}

/** A cluster as long as `body(cluster)` lasts, which tells what its gateways said when that fails; `options` are its constructor's. */
export async function withCluster(options, body) {
  const cluster = new Cluster(options);
  try {
    await body(cluster);
  } catch (error) {
    for (const [instance, { output }] of cluster.gateways) console.error(`${instance}, in the end:\n${output.slice(-4000)}`);
    throw error;
  } finally {
    await cluster.killAll();
  }
}
