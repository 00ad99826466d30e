// Posts updates to a webhook: one in flight per chat, again and again until a 2xx comes.
const MAX_RETRY_AFTER_MS = 3600_000;

export class WebhookSender {
  #chats = new Map(); // chat → updates, the first is in flight
  #timers = new Set();
  #stopped = false;
  #abort = new AbortController();

  /**
   * `retryMs` is the second pause (the first retry comes at once); it doubles up to `maxRetryMs`.
   * `onAttempt({update, status, error})` tells of each try, `onReply(body)` of a JSON answer.
   */
  constructor({ url, secret, retryMs = 1000, maxRetryMs = 60_000, onAttempt, onDelivered, onReply }) {
    Object.assign(this, { url, secret, retryMs, maxRetryMs, onAttempt, onDelivered, onReply });
  }

  push(update) {
    const message = Object.values(update).find((value) => value?.chat);
    const chat = message?.chat.id ?? 0;
    const queue = this.#chats.get(chat) ?? [];
    queue.push(update);
    this.#chats.set(chat, queue);
    if (queue.length === 1) this.#deliver(chat, 0);
  }

  stop() {
    this.#stopped = true;
    this.#abort.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #deliver(chat, attempt) {
    const update = this.#chats.get(chat)?.[0];
    if (!update || this.#stopped) return;
    const result = await this.#post(update);
    if (this.#stopped) return;
    this.onAttempt?.({ update, ...result });
    if (result.status >= 200 && result.status <= 299) {
      this.#chats.get(chat).shift();
      this.onDelivered?.(update);
      if (result.body?.method) this.onReply?.(result.body);
      this.#deliver(chat, 0);
      return;
    }
    const doubled = attempt === 0 ? 0 : Math.min(this.maxRetryMs, this.retryMs * 2 ** (attempt - 1));
    const pause = Math.min(MAX_RETRY_AFTER_MS, Math.max(doubled, (result.retryAfter ?? 0) * 1000));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#deliver(chat, attempt + 1);
    }, pause);
    this.#timers.add(timer);
  }

  async #post(update) {
    const headers = { 'content-type': 'application/json' };
    if (this.secret) headers['x-telegram-bot-api-secret-token'] = this.secret;
    try {
      const response = await fetch(this.url, {
        method: 'POST', headers, body: JSON.stringify(update), signal: this.#abort.signal, redirect: 'manual',
      });
      const text = await response.text();
      let body;
      try {
        body = JSON.parse(text);
      } catch {
        body = undefined; // most answers have no body
      }
      return { status: response.status, body, retryAfter: Number(response.headers.get('retry-after')) || 0 };
    } catch (error) {
      return { status: 0, error };
    }
  }
}
