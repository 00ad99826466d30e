// Files of earlier messages, read from the gateway part by part. No DOM in here.

export class Downloads {
  #connection;
  #queue = [];  // {file, parts, resolve, reject}; the first is being read
  #expected = null;
  #timer = 0;
  #asked = false;

  /** connection: {send(frame)}, false when offline. */
  constructor(connection) {
    this.#connection = connection;
  }

  /** The bytes as [ArrayBuffer]; rejects with a code when the file is gone. */
  read(file) {
    const known = this.#queue.find((r) => r.file === file);
    if (known) return known.promise;
    const request = {file, parts: []};
    request.promise = new Promise((resolve, reject) => Object.assign(request, {resolve, reject}));
    this.#queue.push(request);
    this.#next();
    return request.promise;
  }

  online() {
    this.#next();
  }

  offline() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#expected = null;
    this.#asked = false;
  }

  /** True when the frame was about one. */
  frame(frame) {
    if (frame.type === 'file') {
      this.#expected = frame;
      return true;
    }
    if (frame.type !== 'error' || !frame.file) return false;
    if (frame.file !== this.#queue[0]?.file) return true;
    this.#asked = false;
    if (frame.retryAfterMs) {
      this.#timer = setTimeout(() => {
        this.#timer = 0;
        this.#next();
      }, frame.retryAfterMs);
    } else {
      this.#queue.shift().reject(new Error(frame.code));
      this.#next();
    }
    return true;
  }

  bytes(buffer) {
    const request = this.#queue[0];
    const head = this.#expected;
    this.#expected = null;
    if (!request || !head || head.file !== request.file || head.part !== request.parts.length) return;
    this.#asked = false;
    request.parts.push(buffer);
    if (request.parts.length === head.parts) this.#queue.shift().resolve(request.parts);
    this.#next();
  }

  #next() {
    const request = this.#queue[0];
    if (!request || this.#asked || this.#timer) return;
    this.#asked = this.#connection.send({type: 'get_file', file: request.file, part: request.parts.length});
  }
}
