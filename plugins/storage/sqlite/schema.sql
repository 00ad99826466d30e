-- Schema version 1. A later version is a further step in migrate.cpp; this file never changes then.

-- Exactly one row: what stats() reads, and the next number of each kind. The writer keeps it in
-- memory and stores it once a batch; so no number is ever given twice, and nothing is counted.
CREATE TABLE totals (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  next_inbox INTEGER NOT NULL,
  next_outbox INTEGER NOT NULL,
  next_session INTEGER NOT NULL,
  max_epoch INTEGER NOT NULL,
  inbox INTEGER NOT NULL,
  inbox_dead INTEGER NOT NULL,
  outbox INTEGER NOT NULL,
  outbox_held INTEGER NOT NULL,
  sessions INTEGER NOT NULL
);
INSERT INTO totals VALUES (1, 1, 1, 1, 0, 0, 0, 0, 0, 0);

-- Platform events seen, kept after their inbox row is gone, until swept.
CREATE TABLE dedupe (
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  event_id TEXT NOT NULL,
  inbox_id INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  PRIMARY KEY (channel, account, event_id)
) WITHOUT ROWID;
CREATE INDEX dedupe_by_time ON dedupe (received_ms);

-- Messages waiting or claimed. The payload is last: what lists need lies before a long one.
CREATE TABLE inbox (
  id INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  agent TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  event_id TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE TABLE inbox_dead (
  id INTEGER PRIMARY KEY,
  attempts INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  agent TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  event_id TEXT NOT NULL,
  payload TEXT NOT NULL,
  reason TEXT NOT NULL,
  dead_ms INTEGER NOT NULL
);
CREATE INDEX inbox_dead_by_time ON inbox_dead (dead_ms);

-- Replies STORED or STARTED. SENT rows are deleted at once; UNKNOWN and DEAD ones move to
-- outbox_held, so that the hot table holds only what is still to be sent and needs no state index.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE UNIQUE INDEX outbox_by_key ON outbox (idem_key) WHERE idem_key <> '';
CREATE TABLE outbox_held (
  id INTEGER PRIMARY KEY,
  state INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  channel TEXT NOT NULL,
  account TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  payload TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE UNIQUE INDEX outbox_held_by_key ON outbox_held (idem_key) WHERE idem_key <> '';
CREATE INDEX outbox_held_by_time ON outbox_held (updated_ms);

-- One row a session that has a transcript. Entries before `first` are archived by a reset.
CREATE TABLE sessions (
  session TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  first INTEGER NOT NULL,
  next INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- id = session number * 2^31 + place in the session: a session's entries lie side by side in one
-- tree, which serves history() as a range without an index.
CREATE TABLE transcript (
  id INTEGER PRIMARY KEY,
  role INTEGER NOT NULL,
  ts_ms INTEGER NOT NULL,
  text TEXT NOT NULL,
  meta TEXT NOT NULL
);

CREATE TABLE kv (
  ns TEXT NOT NULL,
  key TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (ns, key)
) WITHOUT ROWID;
