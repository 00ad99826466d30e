// The conversation as the page knows it: frames go in, items to show come out. No DOM in here.
//
// An item: {id, role, text, html, files, ts, turn, state, streaming}; `rev` grows with each change. `html` is what `text` says, a line for
// each block; '' when only the text is known. A streaming item has one or the other.
// state of a user's item: sending | sent | failed | refused; of an answer: "" | stopped.
import {changedHtml} from './html.js';

const kSameMs = 2_000;

const sameFiles = (a, b) => a.length === b.length && a.every((f, i) => f.file === b[i].file);

export class Transcript {
  items = [];
  epoch = '';
  seq = 0;
  typing = false;
  access = 'unknown';
  historyComplete = true;

  clear() {
    this.items = [];
    this.epoch = '';
    this.seq = 0;
    this.typing = false;
    this.access = 'unknown';
  }

  /** Something is being written, or about to be. */
  get answering() {
    return this.typing || this.items.some((i) => i.streaming);
  }

  /** Returns the item that just became complete, for announcing it. */
  apply(frame) {
    if (typeof frame.seq === 'number') this.seq = Math.max(frame.type === 'welcome' ? 0 : this.seq, frame.seq);
    switch (frame.type) {
      case 'welcome': return this.#welcome(frame);
      case 'message': return this.#message(frame);
      case 'partial': return this.#partial(frame);
      case 'typing': this.typing = frame.on === true; return undefined;
      case 'ack': return this.#ack(frame);
      default: return undefined;
    }
  }

  /** The person's own message, before the gateway knows of it. */
  add(message) {
    this.items.push({files: [], html: '', ...message, role: 'user', turn: '', state: 'sending', streaming: false, rev: 0});
  }

  fail(id) {
    this.#change(this.#find(id), {state: 'failed'});
  }

  #find(id) {
    return this.items.find((i) => i.id === id);
  }

  #change(item, fields) {
    if (item) Object.assign(item, fields, {rev: item.rev + 1});
  }

  #item(m, fields) {
    return {id: m.id, role: m.role, text: m.text, html: m.html ?? '', files: m.files ?? [], ts: m.ts, turn: m.turn ?? '',
            state: m.role === 'user' ? 'sent' : '', streaming: false, rev: 0, ...fields};
  }

  #welcome(frame) {
    // Not all that was accepted need be told: what had no answer when the gateway was killed is in its queue, and in no transcript yet.
    const answered = this.items.findLastIndex((i) => i.role === 'assistant' && !i.streaming && !i.ended);
    const own = this.items.filter((i, n) => i.state === 'sending' || i.state === 'failed' || (i.state === 'sent' && !i.fromHistory && n > answered));
    this.epoch = frame.epoch;
    this.access = frame.access;
    this.typing = frame.typing === true;
    if (!frame.replay) {
      this.historyComplete = frame.historyComplete !== false;
      this.items = [...frame.history.map((m) => this.#item(m, {fromHistory: true})),
                    ...frame.pending.map((m) => this.#item(m, {}))];
      this.items.push(...own.filter((i) => !this.#find(i.id) && !this.#isTold(i)));
    }
    this.items = this.items.filter((i) => !i.streaming || i.turn === frame.live?.turn);
    if (frame.live) this.#stream(frame.live.turn, () => ({text: frame.live.text ?? '', html: frame.live.html ?? ''}));
    return undefined;
  }

  /** Whether the person's own message stands in the transcript, where it has another id. */
  #isTold(own) {
    return own.state === 'sent' && this.items.some((i) => i.role === 'user' && i.text === own.text && sameFiles(i.files, own.files) &&
                                                          Math.abs(i.ts - own.ts) < kSameMs);
  }

  #message(frame) {
    const known = this.#find(frame.id);
    if (known) {
      if (known.role === 'user') this.#change(known, {state: 'sent', ts: frame.ts});
      return undefined;
    }
    if (frame.role !== 'user') {
      const written = frame.turn && this.items.find((i) => i.turn === frame.turn && (i.streaming || i.ended));
      if (written && this.#inHistory(frame)) {
        // The transcript was read when the turn had ended there, and not yet here.
        this.items = this.items.filter((i) => i !== written);
        return undefined;
      }
      if (written) {
        this.#change(written, this.#item(frame, {rev: written.rev, ended: false}));
        return written;
      }
    }
    if (this.#inHistory(frame)) return undefined;
    const item = this.#item(frame, {});
    this.items.push(item);
    return item.role === 'user' ? undefined : item;
  }

  /**
   * The transcript may hold what an event then tells again: when a turn ended while the transcript
   * was read, and when an answer is delivered after a restart. It has its own ids.
   */
  #inHistory(frame) {
    for (let i = this.items.length - 1; i >= 0; --i) {
      const item = this.items[i];
      if (item.fromHistory && item.role === frame.role && item.text === frame.text && sameFiles(item.files, frame.files ?? []) &&
          (item.role !== 'user' || Math.abs(item.ts - frame.ts) < kSameMs)) {
        item.fromHistory = false;
        item.id = frame.id;
        return true;
      }
      if (item.role === 'user' && frame.role !== 'user') return false;
    }
    return false;
  }

  /** `change(item)`: the fields that it gets. */
  #stream(turn, change) {
    let item = this.items.find((i) => i.turn === turn && i.streaming);
    if (!item) {
      item = {id: `live-${turn}`, role: 'assistant', text: '', html: '', files: [], ts: Date.now(), turn, state: '', streaming: true, rev: 0};
      this.items.push(item);
    }
    this.#change(item, change(item));
  }

  #partial(frame) {
    if (frame.kind === 'begin') {
      this.#stream(frame.turn, () => ({}));
    } else if (frame.kind === 'text') {
      this.#stream(frame.turn, ({text}) => ({text: text + frame.text}));
    } else if (frame.kind === 'html') {
      this.#stream(frame.turn, ({html}) => ({html: changedHtml(html, frame.keep, frame.html)}));
    } else if (frame.kind === 'reset') {
      this.#stream(frame.turn, () => ({text: '', html: ''}));
    } else if (frame.kind === 'end') {
      const item = this.items.find((i) => i.turn === frame.turn && i.streaming);
      if (item && (item.text || item.html)) this.#change(item, {streaming: false, ended: true});
      else this.items = this.items.filter((i) => i !== item);
    }
    return undefined;
  }

  /** The person stopped the running answer. */
  markStopped() {
    this.#change(this.items.findLast((i) => i.streaming), {state: 'stopped'});
  }

  #ack(frame) {
    const item = this.#find(frame.id);
    if (frame.outcome === 'refused') this.access = 'refused';
    // Sent before a reload, acknowledged after it: the transcript shows it already.
    if (frame.outcome === 'duplicate' && item?.state === 'sending' &&
        this.items.some((i) => i.fromHistory && i.role === 'user' && i.text === item.text && sameFiles(i.files, item.files))) {
      this.items = this.items.filter((i) => i !== item);
      return undefined;
    }
    this.#change(item, {state: frame.outcome === 'refused' ? 'refused' : 'sent'});
    return undefined;
  }
}
