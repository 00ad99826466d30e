-- Schema version 2, of the schema @SCHEMA@: several gateways may share it, as members. A later
-- version is a further step in migrate.cpp; this file never changes then.

-- Functions are made anew by the last step.
DROP FUNCTION IF EXISTS @SCHEMA@.apply;

-- The row '' is that of the one gateway that has the schema to itself, as member 0. While members
-- share it, that row keeps the shares of those that are gone, and nobody writes with it.
ALTER TABLE @SCHEMA@.gateways
  ADD COLUMN member int8 NOT NULL DEFAULT 0,
  ADD COLUMN info bytea NOT NULL DEFAULT '',
  ADD COLUMN since timestamptz NOT NULL DEFAULT 'epoch',
  ADD COLUMN lease_ms int8 NOT NULL DEFAULT 0,
  -- Since when its lease never ran out: before, it cannot tell the dead from a store that was away.
  ADD COLUMN steady_since timestamptz NOT NULL DEFAULT 'epoch',
  ADD COLUMN collected int8 NOT NULL DEFAULT 0;
INSERT INTO @SCHEMA@.gateways
  SELECT '', '00000000-0000-0000-0000-000000000000', '', 'epoch', 0, '{}',
         coalesce(max(max_epoch), 0), coalesce(sum(inbox), 0), coalesce(sum(inbox_dead), 0),
         coalesce(sum(outbox), 0), coalesce(sum(outbox_held), 0), coalesce(sum(sessions), 0),
         coalesce(sum(text_bytes), 0)
  FROM @SCHEMA@.gateways;
DELETE FROM @SCHEMA@.gateways WHERE instance <> '';

CREATE SEQUENCE @SCHEMA@.member_number;
CREATE SEQUENCE @SCHEMA@.fence;
CREATE SEQUENCE @SCHEMA@.notice_id;
-- The versions of all values, so that none comes again after its value was deleted.
CREATE SEQUENCE @SCHEMA@.kv_version;
SELECT setval('@SCHEMA@.kv_version', max(version)) FROM @SCHEMA@.kv HAVING max(version) > 0;

-- member: whose the row is, 0 = the one gateway's, NULL = nobody's. taken: in which of its
-- collect() it got it. counted: whether the reply is among those that its lane's holder has. The
-- indices are partial, so that they are empty while there is one gateway.
ALTER TABLE @SCHEMA@.inbox
  ADD COLUMN member int8 DEFAULT 0,
  ADD COLUMN taken int8 NOT NULL DEFAULT 0;
CREATE INDEX inbox_of_nobody ON @SCHEMA@.inbox (sha256(session), id) WHERE member IS NULL;
CREATE INDEX inbox_of_member ON @SCHEMA@.inbox (member, taken) WHERE member > 0;
ALTER TABLE @SCHEMA@.outbox
  ADD COLUMN member int8 DEFAULT 0,
  ADD COLUMN taken int8 NOT NULL DEFAULT 0,
  ADD COLUMN counted boolean NOT NULL DEFAULT false;
CREATE INDEX outbox_of_nobody ON @SCHEMA@.outbox (sha256(channel), id) WHERE member IS NULL;
CREATE INDEX outbox_of_member ON @SCHEMA@.outbox (member, taken) WHERE member > 0;
CREATE INDEX outbox_expiring ON @SCHEMA@.outbox (expires_ms)
  WHERE member IS NULL AND expires_ms > 0;
CREATE INDEX outbox_in_order ON @SCHEMA@.outbox (sha256(session), id)
  WHERE member IS DISTINCT FROM 0;

-- A session while members share the schema; key = sha256(session). There is a row as long as there
-- are messages, or replies that count. held = how many of both are the holder's, 0 = it is free;
-- nobodys = messages only, oldest = the first of them.
CREATE TABLE @SCHEMA@.lanes (
  key bytea PRIMARY KEY,
  holder int8 NOT NULL,
  held int8 NOT NULL,
  nobodys int8 NOT NULL,
  oldest int8 NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX lanes_to_collect ON @SCHEMA@.lanes (holder, oldest) WHERE nobodys > 0;

CREATE TABLE @SCHEMA@.leases (
  key bytea PRIMARY KEY,
  name bytea NOT NULL,
  member int8 NOT NULL,
  fence int8 NOT NULL
);

-- Notices on their way. A taken one stays until its member collects again: the answer may have been
-- cut off. notices, bytes: how many came to the member up to this one, since none waited.
CREATE TABLE @SCHEMA@.mailbox (
  member int8 NOT NULL,
  id int8 NOT NULL,
  taken int8 NOT NULL,
  sender bytea NOT NULL,
  topic bytea NOT NULL,
  text bytea NOT NULL,
  notices int8 NOT NULL,
  bytes int8 NOT NULL,
  PRIMARY KEY (member, id)
);
CREATE INDEX mailbox_waiting ON @SCHEMA@.mailbox (member, id) WHERE taken = 0;
