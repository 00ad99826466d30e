// A Telegram Bot API in memory, for tests that drive the gateway (or grammY) over real HTTP.
//
// Behaviour and error texts follow the official server; every request is checked against the
// official description where that is at hand, and what is wrong with it lands in `violations`.
import { EventEmitter } from 'node:events';
import { createServer, STATUS_CODES } from 'node:http';

import { errors } from './telegram/errors.mjs';
import { Files, mediaFields } from './telegram/files.mjs';
import { methods } from './telegram/methods.mjs';
import { parseParams, readBody } from './telegram/request_params.mjs';
import { SpecValidator } from './telegram/spec_validator.mjs';
import { UpdateQueue } from './telegram/update_queue.mjs';
import { WebhookSender } from './telegram/webhook_sender.mjs';
import { watch } from './violations.mjs';

export { errors } from './telegram/errors.mjs';

const DEFAULT_WAIT_MS = 10_000;

export class TelegramServer {
  calls = []; // { method, params } of every call
  sent = []; // the messages the bot has sent, as Telegram would show them
  drafts = [];
  actions = [];
  reactions = []; // { chat, message, emoji: [] } of each change
  deleted = []; // the messages that the bot took back
  files = new Files();
  downloads = []; // the paths that were asked for
  badUrls = new Map(); // url → error
  violations = []; // { method, params, problems }
  webhookAttempts = []; // { update, status }
  chats = new Map(); // id → { chat, migratedTo, error }
  webhookUrl = '';
  webhookError = undefined; // { date, message } of the last delivery that failed

  #events = new EventEmitter().setMaxListeners(0);
  #injections = [];
  #sockets = new Set();
  #nextUpdate;
  #nextMessage = 1;
  #messages = new Set(); // "chat:message"
  #webhook;
  #server;
  #validator;

  /**
   * `webhookTarget`: where webhook posts really go, when the registered address is not reachable.
   * `allowHttpWebhook`: take an http address in setWebhook, which Telegram refuses.
   */
  constructor({ token = '42:TEST-token', username = 'my_bot', firstUpdate = 1000, conflictDelayMs,
    webhookTarget, allowHttpWebhook = false, webhookRetryMs } = {}) {
    this.token = token;
    this.me = { id: Number(token.split(':')[0]), is_bot: true, first_name: 'Bot', username,
      can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false };
    this.updates = new UpdateQueue({ conflictDelayMs });
    this.webhookTarget = webhookTarget;
    this.allowHttpWebhook = allowHttpWebhook;
    this.webhookRetryMs = webhookRetryMs;
    this.#nextUpdate = firstUpdate;
  }

  async start() {
    watch(this);
    this.#validator = await SpecValidator.load();
    this.#server = createServer((request, response) => this.#handle(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.apiRoot = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async stop() {
    this.updates.stop();
    this.#webhook?.stop();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // ---- what people do -------------------------------------------------------------------------

  /** Makes a chat known: { id, type: 'private' | 'group' | 'supergroup', ... }. */
  addChat(chat) {
    this.chats.set(String(chat.id), { ...this.chats.get(String(chat.id)), chat });
    return chat;
  }
  /** Every send to this chat fails so, e.g. errors.blocked. Undefined ends that. */
  failChat(id, error) {
    this.chats.get(String(id)).error = error;
  }
  migrateChat(id, to) {
    this.addChat({ ...this.chats.get(String(id)).chat, id: to, type: 'supergroup' });
    this.chats.get(String(id)).migratedTo = to;
  }

  /** Someone writes. Options: chat, entities, replyTo (a message), threadId, and further fields. */
  sendText(from, text, { chat, replyTo, threadId, entities, ...fields } = {}) {
    const user = typeof from === 'object' ? from : { id: from, is_bot: false, first_name: `User ${from}` };
    const where = this.addChat(chat ?? { id: user.id, type: 'private', first_name: user.first_name });
    const message = {
      message_id: this.#nextMessage++, date: Math.floor(Date.now() / 1000), chat: where, from: user,
      ...(text === undefined ? {} : { text }),
      ...(entities ? { entities } : {}),
      ...(replyTo ? { reply_to_message: replyTo } : {}),
      ...(threadId ? { message_thread_id: threadId, is_topic_message: true } : {}),
      ...fields,
    };
    this.#messages.add(`${where.id}:${message.message_id}`);
    return this.addUpdate({ message });
  }

  /** Someone sends a file: photo | document | audio | voice | video. Options: caption, mime, name, size, path, and those of sendText. */
  sendMedia(from, kind, bytes, { caption, mime, name, size, path, ...options } = {}) {
    const file = this.files.add(bytes, { path, size });
    return this.sendText(from, undefined, { ...options, ...mediaFields(kind, file, { mime, name, caption }) });
  }

  /** Any update; it gets the next id. Throws when the official description forbids it. */
  addUpdate(update) {
    const full = { update_id: this.#nextUpdate++, ...update };
    const problems = this.#validator?.check('Update', full) ?? [];
    if (problems.length) throw new Error(`not an update: ${problems.join('; ')}`);
    if (this.updates.add(full)) this.#webhook?.push(full);
    return full;
  }

  /** Telegram cannot get what is at this address, e.g. errors.urlFailed. */
  failUrl(url, error) {
    this.badUrls.set(url, error);
  }

  // ---- trouble --------------------------------------------------------------------------------

  /**
   * The next `times` calls of `method` ('*' = any, 'file' = the bytes of one) meet this instead:
   *   error: a body of `errors`   raw: {status, body}   hang: true (never answered)
   *   cut: 'before' | 'after' (connection closed without an answer; after: the call took effect)
   */
  inject({ method, error, raw, hang, cut, times = 1 }) {
    this.#injections.push({ method, error, raw, hang, cut, times });
  }

  /** Ends every connection, as a restart would. */
  dropConnections() {
    for (const socket of this.#sockets) socket.destroy();
  }

  // ---- waiting, without sleeping --------------------------------------------------------------

  /** Until `n` messages were sent, or one satisfies the predicate; resolves to that message. */
  waitForSent(wanted = 1, { timeoutMs } = {}) {
    const find = typeof wanted === 'function'
      ? () => this.sent.find(wanted)
      : () => (this.sent.length >= wanted ? this.sent[wanted - 1] : undefined);
    return this.#until(find, timeoutMs, () => `sent: ${JSON.stringify(this.sent.map((m) => m.text))}`);
  }

  /** Until a call of `method` (that satisfies the predicate) has come, `n` of them. */
  waitForCall(method, predicate = () => true, { timeoutMs, n = 1 } = {}) {
    const find = () => this.calls.filter((c) => c.method === method && predicate(c.params))[n - 1];
    return this.#until(find, timeoutMs, () => `calls: ${this.calls.map((c) => c.method).join(' ')}`);
  }

  /** Until everything up to this update is confirmed (or delivered by webhook). */
  waitForConfirmed(update, { timeoutMs } = {}) {
    const find = () => !this.updates.unconfirmed.some((u) => u.update_id <= update.update_id) || undefined;
    return this.#until(find, timeoutMs, () => `unconfirmed: ${this.updates.unconfirmed.map((u) => u.update_id)}`);
  }

  /** Until `n` webhook posts satisfy the predicate. */
  waitForWebhookAttempt(predicate = () => true, { timeoutMs, n = 1 } = {}) {
    const find = () => this.webhookAttempts.filter(predicate)[n - 1];
    return this.#until(find, timeoutMs, () => `attempts: ${this.webhookAttempts.map((a) => a.status)}`);
  }

  async #until(find, timeoutMs = DEFAULT_WAIT_MS, describe) {
    const caller = new Error('timed out');
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#events.off('change', check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#events.off('change', check);
        caller.message = `timed out after ${timeoutMs} ms; ${describe()}`;
        reject(caller);
      }, timeoutMs);
      this.#events.on('change', check);
      check();
    });
  }

  // ---- for the methods ------------------------------------------------------------------------

  hasMessage(chat, id) {
    return this.#messages.has(`${chat}:${id}`);
  }

  record(chat, params, { text, entities, fields }) {
    const message = {
      message_id: this.#nextMessage++, date: Math.floor(Date.now() / 1000), chat, from: this.me, text,
      ...(entities ? { entities } : {}),
      ...fields,
      ...(params.message_thread_id ? { message_thread_id: params.message_thread_id, is_topic_message: true } : {}),
    };
    this.#messages.add(`${chat.id}:${message.message_id}`);
    this.sent.push(Object.defineProperty({ ...message }, 'params', { value: params }));
    return message;
  }

  webhookInfo() {
    const info = { url: this.webhookUrl, has_custom_certificate: false, pending_update_count: this.updates.unconfirmed.length };
    if (this.webhookUrl) {
      info.max_connections = 40;
      if (this.webhookError) {
        info.last_error_date = this.webhookError.date;
        info.last_error_message = this.webhookError.message;
      }
    }
    if (this.updates.allowed) info.allowed_updates = this.updates.allowed;
    const problems = this.#validator?.check('WebhookInfo', info) ?? [];
    if (problems.length) throw new Error(`not a WebhookInfo: ${problems.join('; ')}`);
    return info;
  }

  /** As setWebhook does; an empty address ends webhook mode. */
  useWebhook(url, secret, { allowed_updates: allowed, drop_pending_updates: drop } = {}) {
    this.#webhook?.stop();
    this.#webhook = undefined;
    this.webhookUrl = url;
    this.webhookError = undefined;
    this.updates.allow(allowed);
    if (drop) this.updates.clear();
    if (!url) return;
    this.updates.endPoll(errors.pollEndedBySetWebhook);
    this.#webhook = new WebhookSender({
      url: this.webhookTarget ?? url, secret, retryMs: this.webhookRetryMs,
      onAttempt: (attempt) => {
        this.webhookAttempts.push(attempt);
        if (attempt.status < 200 || attempt.status > 299) this.webhookError = failedDelivery(attempt.status);
        this.#changed();
      },
      onDelivered: (update) => {
        this.updates.take(update);
        this.#changed();
      },
      onReply: ({ method, ...params }) => this.#run(method, params),
    });
    for (const update of this.updates.unconfirmed) this.#webhook.push(update);
  }

  // ---- HTTP -----------------------------------------------------------------------------------

  #changed() {
    this.#events.emit('change');
  }

  #run(method, params) {
    this.calls.push({ method, params });
    const problems = this.#validator?.request(method, params) ?? [];
    if (problems.length) this.violations.push({ method, params, problems });
    if (!methods[method]) return errors.methodUnknown;
    const body = methods[method](this, params);
    this.#changed();
    return body;
  }

  async #handle(request, response) {
    const url = new URL(request.url, 'http://127.0.0.1');
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname));
    if (file) return this.#serve(file, request, response);
    const [, token, method] = /^\/bot([^/]+)\/([^/]+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const text = await readBody(request).catch(() => undefined);
    if (text === undefined) return request.destroy();
    if (!method) return answer(response, errors.pathUnknown);
    if (token !== this.token) {
      return answer(response, /^\d+:/.test(token) ? errors.revokedToken : errors.badToken);
    }
    const params = parseParams(url, request.headers['content-type'], text,
      (name) => this.#validator?.parameter(method, name) ?? { type: name === 'text' ? 'string' : undefined });
    if (!params) return answer(response, errors.unparsableBody);

    const injected = this.#takeInjection(method);
    if (injected) return this.#meet(injected, method, params, request, response);
    if (method === 'getUpdates') return this.#poll(params, request, response);
    return answer(response, this.#run(method, params));
  }

  /** A file's bytes, to who has the token. */
  #serve([, token, path], request, response) {
    this.downloads.push(path);
    this.#changed();
    const injected = this.#takeInjection('file');
    if (injected?.cut) return request.socket.destroy();
    if (injected?.hang) return undefined;
    if (injected?.raw) return response.writeHead(injected.raw.status).end(injected.raw.body);
    const bytes = request.method === 'GET' && token === this.token ? this.files.at(path) : undefined;
    if (!bytes) return answer(response, errors.pathUnknown);
    return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
  }

  #takeInjection(method) {
    const injected = this.#injections.find((i) => i.method === method || i.method === '*');
    if (injected && --injected.times <= 0) this.#injections.splice(this.#injections.indexOf(injected), 1);
    return injected;
  }

  #meet(injected, method, params, request, response) {
    if (injected.cut === 'after') this.#run(method, params);
    else {
      this.calls.push({ method, params });
      this.#changed();
    }
    if (injected.cut) return request.socket.destroy();
    if (injected.hang) return undefined;
    if (injected.raw) return response.writeHead(injected.raw.status).end(injected.raw.body);
    return answer(response, injected.error);
  }

  #poll(params, request, response) {
    this.calls.push({ method: 'getUpdates', params });
    const problems = this.#validator?.request('getUpdates', params) ?? [];
    if (problems.length) this.violations.push({ method: 'getUpdates', params, problems });
    if (this.webhookUrl) {
      this.#changed();
      return answer(response, errors.webhookActive);
    }
    const hungUp = this.updates.poll(params, (body) => answer(response, body));
    if (hungUp) response.on('close', hungUp);
    this.#changed();
    return undefined;
  }
}

/** In the words of the official server. */
function failedDelivery(status) {
  const message = status ? `Wrong response from the webhook: ${status} ${STATUS_CODES[status] ?? ''}` : 'Connection refused';
  return { date: Math.floor(Date.now() / 1000), message };
}

function answer(response, body) {
  const status = body.ok ? 200 : body.error_code;
  const headers = { 'content-type': 'application/json' };
  if (body.parameters?.retry_after) headers['retry-after'] = String(body.parameters.retry_after);
  response.writeHead(status, headers).end(JSON.stringify(body));
}
