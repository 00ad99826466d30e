// A pgbouncer before a PostgreSQL server of the test's own: few connections that its clients share, a transaction each.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './free_port.mjs';

export class Bouncer {
  /** `pool`: how many connections to the server. */
  constructor(server, { pool }) {
    Object.assign(this, { server, pool });
  }

  /** Returns once it takes connections. */
  async start() {
    this.port = await freePort();
    const file = path.join(this.server.folder, `bouncer-${this.port}.ini`);
    writeFileSync(file, `[databases]\npostgres = host=127.0.0.1 port=${this.server.port} user=openclaw
[pgbouncer]\nauth_type = any\npool_mode = transaction\ndefault_pool_size = ${this.pool}\nserver_login_retry = 1
listen_addr = 127.0.0.1\nlisten_port = ${this.port}\nunix_socket_dir =\n`);
    const drop = process.getuid() === 0 ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
    this.child = spawn('setpriv', [...drop, 'pgbouncer', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.ended = once(this.child, 'close');
    this.log = '';
    const ready = new Promise((resolve) => this.child.stderr.on('data', (data) => {
      this.log += data;
      if (/process up/.test(this.log)) resolve(true);
    }));
    if (await Promise.race([ready, this.ended.then(() => false)]) === false) throw new Error(`pgbouncer ended: ${this.log}`);
    return this;
  }

  async stop() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  section(schema) {
    return `storage: { type: postgres, url: "postgres://openclaw@127.0.0.1:${this.port}/postgres", schema: ${schema} }\n`;
  }
}
