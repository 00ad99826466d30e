// What the browser keeps: the secret that makes the person recognisable, the list of conversations,
// messages that were not acknowledged yet.
const memory = new Map();
let persistent = true;

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    persistent = false;
    return memory.get(key) ?? null;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    persistent = false;  // blocked or full: this tab goes on from memory
  }
}

function readList(key) {
  try {
    const list = JSON.parse(read(key) ?? '[]');
    return Array.isArray(list) ? list : [];
  } catch {
    return [];  // not ours, or cut: the list starts anew
  }
}

export function randomId(bytes = 16) {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (b) => b.toString(16).padStart(2, '0')).join('');
}

const kTokenKey = 'openclaw.webchat.token';

/** 192 random bits; the gateway shows others only a hash of it. */
export function token() {
  let value = read(kTokenKey);
  if (!value || !/^[A-Za-z0-9_-]{22,128}$/.test(value)) {
    value = randomId(24);
    write(kTokenKey, value);
    value = read(kTokenKey) ?? value;  // another tab may have been first
  }
  return value;
}

export const isPersistent = () => persistent;

export const theme = {
  get: () => read('openclaw.theme'),
  set: (value) => write('openclaw.theme', value),
};

const kConversationsKey = 'openclaw.webchat.conversations';
const kMaxConversations = 100;

/** [{id, title, updated}], most recent first; "main" is always among them. */
export const conversations = {
  list() {
    const list = readList(kConversationsKey).filter(
        (c) => c && typeof c.id === 'string' && /^[a-z0-9][a-z0-9-]{0,31}$/.test(c.id));
    if (!list.some((c) => c.id === 'main')) list.push({id: 'main', title: '', updated: 0});
    return list.sort((a, b) => (b.updated || 0) - (a.updated || 0));
  },
  touch(id, title) {
    const list = this.list();
    let entry = list.find((c) => c.id === id);
    if (!entry) list.push(entry = {id, title: ''});
    entry.updated = Date.now();
    if (!entry.title && title) entry.title = title.trim().split('\n')[0].replace(/\s+/g, ' ').slice(0, 60);
    list.sort((a, b) => b.updated - a.updated);
    write(kConversationsKey, JSON.stringify(list.slice(0, kMaxConversations)));
  },
  current: () => read('openclaw.webchat.current') ?? 'main',
  setCurrent: (id) => write('openclaw.webchat.current', id),
};

const kOutboxKey = 'openclaw.webchat.outbox';
const kMaxUnsent = 50;

/** Messages without an acknowledgement: [{id, conversation, text, ts, files}]. */
export const outbox = {
  of: (conversation) => readList(kOutboxKey).filter((m) => m && m.conversation === conversation),
  add(message) {
    write(kOutboxKey, JSON.stringify([...readList(kOutboxKey), message].slice(-kMaxUnsent)));
  },
  remove(id) {
    write(kOutboxKey, JSON.stringify(readList(kOutboxKey).filter((m) => m && m.id !== id)));
  },
};
