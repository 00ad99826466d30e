// Debian's ngircd as a real server on a free port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { IrcClient } from './client.mjs';

/** ngircd cannot tell which port it was given, so one that was free a moment ago is named. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

export class Ngircd {
  static async start({ password } = {}) {
    const server = new Ngircd();
    server.password = password;
    server.port = await freePort();
    server.url = `irc://127.0.0.1:${server.port}`;
    server.folder = mkdtempSync(path.join(tmpdir(), 'openclaw-ngircd-'));
    server.file = path.join(server.folder, 'ngircd.conf');
    writeFileSync(server.file, `[Global]
Name = irc.test.example
Info = test
Listen = 127.0.0.1
Ports = ${server.port}
${password ? `Password = ${password}` : ''}
[Limits]
MaxNickLength = 20
MaxConnectionsIP = 50
[Options]
PAM = no
Ident = no
DNS = no
`);
    await server.run();
    return server;
  }

  /** Starts it, or starts it again; it is ready when somebody has been welcomed. */
  async run() {
    this.log = '';
    this.child = spawn('/usr/sbin/ngircd', ['-n', '-f', this.file], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    const listening = new Promise((resolve, reject) => {
      const see = (data) => {
        this.log += data;
        if (/listening on/i.test(this.log)) resolve();
      };
      this.child.stdout.on('data', see);
      this.child.stderr.on('data', see);
      this.ended.then(() => reject(new Error(`ngircd ended:\n${this.log}`)), reject);
    });
    await listening;
    const first = await IrcClient.join(this.port, 'first', { password: this.password });
    await first.quit();
  }

  async halt() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
