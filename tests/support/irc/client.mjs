// A small IRC client: a person, or the one who asks whether a server is ready.
import { once } from 'node:events';
import { connect } from 'node:net';

/** `:nick!user@host COMMAND a b :the rest` as {source, nick, command, params}. */
export function parseLine(text) {
  const match = /^(?::(\S+) +)?(\S+)((?: +[^: ]\S*)*)(?: +:(.*))?$/.exec(text);
  if (!match) return { command: '', params: [], text };
  const [, source = '', command, middle, trailing] = match;
  const params = middle.trim().split(/ +/).filter(Boolean);
  if (trailing !== undefined) params.push(trailing);
  return { source, nick: source.split('!')[0], command: command.toUpperCase(), params, text };
}

export class IrcClient {
  /** Every line that came, parsed. */
  lines = [];
  #waiting = new Set();
  #rest = '';

  /** Connects and registers; resolves when the server has welcomed it. */
  static async join(port, nick, { password, rooms = [] } = {}) {
    const client = new IrcClient();
    client.nick = nick;
    client.socket = connect({ port, host: '127.0.0.1' });
    await once(client.socket, 'connect');
    client.socket.setEncoding('utf8');
    client.socket.on('data', (data) => client.#read(data));
    client.socket.on('error', () => {});
    client.closed = once(client.socket, 'close').then(() => client.#settle());
    if (password) client.send(`PASS :${password}`);
    client.send(`NICK ${nick}`);
    client.send(`USER ${nick} 0 * :a person`);
    await client.until((line) => line.command === '001');
    for (const room of rooms) {
      client.send(`JOIN ${room}`);
      await client.until((line) => line.command === '366' && line.params[1] === room);
    }
    return client;
  }

  #read(data) {
    this.#rest += data;
    const lines = this.#rest.split(/\r?\n/);
    this.#rest = lines.pop();
    for (const text of lines) {
      const line = { ...parseLine(text), at: performance.now() };
      if (line.command === 'PING') this.send(`PONG :${line.params.at(-1)}`);
      this.lines.push(line);
    }
    this.#settle();
  }

  #settle() {
    for (const look of [...this.#waiting]) look();
  }

  send(line) {
    this.socket.write(`${line}\r\n`);
  }

  say(target, text) {
    this.send(`PRIVMSG ${target} :${text}`);
  }

  /** The first line from number `from` on that matches; waits for it. */
  until(matches, { from = 0, timeout = 30000, what = String(matches) } = {}) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const line = this.lines.slice(from).find(matches);
        if (line) done(resolve, line);
        else if (this.socket.destroyed) done(reject, new Error(`the connection ended before ${what}: ${this.lines.at(-1)?.text}`));
      };
      const timer = setTimeout(
        () => done(reject, new Error(`never came: ${what}\n${this.lines.slice(-20).map((l) => l.text).join('\n')}`)), timeout);
      const done = (settle, value) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle(value);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** The next thing that `nick` says to `target` (a room, or this client). */
  hears(nick, target, options) {
    return this.until((l) => l.command === 'PRIVMSG' && l.nick === nick && l.params[0] === target,
      { what: `${nick} says something to ${target}`, ...options });
  }

  async quit() {
    this.send('QUIT');
    await this.closed;
  }
}
