// A Discord in memory, for tests that drive the gateway (or discord.js) over real HTTP and WebSockets.
//
// Every REST request is checked against the official description where that is at hand, and what
// is wrong with it lands in `violations`.
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';

import { Cdn } from './discord/cdn.mjs';
import { endpoints } from './discord/endpoints.mjs';
import { errors } from './discord/errors.mjs';
import { Gateway, intents } from './discord/gateway.mjs';
import { InteractionSender } from './discord/interaction_sender.mjs';
import { makeChannel, makeGuild, makeMessage, makeUser, snowflake } from './discord/objects.mjs';
import { RateLimits } from './discord/rate_limits.mjs';
import { SpecValidator } from './discord/spec_validator.mjs';
import { readBody } from './telegram/request_params.mjs';
import { watch } from './violations.mjs';

export { errors } from './discord/errors.mjs';

const DEFAULT_WAIT_MS = 10_000;

export class DiscordServer {
  calls = []; // { method, path, body, headers } of every REST call
  sent = []; // the bot's messages; `params` is what was asked for
  typings = []; // channel ids
  messages = new Set(); // "channel:message", of people and of the bot
  reactions = new Map(); // "channel:message" → Set of emoji, the bot's
  reactionLog = []; // { channel, message, emoji, on }
  deleted = []; // the ids of messages that the bot took back
  cdn = new Cdn();
  violations = []; // { method, path, problems }; of the gateway 'gateway' and what was said
  urls = []; // as they were asked for
  channels = new Map(); // id → { channel, error }
  users = new Map();
  guilds = new Map(); // id → name
  nonces = new Map();
  commands = [];
  interactions = new Map(); // token → { interaction, original }
  rates = new RateLimits();
  refusals = []; // paths that met a bucket that was empty
  signer = new InteractionSender();
  gateway = new Gateway(this);

  #events = new EventEmitter().setMaxListeners(0);
  #injections = [];
  #sockets = new Set();
  #server;
  #validator;

  constructor({ token = 'NDI.test.token', botId = '42', applicationId = '42', heartbeatMs } = {}) {
    this.token = token;
    this.applicationId = applicationId;
    this.me = makeUser(botId, { bot: true, username: 'my_bot' });
    if (heartbeatMs) this.gateway.heartbeatMs = heartbeatMs;
  }

  async start() {
    watch(this);
    this.#validator = await SpecValidator.load();
    this.#server = createServer((request, response) => this.#handle(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.gateway.upgrade(request, socket, head));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address();
    this.apiRoot = `http://127.0.0.1:${port}/api`;
    this.gatewayUrl = `ws://127.0.0.1:${port}/gateway`;
    this.resumeUrl = `ws://127.0.0.1:${port}/resume`;
    return this;
  }

  async stop() {
    this.gateway.stop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // ---- what people do -------------------------------------------------------------------------

  addUser(id, options) {
    const user = this.users.get(String(id)) ?? makeUser(id, options);
    this.users.set(user.id, user);
    return user;
  }
  addChannel(channel) {
    this.channels.set(channel.id, { ...this.channels.get(channel.id), channel });
    return channel;
  }
  /** A person's direct channel with the bot. */
  dmChannel(user) {
    const found = [...this.channels.values()].find((c) => c.channel.type === 1 && c.channel.recipients[0].id === user.id);
    return found?.channel ?? this.addChannel(makeChannel({ recipient: user }));
  }
  /** A guild's text channel; `parent` makes it a thread of that channel. */
  guildChannel({ guild = '900', id = snowflake(), parent } = {}) {
    this.guilds.set(guild, `Guild ${guild}`);
    return this.addChannel(makeChannel({ id, guild, type: parent ? 11 : 0, parent }));
  }
  /** Every send to this channel fails so, e.g. errors.missingPermissions. Undefined ends that. */
  failChannel(id, error) {
    this.channels.get(id).error = error;
  }

  /** Someone writes. Options: channel, mention (the bot), replyTo (a message), and further fields. */
  sendText(from, text, { channel, mention = false, replyTo, ...fields } = {}) {
    const author = this.addUser(from);
    const where = channel ?? this.dmChannel(author);
    const message = makeMessage({
      channel: where, channel_type: where.type, author, content: mention ? `<@${this.me.id}> ${text}` : text, mentions: mention ? [this.me] : [],
      ...(where.guild_id ? { guild_id: where.guild_id, member: { roles: [], nick: null, joined_at: new Date().toISOString(), deaf: false, mute: false, flags: 0 } } : {}),
      ...(replyTo ? { type: 19, message_reference: { message_id: replyTo.id, channel_id: where.id, type: 0 }, referenced_message: replyTo } : {}),
      ...fields,
    });
    this.messages.add(`${where.id}:${message.id}`);
    const visible = mention || !where.guild_id;
    this.gateway.dispatch('MESSAGE_CREATE', message, (wanted) => {
      if (!(wanted & (where.guild_id ? intents.guildMessages : intents.directMessages))) return undefined;
      return visible || wanted & intents.messageContent ? message : { ...message, content: '', attachments: [], embeds: [] };
    });
    return message;
  }

  /** Someone sends a file. Options: name, mime, size, and those of sendText. */
  sendFile(from, bytes, { text = '', name, mime, size, ...options } = {}) {
    const channel = options.channel ?? this.dmChannel(this.addUser(from));
    const attachment = this.cdn.add(new URL(this.apiRoot).origin, channel.id, bytes, { name, mime, size });
    return this.sendText(from, text, { ...options, channel, attachments: [attachment] });
  }

  // ---- trouble --------------------------------------------------------------------------------

  /**
   * The next `times` calls that match meet this instead:
   *   error: an answer of `errors`; with `after` the call took effect all the same   hang: true (never answered)
   *   cut: 'before' | 'after' (connection closed without an answer; after: the call took effect)
   *   until: a promise for which the call waits, with `after` only its answer
   * Returns the injection, whose `times` are those that are left. `content` narrows down which messages match.
   */
  inject({ method, path = /./, content, error, after, hang, cut, until, times = 1 }) {
    const injection = { method, path, content, error, after, hang, cut, until, times };
    this.#injections.push(injection);
    return injection;
  }

  // ---- waiting, without sleeping --------------------------------------------------------------

  /** Until `find()` gives something. */
  waitFor(find, what = 'what the test waits for', { timeoutMs = DEFAULT_WAIT_MS } = {}) {
    const caller = new Error('timed out');
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (!found) return;
        clearTimeout(timer);
        this.#events.off('change', check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#events.off('change', check);
        caller.message = `timed out after ${timeoutMs} ms waiting for ${what}; calls: ${this.calls.map((c) => `${c.method} ${c.path}`).join(', ')}; ` +
          `sent: ${JSON.stringify(this.sent.map((m) => m.content))}; closes: ${this.gateway.closes}`;
        reject(caller);
      }, timeoutMs);
      this.#events.on('change', check);
      check();
    });
  }
  /** Until `n` messages were sent, or one satisfies the predicate; resolves to that message. */
  waitForSent(wanted = 1, options) {
    const find = typeof wanted === 'function' ? () => this.sent.find(wanted) : () => this.sent[wanted - 1];
    return this.waitFor(find, 'a message', options);
  }
  waitForCall(method, path, { n = 1, ...options } = {}) {
    return this.waitFor(() => this.calls.filter((c) => c.method === method && path.test(c.path))[n - 1], `${method} ${path}`, options);
  }
  waitForIdentify(n = 1, options) {
    return this.waitFor(() => this.gateway.identifies[n - 1], `IDENTIFY ${n}`, options);
  }
  waitForResume(n = 1, options) {
    return this.waitFor(() => this.gateway.resumes[n - 1], `RESUME ${n}`, options);
  }

  // ---- for the parts --------------------------------------------------------------------------

  changed() {
    this.#events.emit('change');
  }
  record(message, params) {
    this.messages.add(`${message.channel_id}:${message.id}`);
    this.sent.push(Object.defineProperty(message, 'params', { value: params, configurable: true }));
    const shown = this.channels.get(message.channel_id)?.channel;
    this.gateway.dispatch('MESSAGE_CREATE', message, (wanted) =>
      (wanted & (shown?.guild_id ? intents.guildMessages : intents.directMessages) ? { ...message, guild_id: shown?.guild_id } : undefined));
  }
  /** READY, and what follows it at once. */
  readyEvents(session) {
    const guilds = [...this.guilds];
    const ready = {
      v: 10, user: { ...this.me, verified: true, mfa_enabled: false, email: null }, session_id: session.id, session_type: 'normal',
      resume_gateway_url: this.resumeUrl, guilds: guilds.map(([id]) => ({ id, unavailable: true })), private_channels: [],
      user_settings: {}, relationships: [], presences: [], application: { id: this.applicationId, flags: 0 }, shard: [0, 1], _trace: [],
    };
    const of = (id, isThread) => [...this.channels.values()].map((c) => c.channel)
      .filter((c) => c.guild_id === id && (c.type >= 10 && c.type <= 12) === isThread);
    const events = session.intents & intents.guilds
      ? guilds.map(([id, name]) => ['GUILD_CREATE', makeGuild({ id, name, channels: of(id, false), threads: of(id, true), bot: this.me })])
      : [];
    return { ready, events };
  }

  // ---- HTTP -----------------------------------------------------------------------------------

  async #handle(request, response) {
    this.urls.push(request.url);
    const url = new URL(request.url, 'http://127.0.0.1');
    if (this.cdn.serve(url, request, response)) {
      // Whoever sent a file chose its name: the bot's token is none of that server's business.
      if (request.headers.authorization) this.violations.push({ method: request.method, path: url.pathname, problems: ['Authorization was sent'] });
      return this.changed();
    }
    const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, '');
    const text = await readBody(request).catch(() => undefined);
    if (text === undefined) return request.destroy();
    let body;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      return answer(response, errors.badJson);
    }
    const call = { method: request.method, path, body, headers: request.headers };
    this.calls.push(call);
    let result = this.#answerOf(call);
    this.changed();
    if (result.until) {
      await result.until;
      if (!result.status) result = this.#answerOf(call);
      this.changed();
    }
    if (result.cut) return request.socket.destroy();
    return result.hang ? undefined : answer(response, result);
  }

  #answerOf(call) {
    const { method, path, body, headers } = call;
    const problems = this.#validator?.request(method, path, body) ?? [];
    if (!/^DiscordBot \(https?:\/\/\S+, \S+\)/.test(headers['user-agent'] ?? '')) {
      this.violations.push({ method, path, problems: [`User-Agent: ${headers['user-agent']}`] });
      return errors.badAgent;
    }
    if (problems.length) this.violations.push({ method, path, body, problems });
    const endpoint = endpoints.find((e) => e.method === method && e.pattern.test(path));
    if (!endpoint) return errors.notFound;
    if (endpoint.auth && headers.authorization !== `Bot ${this.token}`) return errors.unauthorized;
    const injected = this.#takeInjection(method, path, body?.content);
    if (injected?.error && !injected.after) return injected.error;
    if (injected?.hang || injected?.cut === 'before' || (injected?.until && !injected.after)) return injected;
    const params = endpoint.pattern.exec(path).slice(1);
    const { headers: limits, refused } = this.rates.take(endpoint.route, params[0] ?? '');
    if (refused) {
      this.refusals.push(path);
      return refused;
    }
    if (problems.length) return { ...errors.invalidForm(problems), headers: limits };
    const result = endpoint.run(this, { params, body: body ?? {} });
    if (injected?.cut) return injected;
    return injected?.error ?? { ...result, headers: limits, until: injected?.until };
  }

  #takeInjection(method, path, content) {
    const injected = this.#injections.find((i) => (!i.method || i.method === method) && i.path.test(path) &&
      (i.content === undefined || i.content === content));
    if (injected && --injected.times <= 0) this.#injections.splice(this.#injections.indexOf(injected), 1);
    return injected;
  }
}

function answer(response, { status, body, headers = {} }) {
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
