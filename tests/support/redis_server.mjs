// A real Redis server of the test's own, on a free port of this machine and in a temporary folder.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free_port.mjs';

const kDeadlineMs = 60_000;

export class RedisServer {
  /** `durable`: whether it keeps what it acknowledged when it ends. */
  constructor({ durable = true } = {}) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'openclaw-redis-'));
    this.settings = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    this.log = '';
  }

  /** Returns once the server takes connections. */
  async start() {
    this.port ??= await freePort();
    const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder, '--save', '', ...this.settings],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.ended = once(child, 'close');
    let life = '';
    const ready = new Promise((resolve) => {
      const see = (data) => {
        life += data;
        this.log += data;
        if (life.includes('Ready to accept connections')) resolve(true);
      };
      child.stdout.on('data', see);
      child.stderr.on('data', see);
    });
    if (await Promise.race([ready, this.ended.then(() => false)]) === false) throw new Error(`redis-server ended: ${life}`);
    return this;
  }

  /** SIGTERM is an orderly end, SIGKILL a crash. */
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    await this.ended;
    this.child = undefined;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** One command's answer, as redis-cli writes it. */
  async command(...words) {
    const options = { timeout: kDeadlineMs, maxBuffer: 1 << 26 };
    return (await promisify(execFile)('redis-cli', ['-p', String(this.port), ...words], options)).stdout.trim();
  }

  /** The storage section of a gateway.yaml. */
  section(prefix) {
    return `storage: { type: redis, url: "${this.url}", prefix: ${prefix} }\n`;
  }

  async remove() {
    if (this.child) await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
