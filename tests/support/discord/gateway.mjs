// The gateway: sessions that outlive their connections, numbered events, and replays.
import { randomBytes } from 'node:crypto';

import { WebSocketServer } from 'ws';

import { GatewayConnection } from './gateway_connection.mjs';
import { GatewayRules } from './gateway_rules.mjs';

export const intents = { guilds: 1 << 0, guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 };
const ALL_INTENTS = 0x331ffff;
// An IDENTIFY that a busy fake read late makes the next one look early.
const LATE_MS = 500;

export class Gateway {
  heartbeatMs = 41_250;
  frameBytes = 0; // not 0: compressed messages are split into frames of so many bytes
  allowedPrivileged = intents.messageContent;
  muteAcks = false;
  muteReady = false; // an IDENTIFY is not answered
  refuseConnections = false;
  limit = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 };
  identifyWindowMs = 5000; // max_concurrency IDENTIFYs in so long

  connections = []; // all there ever were, oldest first
  sessions = new Map();
  closes = []; // codes that clients closed with
  identifies = []; // but for those that came too soon
  resumes = [];

  #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  #server;
  #rules = GatewayRules.load();
  #identified = new Map(); // token → when

  /** `server` is the DiscordServer: token, url, me, urls, violations, readyEvents(), changed(). */
  constructor(server) {
    this.#server = server;
  }

  upgrade(request, socket, head) {
    this.#server.urls.push(request.url);
    if (this.refuseConnections) {
      this.#server.changed();
      return socket.destroy();
    }
    const query = new URL(request.url, 'http://127.0.0.1').searchParams;
    this.violated('connect', this.#rules?.address(query));
    return this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      const connection = new GatewayConnection(this, ws, query);
      connection.query = query;
      connection.path = new URL(request.url, 'http://127.0.0.1').pathname;
      this.connections.push(connection);
      if (query.get('v') !== '10') connection.close(4012, 'Invalid API version.');
      this.#server.changed();
    });
  }

  /** The connections that stand. */
  get live() {
    return this.connections.filter((c) => c.open);
  }

  /** What a client did that it may not. */
  violated(what, problems = []) {
    if (problems.length) this.#server.violations.push({ method: 'gateway', path: what, problems });
  }

  receive(connection, payload) {
    this.violated(`op ${payload?.op}`, this.#rules?.payload(payload));
    const known = { 1: 'heartbeat', 2: 'identify', 3: 'ignore', 4: 'ignore', 6: 'resume', 8: 'ignore' }[payload?.op];
    if (!known) connection.close(4001, 'Unknown opcode.');
    else if (known === 'heartbeat') this.#heartbeat(connection, payload.d);
    else if (known === 'identify') this.#identify(connection, payload.d ?? {});
    else if (known === 'resume') this.#resume(connection, payload.d ?? {});
    else if (!connection.session) {
      this.violated(`op ${payload.op}`, ['it comes before IDENTIFY']);
      connection.close(4003, 'Not authenticated.');
    }
    this.#server.changed();
  }

  /** An event for every session that wants it. */
  dispatch(event, data, wants = () => data) {
    for (const session of this.sessions.values()) {
      const d = wants(session.intents);
      if (d === undefined) continue;
      const payload = { op: 0, t: event, s: ++session.seq, d };
      session.log.push(payload);
      if (session.connection?.open && session.ready) session.connection.send(payload);
    }
    this.#server.changed();
  }

  // ---- trouble --------------------------------------------------------------------------------

  closeAll(code, reason) {
    for (const connection of this.live) connection.close(code, reason);
  }
  cutAll() {
    for (const connection of this.live) connection.cut();
  }
  /** Op 7. */
  askToReconnect() {
    for (const connection of this.live) connection.send({ op: 7, d: null, s: null, t: null });
  }
  /** Op 9; not resumable: the sessions are gone. */
  invalidate(resumable) {
    for (const connection of this.live) connection.send({ op: 9, d: resumable, s: null, t: null });
    if (!resumable) this.sessions.clear();
  }
  /** Op 1 from the server. */
  askForHeartbeat() {
    for (const connection of this.live) connection.send({ op: 1, d: null, s: null, t: null });
  }
  sendRaw(bytes) {
    for (const connection of this.live) connection.sendRaw(bytes);
  }
  stop() {
    this.cutAll();
    this.#sockets.close();
  }

  // ---- the rules ------------------------------------------------------------------------------

  left(connection, code) {
    this.closes.push(code);
    const { session } = connection;
    if (session?.connection === connection) {
      session.connection = undefined;
      // In order is for good.
      if (code === 1000 || code === 1001) this.sessions.delete(session.id);
    }
    this.#server.changed();
  }

  #heartbeat(connection, seq) {
    if (seq > connection.session?.seq) this.violated('op 1', [`event ${seq} was never sent`]);
    if (!this.muteAcks) connection.send({ op: 11, d: null, s: null, t: null });
  }

  #identify(connection, data) {
    if (connection.session) {
      this.violated('op 2', ['this connection has identified']);
      return connection.close(4005, 'Already authenticated.');
    }
    if (data.token?.replace(/^Bot /, '') !== this.#server.token) return connection.close(4004, 'Authentication failed.');
    if (!Number.isInteger(data.intents) || data.intents & ~ALL_INTENTS) return connection.close(4013, 'Invalid intent(s).');
    if (data.intents & (2 | 256 | intents.messageContent) & ~this.allowedPrivileged) {
      return connection.close(4014, 'Disallowed intent(s).');
    }
    if (!data.properties) return connection.close(4002, 'Decode error.');
    if (this.#comesTooSoon(data.token)) {
      this.violated('op 2', [`sooner than ${this.identifyWindowMs} ms after the one before`]);
      return connection.send({ op: 9, d: false, s: null, t: null });
    }
    this.identifies.push(data);
    if (this.muteReady) return undefined;
    if (this.limit.remaining <= 0) return connection.send({ op: 9, d: false, s: null, t: null });
    this.limit.remaining -= 1;
    const session = { id: randomBytes(16).toString('hex'), seq: 0, log: [], intents: data.intents, connection, ready: true };
    connection.session = session;
    const { events, ready } = this.#server.readyEvents(session);
    this.#tell(session, 'READY', ready);
    for (const [event, d] of events) this.#tell(session, event, d);
    this.sessions.set(session.id, session);
    return undefined;
  }

  #comesTooSoon(token) {
    const now = performance.now();
    const recent = (this.#identified.get(token) ?? []).filter((at) => now - at < this.identifyWindowMs - LATE_MS);
    if (recent.length >= this.limit.max_concurrency) return true;
    this.#identified.set(token, [...recent, now]);
    return false;
  }

  #tell(session, t, d) {
    const payload = { op: 0, t, s: ++session.seq, d };
    session.log.push(payload);
    session.connection.send(payload);
  }

  #resume(connection, data) {
    this.resumes.push(data);
    if (data.token?.replace(/^Bot /, '') !== this.#server.token) return connection.close(4004, 'Authentication failed.');
    const session = this.sessions.get(data.session_id);
    if (!session) return connection.send({ op: 9, d: false, s: null, t: null });
    if (!Number.isInteger(data.seq) || data.seq > session.seq) {
      this.violated('op 6', [`event ${data.seq} was never sent`]);
      return connection.close(4007, 'Invalid seq.');
    }
    if (connection.path !== new URL(this.#server.resumeUrl).pathname) this.violated('op 6', ['it comes elsewhere than to resume_gateway_url']);
    connection.session = session;
    session.connection = connection;
    for (const payload of session.log.filter((p) => p.s > data.seq)) connection.send(payload);
    return this.#tell(session, 'RESUMED', { _trace: [] });
  }
}
