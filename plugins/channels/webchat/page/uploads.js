// The files that are to go with the next message, on their way to the gateway. No DOM in here.
//
// An item: {id, blob, name, mime, bytes, state, received, file, error}.
// state: waiting | sending | done | failed; `file` is the gateway's name for it.

export class Uploads {
  #connection;
  #changed;
  #newId;
  #limits = {file: 10 * 1024 * 1024, files: 10, piece: 256 * 1024};
  #running = null;
  #timer = 0;
  items = [];

  /** connection: {send(frame), sendBytes(buffer)}, false when offline. `changed` is called after each change. */
  constructor(connection, newId, changed) {
    this.#connection = connection;
    this.#newId = newId;
    this.#changed = changed;
  }

  get limits() { return this.#limits; }
  get uploading() { return this.items.some((i) => i.state === 'waiting' || i.state === 'sending'); }
  get done() { return this.items.filter((i) => i.state === 'done'); }

  /** Returns the code of an error when there are too many. */
  add(files) {
    let error;
    for (const blob of files) {
      if (this.items.length >= this.#limits.files) {
        error = 'too_many_files';
        break;
      }
      const item = {id: this.#newId(), blob, name: blob.name || 'file', mime: blob.type, bytes: blob.size, state: 'waiting', received: 0, file: '', error: ''};
      if (item.bytes > this.#limits.file) Object.assign(item, {state: 'failed', error: 'file_too_large'});
      if (item.bytes === 0) Object.assign(item, {state: 'failed', error: 'empty_file'});
      this.items.push(item);
    }
    this.#next();
    this.#changed();
    return error;
  }

  remove(item) {
    this.items = this.items.filter((i) => i !== item);
    if (item.file) {
      this.#connection.send({type: 'drop_file', file: item.file});
      if (this.#running === item) this.#running = null;  // before its name is known, its first `upload` ends it
    }
    this.#next();
    this.#changed();
  }

  /** What arrived, for a message; the list is empty then. */
  take() {
    const {done} = this;
    this.items = this.items.filter((i) => i.state !== 'done' && i.state !== 'failed');
    this.#changed();
    return done;
  }

  online(limits) {
    this.#limits = {...this.#limits, ...limits};
    this.#next();
  }

  /** The gateway forgets what had not arrived whole. */
  offline() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#running) Object.assign(this.#running, {state: 'waiting', received: 0, file: ''});
    this.#running = null;
    this.#changed();
  }

  /** True when the frame was about an upload. */
  frame(frame) {
    if (frame.type !== 'upload' && frame.type !== 'error') return false;
    const item = this.#running;
    if (!item || frame.id !== item.id) return frame.type === 'upload';
    if (frame.type === 'error') this.#failed(item, frame);
    else this.#progress(item, frame);
    this.#changed();
    return true;
  }

  #next() {
    if (this.#running || this.#timer) return;
    const item = this.items.find((i) => i.state === 'waiting');
    if (!item || !this.#connection.send({type: 'file', id: item.id, name: item.name, mime: item.mime, bytes: item.bytes})) return;
    item.state = 'sending';
    this.#running = item;
  }

  #progress(item, frame) {
    if (!this.items.includes(item)) {
      this.#connection.send({type: 'drop_file', file: frame.file});
      this.#running = null;
      return this.#next();
    }
    item.file = frame.file;
    item.received = frame.received;
    if (!frame.done) return void this.#piece(item);
    item.state = 'done';
    this.#running = null;
    this.#next();
  }

  async #piece(item) {
    const from = item.received;
    let bytes;
    try {
      bytes = await item.blob.slice(from, from + this.#limits.piece).arrayBuffer();
    } catch {
      if (this.#running !== item) return;
      this.#connection.send({type: 'drop_file', file: item.file});
      this.#failed(item, {code: 'unreadable'});
      return this.#changed();
    }
    // Removed, or offline and begun again meanwhile.
    if (this.#running === item && item.received === from && item.file) this.#connection.sendBytes(bytes);
  }

  #failed(item, {code, retryAfterMs}) {
    this.#running = null;
    Object.assign(item, {received: 0, file: '', state: retryAfterMs ? 'waiting' : 'failed', error: retryAfterMs ? '' : code});
    if (!retryAfterMs) return this.#next();
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#next();
      this.#changed();
    }, retryAfterMs);
  }
}
