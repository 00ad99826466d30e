// A real PostgreSQL server of the test's own, on a socket in a temporary folder and on a free port of this machine.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free_port.mjs';

const kDeadlineMs = 120_000; // initdb takes a minute on a machine that is busy elsewhere

/** The newest installed version's programs; Debian keeps several apart. */
function binaries() {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).filter((v) => existsSync(path.join(base, v, 'bin/initdb'))) : [];
  if (versions.length === 0) throw new Error('PostgreSQL is not installed: ./dev install');
  return path.join(base, versions.sort((a, b) => Number(b) - Number(a))[0], 'bin');
}

export class PostgresServer {
  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'openclaw-pg-'));
    this.data = path.join(this.folder, 'data');
    this.bin = binaries();
    // A server refuses to be root's.
    if (process.getuid() === 0) execFileSync('chown', ['postgres:postgres', this.folder]);
    else chmodSync(this.folder, 0o700);
  }

  #command(program, args) {
    const drop = process.getuid() === 0 ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
    const options = { cwd: this.folder, env: { ...process.env, LC_ALL: 'C', PGAPPNAME: 'test' } };
    return ['setpriv', [...drop, path.join(this.bin, program), ...args], options];
  }

  async #run(program, args) {
    const [command, words, options] = this.#command(program, args);
    return (await promisify(execFile)(command, words, { ...options, timeout: kDeadlineMs, maxBuffer: 1 << 26 })).stdout;
  }

  #psql(sql) {
    const where = ['-h', this.folder, '-p', String(this.port), '-U', 'openclaw', '-d', 'postgres'];
    return ['psql', [...where, '-AtX', '-v', 'ON_ERROR_STOP=1', '-c', sql]];
  }

  /** Makes the database when there is none, and returns once the server takes connections. */
  async start() {
    if (!existsSync(this.data)) {
      await this.#run('initdb', ['-D', this.data, '-U', 'openclaw', '--auth=trust', '--encoding=UTF8', '--no-locale', '-N']);
      this.port = await freePort();
      appendFileSync(path.join(this.data, 'postgresql.conf'),
        `\nlisten_addresses = '127.0.0.1'\nport = ${this.port}\nunix_socket_directories = '${this.folder}'\n`);
    }
    await this.#run('pg_ctl', ['-D', this.data, '-w', '-l', path.join(this.folder, 'log'), 'start']);
    return this;
  }

  /** mode: fast ends transactions, immediate is a crash. */
  async stop(mode = 'fast') {
    await this.#run('pg_ctl', ['-D', this.data, '-w', '-m', mode, 'stop']);
  }

  get url() {
    return `postgres://openclaw@127.0.0.1:${this.port}/postgres`;
  }

  /** One statement's result, as psql writes it without decoration. */
  async query(sql) {
    return (await this.#run(...this.#psql(sql))).trim();
  }

  /** A statement that goes on for a while: {child, ended}, which resolves to what psql said in the end. */
  session(sql) {
    const [command, words, options] = this.#command(...this.#psql(sql));
    const child = spawn(command, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (data) => (said += data));
    child.stderr.on('data', (data) => (said += data));
    return { child, ended: once(child, 'close').then(([code]) => ({ code, said })) };
  }

  /** With these lines in postgresql.conf. */
  async restartWith(...settings) {
    await this.stop();
    appendFileSync(path.join(this.data, 'postgresql.conf'), `${settings.join('\n')}\n`);
    await this.start();
  }

  /** The storage section of a gateway.yaml. */
  section(schema) {
    return `storage: { type: postgres, url: "${this.url}", schema: ${schema} }\n`;
  }

  async remove() {
    if (existsSync(this.#pidFile)) await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** As remove(), at the exit of the process: it waits for nothing. */
  abandon() {
    if (existsSync(this.#pidFile)) process.kill(Number(readFileSync(this.#pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #pidFile() {
    return path.join(this.data, 'postmaster.pid');
  }
}
