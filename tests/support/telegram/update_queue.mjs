// The updates a bot has not confirmed yet, handed out as getUpdates promises.
import { errors } from './errors.mjs';

const NOT_BY_DEFAULT = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

export class UpdateQueue {
  conflicts = 0; // polls that met another
  #updates = [];
  #waiting; // { answer, timer, limit }
  #allowed; // sticky; undefined = the default
  #last = { offset: undefined, at: -Infinity };
  #lastConflict = -Infinity;
  #timers = new Set();
  #conflictDelayMs;

  constructor({ conflictDelayMs = 3000 } = {}) {
    this.#conflictDelayMs = conflictDelayMs;
  }

  get unconfirmed() {
    return [...this.#updates];
  }

  /** The kinds that were asked for; undefined: the default. */
  get allowed() {
    return this.#allowed && [...this.#allowed];
  }

  allow(types) {
    if (Array.isArray(types)) this.#allowed = types.length ? new Set(types) : undefined;
  }

  /** Keeps the update unless the bot does not want its type; true when kept. */
  add(update) {
    const type = Object.keys(update).find((key) => key !== 'update_id');
    const wanted = this.#allowed ? this.#allowed.has(type) : !NOT_BY_DEFAULT.has(type);
    if (!wanted) return false;
    this.#updates.push(update);
    this.#wake();
    return true;
  }

  /** Takes one from the queue, for delivery by webhook. */
  take(update) {
    this.#updates = this.#updates.filter((u) => u !== update);
  }

  clear() {
    this.#updates = [];
  }

  /** One getUpdates; `answer` is called once with the answer's body. */
  poll(params, answer) {
    this.allow(params.allowed_updates);
    // Two at once: the older one is ended.
    if (this.#waiting) this.#conflict(this.#waiting);
    const offset = params.offset ?? 0;
    if (offset > 0) this.#updates = this.#updates.filter((u) => u.update_id >= offset);
    if (offset < 0) this.#updates = this.#updates.slice(offset);

    let limit = Math.min(100, Math.max(1, params.limit ?? 100));
    let timeout = Math.min(50, Math.max(0, params.timeout ?? 0));
    const since = performance.now() - this.#last.at;
    if (this.#last.offset === offset) {
      if (since < 3000 && timeout < 3) timeout = 3;
      if (since < 500) limit = 1;
    }
    this.#last = { offset, at: performance.now() };

    if (this.#updates.length || timeout === 0) {
      answer({ ok: true, result: this.#updates.slice(0, limit) });
      return undefined;
    }
    const waiting = { answer, limit };
    waiting.timer = this.#after(timeout * 1000, () => this.#end(waiting, { ok: true, result: [] }));
    this.#waiting = waiting;
    // The caller hung up.
    return () => {
      if (this.#waiting === waiting) this.#forget(waiting);
    };
  }

  /** Ends the poll that waits, if any, with this body. */
  endPoll(body) {
    if (this.#waiting) this.#end(this.#waiting, body);
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = undefined;
  }

  #wake() {
    const waiting = this.#waiting;
    if (waiting) this.#end(waiting, { ok: true, result: this.#updates.slice(0, waiting.limit) });
  }

  #forget(waiting) {
    clearTimeout(waiting.timer);
    this.#timers.delete(waiting.timer);
    if (this.#waiting === waiting) this.#waiting = undefined;
  }

  #end(waiting, body) {
    this.#forget(waiting);
    waiting.answer(body);
  }

  // The first conflict in a while is told at once, further ones late, to slow a pair of pollers.
  #conflict(waiting) {
    this.conflicts++;
    const recent = performance.now() - this.#lastConflict < this.#conflictDelayMs;
    this.#lastConflict = performance.now();
    if (!recent) return this.#end(waiting, errors.secondPoller);
    this.#forget(waiting);
    this.#after(this.#conflictDelayMs, () => waiting.answer(errors.secondPoller));
  }

  #after(ms, fn) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      fn();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}
