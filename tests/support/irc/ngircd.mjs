// Debian's ngircd as a real server on a free port.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { IrcClient } from './client.mjs';
import { freePort } from '../free_port.mjs';

/** A certificate that vouches for itself: { key, certificate } files. */
function makeCertificate(folder, name) {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => path.join(folder, file));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  return { key, certificate };
}

export class Ngircd {
  /** `certifiedFor` is a name: then it speaks TLS at `tlsUrl` as well, with `certificate`. */
  static async start({ password, certifiedFor } = {}) {
    const server = new Ngircd();
    server.password = password;
    server.port = await freePort();
    server.url = `irc://127.0.0.1:${server.port}`;
    server.folder = mkdtempSync(path.join(tmpdir(), 'openclaw-ngircd-'));
    let tls = '';
    if (certifiedFor) {
      const { key, certificate } = makeCertificate(server.folder, certifiedFor);
      const port = await freePort();
      server.certificate = certificate;
      server.tlsUrl = `ircs://localhost:${port}`;
      tls = `[SSL]\nCertFile = ${certificate}\nKeyFile = ${key}\nPorts = ${port}\n`;
    }
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
${tls}`);
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
