-- Schema version 1, of the schema @SCHEMA@. A later version is a further step in migrate.cpp; this
-- file never changes then. Texts are bytea: what comes from outside may hold a NUL, and is stored as
-- it came. Keys may be 8 KiB long, more than an index's row can be, so they are found by their SHA-256.

CREATE TABLE @SCHEMA@.version (
  one int PRIMARY KEY CHECK (one = 1),
  version int NOT NULL
);
INSERT INTO @SCHEMA@.version VALUES (1, 1);

-- One row a gateway that ever wrote: who holds its name, what its last batch came to, and its share
-- of the totals, so that no two gateways wait for one row. A lease runs on the database's clock.
CREATE TABLE @SCHEMA@.gateways (
  instance text PRIMARY KEY,
  token uuid NOT NULL,
  holder text NOT NULL,
  leased_until timestamptz NOT NULL,
  batch int8 NOT NULL,
  results int8[] NOT NULL,
  max_epoch int8 NOT NULL,
  inbox int8 NOT NULL,
  inbox_dead int8 NOT NULL,
  outbox int8 NOT NULL,
  outbox_held int8 NOT NULL,
  sessions int8 NOT NULL,
  text_bytes int8 NOT NULL
) WITH (fillfactor = 50);

CREATE SEQUENCE @SCHEMA@.inbox_id;
CREATE SEQUENCE @SCHEMA@.outbox_id;

-- Platform events seen, kept after their inbox row is gone, until swept.
CREATE TABLE @SCHEMA@.dedupe (
  key bytea PRIMARY KEY,
  inbox_id int8 NOT NULL,
  received_ms int8 NOT NULL,
  channel bytea NOT NULL,
  account bytea NOT NULL,
  event_id bytea NOT NULL
);
CREATE INDEX dedupe_by_time ON @SCHEMA@.dedupe (received_ms);

-- Messages waiting or claimed.
CREATE TABLE @SCHEMA@.inbox (
  id int8 PRIMARY KEY,
  attempts int8 NOT NULL,
  epoch int8 NOT NULL,
  received_ms int8 NOT NULL,
  session bytea NOT NULL,
  agent bytea NOT NULL,
  channel bytea NOT NULL,
  account bytea NOT NULL,
  event_id bytea NOT NULL,
  payload bytea NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE @SCHEMA@.inbox_dead (
  LIKE @SCHEMA@.inbox,
  reason bytea NOT NULL,
  dead_ms int8 NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX inbox_dead_by_time ON @SCHEMA@.inbox_dead (dead_ms);

-- Replies STORED or STARTED. SENT rows are deleted at once; UNKNOWN and DEAD ones move to
-- outbox_held, so that the hot table holds only what is still to be sent.
CREATE TABLE @SCHEMA@.outbox (
  id int8 PRIMARY KEY,
  state int8 NOT NULL,
  updated_ms int8 NOT NULL,
  created_ms int8 NOT NULL,
  expires_ms int8 NOT NULL,
  session bytea NOT NULL,
  channel bytea NOT NULL,
  account bytea NOT NULL,
  idem_key bytea NOT NULL,
  payload bytea NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX outbox_by_key ON @SCHEMA@.outbox (sha256(idem_key)) WHERE idem_key <> '';
CREATE TABLE @SCHEMA@.outbox_held (
  LIKE @SCHEMA@.outbox,
  reason bytea NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX outbox_held_by_key ON @SCHEMA@.outbox_held (sha256(idem_key))
  WHERE idem_key <> '';
CREATE INDEX outbox_held_by_time ON @SCHEMA@.outbox_held (updated_ms);

-- One row a session that has a transcript. Entries before `first` are archived by a reset.
CREATE TABLE @SCHEMA@.sessions (
  key bytea PRIMARY KEY,
  number int8 NOT NULL GENERATED ALWAYS AS IDENTITY,
  session bytea NOT NULL,
  first int8 NOT NULL,
  next int8 NOT NULL,
  entries int8 NOT NULL,
  bytes int8 NOT NULL,
  updated_ms int8 NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX sessions_by_name ON @SCHEMA@.sessions (substr(session, 1, 512));

CREATE TABLE @SCHEMA@.transcript (
  session int8 NOT NULL,
  place int8 NOT NULL,
  role int8 NOT NULL,
  ts_ms int8 NOT NULL,
  text bytea NOT NULL,
  meta bytea NOT NULL,
  PRIMARY KEY (session, place)
);

CREATE TABLE @SCHEMA@.kv (
  digest bytea PRIMARY KEY,
  ns bytea NOT NULL,
  key bytea NOT NULL,
  version int8 NOT NULL,
  value bytea NOT NULL
);
CREATE INDEX kv_by_name ON @SCHEMA@.kv (substr(ns, 1, 256), substr(key, 1, 512));

-- The key of several texts: their lengths keep ('a', 'bc') and ('ab', 'c') apart.
CREATE FUNCTION @SCHEMA@.digest(a bytea, b bytea, c bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT sha256(int4send(octet_length(a)) || int4send(octet_length(b)) || a || b || c) $$;
