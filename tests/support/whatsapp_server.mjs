// A WhatsApp Cloud API in memory, for tests that drive the gateway over real HTTP.
//
// Every request is checked against Meta's description where that is at hand, and what is wrong with
// it lands in `violations`. Webhooks are signed as Meta signs them.
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';

import { watch } from './violations.mjs';
import { errors } from './whatsapp/errors.mjs';
import { Media } from './whatsapp/media.mjs';
import { SpecValidator } from './whatsapp/spec_validator.mjs';
import { payloadOf, post, wireBytes } from './whatsapp/webhook.mjs';

export { errors } from './whatsapp/errors.mjs';

const DEFAULT_WAIT_MS = 10_000;
const SHOWN = new Set(['image', 'video', 'audio', 'document']);

export class WhatsAppServer {
  calls = []; // { kind: 'text' | 'shown' | 'reaction' | 'read' | 'number' | 'media' | 'file' | 'other', number, headers, body }
  sent = []; // { number, to, text, id, body }; of media `shown` in place of text: { type, link, caption, filename }
  reactions = []; // { number, to, wamid, emoji }
  media = new Media();
  badLinks = new Map(); // link → error
  reads = []; // { number, wamid, typing }
  violations = []; // { method, path, problems }
  urls = []; // as they were asked for
  webhookUrl; // where the gateway listens

  #events = new EventEmitter().setMaxListeners(0);
  #injections = [];
  #heard = new Map(); // wamid → number, of what people wrote
  #next = 1;
  #server;
  #validator;

  constructor({ token = 'EAAB-test-token', appSecret = 'app-secret-for-tests', numbers = ['106540352242922'] } = {}) {
    Object.assign(this, { token, appSecret });
    this.numbers = new Map(numbers.map((id, n) => [id, `1555078388${n + 1}`]));
  }

  async start() {
    watch(this);
    this.#validator = await SpecValidator.load();
    this.#server = createServer((request, response) => this.#handle(request, response));
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.apiRoot = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // ---- what people do, as Meta tells it -------------------------------------------------------

  /** The value of a change that holds one text; options: number, wamid, name, and further fields. */
  textValue(from, text, { number = [...this.numbers.keys()][0], wamid = `wamid.IN${this.#next++}`, name = 'Zoë', ...fields } = {}) {
    this.#heard.set(wamid, number);
    return {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: this.numbers.get(number), phone_number_id: number },
      contacts: [{ profile: { name }, wa_id: from }],
      messages: [{ from, id: wamid, timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: text }, ...fields }],
    };
  }

  /** The value of a change that tells what became of a message of the gateway's, of `sent`: sent | delivered | read | failed, with `error`'s code. */
  statusValue({ id, number, to }, status, error) {
    const { code, message, error_data: data } = error?.body.error ?? {};
    return {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: this.numbers.get(number), phone_number_id: number },
      statuses: [{ id, status, timestamp: String(Math.floor(Date.now() / 1000)), recipient_id: to,
        ...(error ? { errors: [{ code, title: message, message, ...(data ? { error_data: { details: data.details } } : {}) }] } : {}) }],
    };
  }

  /** As textValue, of a file: image | video | audio | document | sticker. Options: mime, caption, filename, size, sha256 and those of textValue. */
  mediaValue(from, type, bytes, { mime, caption, filename, size, sha256, ...options } = {}) {
    const id = this.media.add(bytes, { mime, size, sha256 });
    const described = { id, mime_type: mime ?? 'image/jpeg', sha256: 'as Meta writes it', ...(caption ? { caption } : {}), ...(filename ? { filename } : {}) };
    return this.textValue(from, undefined, { ...options, type, text: undefined, [type]: described });
  }
  /** Someone sends a file; resolves as sendText does. */
  sendMedia(from, type, bytes, options = {}) {
    return this.deliver(payloadOf(this.mediaValue(from, type, bytes, options)));
  }
  /** Meta cannot get what is at this address, e.g. errors.mediaDownload. */
  failLink(link, error) {
    this.badLinks.set(link, error);
  }

  /** Someone writes; resolves to the status that the gateway answered with. */
  sendText(from, text, options = {}) {
    return this.deliver(payloadOf(this.textValue(from, text, options)));
  }

  /** One delivery of a webhook. Options: secret, header (null: none). */
  deliver(payload, { secret = this.appSecret, ...options } = {}) {
    return post(this.webhookUrl, wireBytes(payload), secret, options);
  }

  // ---- trouble --------------------------------------------------------------------------------

  /** The next `times` calls of `kind` ('*' = any) meet `error`, of `errors`, or a cut of the connection ('before' | 'after' the effect). */
  inject({ kind = '*', error, cut, times = 1 }) {
    this.#injections.push({ kind, error, cut, times });
  }

  /** From now on every call is answered so: the token does not work any more. */
  revokeToken() {
    this.token = undefined;
  }

  // ---- waiting, without sleeping --------------------------------------------------------------

  /** Until `n` messages were sent, or one satisfies the predicate; resolves to that message. */
  waitForSent(wanted = 1, options) {
    return this.#wait(this.sent, wanted, options);
  }
  waitForRead(wanted = 1, options) {
    return this.#wait(this.reads, wanted, options);
  }
  waitForCall(wanted = 1, options) {
    return this.#wait(this.calls, wanted, options);
  }

  #wait(list, wanted, { timeoutMs = DEFAULT_WAIT_MS } = {}) {
    const find = typeof wanted === 'function' ? () => list.find(wanted) : () => list[wanted - 1];
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
        caller.message = `timed out after ${timeoutMs} ms; calls: ${JSON.stringify(this.calls.map((c) => c.body ?? c.kind))}`;
        reject(caller);
      }, timeoutMs);
      this.#events.on('change', check);
      check();
    });
  }

  // ---- HTTP -----------------------------------------------------------------------------------

  async #handle(request, response) {
    this.urls.push(request.url);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    let body;
    try {
      body = text === '' ? undefined : JSON.parse(text);
    } catch {
      return answer(response, errors.parameter);
    }
    const url = new URL(request.url, 'http://x');
    const { pathname } = url;
    if (pathname.startsWith('/whatsapp_business/')) return this.#serveFile(url, request, response);
    const [, number, messages] = /^\/v23\.0\/(\d+)(\/messages)?$/.exec(pathname) ?? [];
    const kind = this.#kindOf(number, messages, body);
    this.#check(request, pathname, messages, body);
    this.calls.push({ kind, number, headers: request.headers, body });

    const injected = this.#takeInjection(kind);
    const outcome = injected?.error ?? (injected?.cut === 'before' ? undefined : this.#run(kind, number, request, body));
    this.#events.emit('change');
    if (injected?.cut) return request.socket.destroy();
    return answer(response, outcome);
  }

  #check(request, pathname, messages, body) {
    if (!this.#validator) return;
    const id = pathname.split('/').at(-1);
    const template = messages ? '/{Version}/{Phone-Number-ID}/messages' : this.media.has(id) ? '/{Version}/{Media-ID}' : '/{Version}/{Phone-Number-ID}';
    const problems = this.#validator.request(template, request.method, { headers: request.headers, body });
    if (problems.length) this.violations.push({ method: request.method, path: pathname, problems });
  }

  #kindOf(number, messages, body) {
    if (number === undefined) return 'other';
    if (!messages) return this.numbers.has(number) || !/^1003\d{10}/.test(number) ? 'number' : 'media';
    if (body?.status === 'read') return 'read';
    if (body?.type === 'reaction') return 'reaction';
    return SHOWN.has(body?.type) ? 'shown' : 'text';
  }

  #serveFile(url, request, response) {
    if (this.#validator) {
      const problems = this.#validator.request('/{Version}/{Media-URL}', request.method, { headers: request.headers });
      if (problems.length) this.violations.push({ method: request.method, path: url.pathname, problems });
    }
    this.calls.push({ kind: 'file', headers: request.headers });
    const injected = this.#takeInjection('file');
    this.#events.emit('change');
    if (injected?.cut) return request.socket.destroy();
    if (injected?.error) return answer(response, injected.error);
    return this.media.serve(url, request, response, request.headers.authorization === `Bearer ${this.token}`);
  }

  #takeInjection(kind) {
    const found = this.#injections.find((i) => i.times > 0 && (i.kind === kind || i.kind === '*'));
    if (found) found.times--;
    return found;
  }

  #run(kind, number, request, body) {
    if (this.token === undefined) return errors.tokenRevoked;
    if (request.headers.authorization !== `Bearer ${this.token}`) return errors.tokenInvalid;
    if (kind === 'media') {
      const described = this.media.describe(this.apiRoot, number);
      return described ? { status: 200, body: described } : errors.mediaUnknown;
    }
    if (!this.numbers.has(number)) return errors.numberUnknown;
    if (kind === 'number') {
      return { status: 200, body: { id: number, display_phone_number: this.numbers.get(number), verified_name: 'Shop', quality_rating: 'GREEN' } };
    }
    if (body?.messaging_product !== 'whatsapp') return errors.parameter;
    if (kind === 'read') {
      // A message can be marked as read only by the number that it came to.
      if (this.#heard.get(body.message_id) !== number) return errors.unknownMessage;
      this.reads.push({ number, wamid: body.message_id, typing: body.typing_indicator?.type });
      return { status: 200, body: { success: true } };
    }
    if (kind === 'reaction') {
      // Only what came to this number can be reacted to from it.
      if (this.#heard.get(body.reaction?.message_id) !== number) return errors.unknownMessage;
      this.reactions.push({ number, to: body.to, wamid: body.reaction.message_id, emoji: body.reaction.emoji });
      return this.#accepted(body.to);
    }
    if (kind === 'shown') return this.#show(number, body);
    const said = body.text?.body;
    if (body.type !== 'text' || typeof said !== 'string' || said === '' || [...said].length > 4096 || !body.to) return errors.parameter;
    return this.#accepted(body.to, (id) => this.sent.push({ number, to: body.to, text: said, id, body }));
  }

  #show(number, { type, to, ...body }) {
    const { id, link, caption, filename } = body[type] ?? {};
    if (!to || (id === undefined) === (link === undefined)) return errors.parameter;
    if (link !== undefined && !/^http/.test(link)) return errors.parameter;
    if (this.badLinks.has(link)) return this.badLinks.get(link);
    if ([...(caption ?? '')].length > 1024 || (caption !== undefined && type === 'audio')) return errors.parameter;
    return this.#accepted(to, (wamid) =>
      this.sent.push({ number, to, shown: { type, link, caption, filename }, id: wamid, body: { type, to, ...body } }));
  }

  #accepted(to, record = () => {}) {
    const id = `wamid.OUT${this.#next++}`;
    record(id);
    return { status: 200, body: { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id }] } };
  }
}

function answer(response, { status, body }) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
