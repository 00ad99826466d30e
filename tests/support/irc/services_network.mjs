// Debian's inspircd with atheme-services: a network whose people may have accounts, and log in to them by SASL.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { IrcClient } from './client.mjs';
import { freePort } from '../free_port.mjs';

const [serverProgram, servicesProgram] = ['/usr/sbin/inspircd', '/usr/bin/atheme-services'];
export const isInstalled = () => existsSync(serverProgram) && existsSync(servicesProgram);

const serverConfig = ({ port, linkPort, folder }) => `<config format="xml">
<server name="irc.test.example" description="test" network="Test" id="1AA">
<admin name="test" nick="test" email="test@test.example">
<bind address="127.0.0.1" port="${port}" type="clients">
<bind address="127.0.0.1" port="${linkPort}" type="servers">
<module name="cap"><module name="sasl"><module name="services_account"><module name="spanningtree">
<module name="ircv3_accounttag"><module name="ircv3_capnotify"><module name="ircv3_servertime"><module name="monitor">
<connect name="all" allow="*" resolvehostnames="no" useident="no" localmax="50" globalmax="50">
<link name="services.test.example" ipaddr="127.0.0.1" port="${linkPort}" allowmask="127.0.0.1" recvpass="link" sendpass="link">
<uline server="services.test.example" silent="yes">
<sasl target="services.test.example" requiressl="no">
<pid file="${folder}/inspircd.pid">
`;
const servicesConfig = ({ linkPort }) => `loadmodule "modules/protocol/inspircd";
loadmodule "modules/backend/opensex"; loadmodule "modules/crypto/pbkdf2v2";
loadmodule "modules/nickserv/main"; loadmodule "modules/nickserv/register";
loadmodule "modules/saslserv/main"; loadmodule "modules/saslserv/plain";
serverinfo { name = "services.test.example"; desc = "services"; numeric = "00A"; netname = "Test"; auth = none;
  adminname = "test"; adminemail = "test@test.example"; registeremail = "test@test.example"; };
uplink "irc.test.example" { host = "127.0.0.1"; port = ${linkPort}; send_password = "link"; receive_password = "link"; };
`;

const servicesBot = 'SaslServ';
/** MONITOR's numerics: 730 it is there, 731 it is away. */
const tells = (numeric) => (line) => line.command === numeric && line.params.at(-1).toLowerCase().startsWith(servicesBot.toLowerCase());

export class ServicesNetwork {
  static async start() {
    const network = new ServicesNetwork();
    network.folder = mkdtempSync(path.join(tmpdir(), 'openclaw-irc-'));
    network.port = await freePort();
    network.linkPort = await freePort();
    network.url = `irc://127.0.0.1:${network.port}`;
    try {
      await network.#runServer();
      await network.runServices();
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  async #runServer() {
    const file = path.join(this.folder, 'inspircd.conf');
    writeFileSync(file, serverConfig(this));
    this.server = spawn(serverProgram, ['--runasroot', '--nofork', '--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    await saysIn(this.server, /is now running as/);
    this.witness = await IrcClient.join(this.port, 'witness');
    this.witness.send(`MONITOR + ${servicesBot}`);
  }

  /** Resolves when one can log in. */
  async runServices() {
    const file = path.join(this.folder, 'atheme.conf');
    writeFileSync(file, servicesConfig(this));
    const at = (name) => path.join(this.folder, name);
    this.services = spawn(servicesProgram, ['-n', '-c', file, '-D', this.folder, '-l', at('atheme.log'), '-p', at('atheme.pid')], { stdio: 'ignore' });
    const from = this.witness.lines.length;
    await this.witness.until(tells('730'), { from, what: 'the services are there' });
    this.witness.send('CAP LS 302'); // and changes are told, too
    await this.witness.until((l) => l.command === 'CAP' && /\bsasl=PLAIN\b/.test(l.text), { from, what: 'one can log in' });
  }

  /** Until runServices() nobody can log in; accounts are kept. */
  async haltServices() {
    const from = this.witness.lines.length;
    this.services.kill('SIGTERM');
    await once(this.services, 'close');
    // inspircd sometimes overlooks the end of a link that it has nothing to read from; it sees it when it writes there.
    this.witness.send('PRIVMSG NickServ :HELP');
    await this.witness.until(tells('731'), { from, what: 'the services are away' });
  }

  /** Joins with an account of that nick's name, logged in. */
  async joinWithAccount(nick, password, options) {
    const client = await IrcClient.join(this.port, nick, options);
    client.send(`PRIVMSG NickServ :REGISTER ${password} ${nick}@test.example`);
    await client.until((l) => l.command === '900', { what: `${nick} has an account` });
    return client;
  }

  async stop() {
    this.witness?.socket.destroy();
    for (const child of [this.services, this.server]) {
      if (!child) continue;
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function saysIn(child, pattern) {
  let said = '';
  return new Promise((resolve, reject) => {
    const see = (data) => {
      said += data;
      if (pattern.test(said)) resolve();
    };
    child.stdout.on('data', see);
    child.stderr.on('data', see);
    child.on('close', () => reject(new Error(`it ended:\n${said}`)));
  });
}
