// One client's WebSocket at the gateway: framing, compression, and the rules for what it may say.
import { constants, createDeflate } from 'node:zlib';

const MAX_EVENTS = 120;
const MAX_BYTES = 4096;

export class GatewayConnection {
  session;
  received = []; // payloads of the client
  sentBytes = 0;

  #socket;
  #deflate;
  #queue = Promise.resolve();
  #times = [];
  #gateway;

  constructor(gateway, socket, query) {
    this.#gateway = gateway;
    this.#socket = socket;
    if (query.get('compress') === 'zlib-stream') {
      this.#deflate = createDeflate();
      this.#deflate.chunks = [];
      this.#deflate.on('data', (chunk) => this.#deflate.chunks.push(chunk));
    }
    socket.on('message', (data) => this.#receive(data));
    socket.on('close', (code) => gateway.left(this, code));
    socket.on('error', () => {});
    this.send({ op: 10, d: { heartbeat_interval: gateway.heartbeatMs, _trace: [] }, s: null, t: null });
  }

  get open() {
    return this.#socket.readyState === 1;
  }

  /** Sends a payload, after those before it. */
  send(payload) {
    const text = JSON.stringify(payload);
    this.#queue = this.#queue.then(async () => {
      if (!this.open) return;
      if (!this.#deflate) return this.#socket.send(text);
      const bytes = await this.#compress(text);
      const size = this.#gateway.frameBytes || bytes.length;
      for (let at = 0; at < bytes.length; at += size) this.#socket.send(bytes.subarray(at, at + size));
    });
    return this.#queue;
  }

  /** Bytes as they are, e.g. broken ones. */
  sendRaw(bytes) {
    this.#queue = this.#queue.then(() => this.open && this.#socket.send(bytes));
  }

  close(code, reason = '') {
    this.#queue = this.#queue.then(() => this.#socket.close(code, reason));
  }

  /** Gone, without a word. */
  cut() {
    this.#socket.terminate();
  }

  #refuse(code, reason, problem) {
    this.#gateway.violated('payload', [problem]);
    this.close(code, reason);
  }

  #compress(text) {
    return new Promise((resolve) => {
      this.#deflate.write(text);
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(this.#deflate.chunks.splice(0))));
    });
  }

  #receive(data) {
    const now = performance.now();
    this.#times = this.#times.filter((time) => now - time < 60_000);
    this.#times.push(now);
    if (this.#times.length > MAX_EVENTS) return this.#refuse(4008, 'Rate limited.', `more than ${MAX_EVENTS} payloads in 60 s`);
    if (data.length > MAX_BYTES) return this.#refuse(4002, 'Decode error.', `a payload of ${data.length} bytes`);
    let payload;
    try {
      payload = JSON.parse(data);
    } catch {
      return this.#refuse(4002, 'Decode error.', 'a payload that is no JSON');
    }
    this.received.push(payload);
    return this.#gateway.receive(this, payload);
  }
}
