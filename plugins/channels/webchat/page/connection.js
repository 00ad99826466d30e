// One WebSocket to the gateway that comes back by itself.
const kPingMs = 25_000;
const kSilenceMs = 12_000;
const kWelcomeMs = 15_000;
const kPieceMs = 60_000;  // a piece of a file takes longer than a ping on a slow line
const kMinBackoffMs = 500;
const kMaxBackoffMs = 30_000;

export class Connection {
  #url;
  #hello;
  #on;
  #socket = null;
  #attempts = 0;
  #timer = 0;
  #pingTimer = 0;
  #deadline = 0;
  #closed = true;
  #pieceOut = false;
  state = 'connecting';  // connecting | online | waiting | offline
  retryAt = 0;

  /**
   * hello() returns the first frame. on.state() tells of a new state, on.frame(object) of a frame,
   * on.bytes(buffer) of a binary one; the state is "online" once the welcome came, after on.frame saw it.
   */
  constructor(url, hello, on) {
    this.#url = url;
    this.#hello = hello;
    this.#on = on;
    addEventListener('online', () => this.retryNow());
    // The gateway may be on this very machine: being without a network is a reason to look only.
    addEventListener('offline', () => this.#ping());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      if (this.state === 'online') this.#ping();
      else this.retryNow();
    });
  }

  open() {
    this.#closed = false;
    this.#connect();
  }

  /** For another conversation: the same connection, a new hello. */
  reopen() {
    this.#release();
    this.#attempts = 0;
    this.open();
  }

  retryNow() {
    if (this.#closed || this.state === 'online' || this.state === 'connecting') return;
    this.#attempts = 0;
    this.#connect();
  }

  /** False when there is no connection; the caller keeps the message. */
  send(frame) {
    if (this.state !== 'online') return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** A piece of a file, which is answered; false when there is no connection. */
  sendBytes(buffer) {
    if (this.state !== 'online') return false;
    this.#socket.send(buffer);
    this.#pieceOut = true;
    this.#expect(kPieceMs);
    return true;
  }

  #set(state) {
    this.state = state;
    this.#on.state();
  }

  #release() {
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    clearInterval(this.#pingTimer);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
    }
  }

  #connect() {
    this.#release();
    this.#set('connecting');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#pieceOut = false;
    socket.binaryType = 'arraybuffer';
    this.#expect(kWelcomeMs);
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => this.#received(event.data);
    socket.onclose = () => this.#drop();
  }

  #expect(ms) {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#drop(), ms);
  }

  #ping() {
    if (this.state !== 'online' || this.#pieceOut) return;
    this.#socket.send('{"type":"ping"}');
    this.#expect(kSilenceMs);
  }

  #received(data) {
    this.#pieceOut = false;
    if (data instanceof ArrayBuffer) {
      clearTimeout(this.#deadline);
      return this.#on.bytes(data);
    }
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return this.#drop();  // not our gateway's words: start over
    }
    clearTimeout(this.#deadline);
    if (this.state !== 'online') {
      if (frame.type !== 'welcome') {
        this.#expect(kWelcomeMs);
        return this.#on.frame(frame);
      }
      this.#attempts = 0;
      this.#pingTimer = setInterval(() => this.#ping(), kPingMs);
      this.#on.frame(frame);
      return this.#set('online');
    }
    this.#on.frame(frame);
  }

  #drop() {
    if (this.#closed) return;
    this.#release();
    const ceiling = Math.min(kMaxBackoffMs, kMinBackoffMs * 2 ** this.#attempts);
    const wait = ceiling * (0.6 + Math.random() * 0.4);
    this.#attempts += 1;
    this.retryAt = Date.now() + wait;
    this.#timer = setTimeout(() => this.#connect(), wait);
    this.#set(navigator.onLine === false ? 'offline' : 'waiting');
  }
}
