-- Whose a session is while members share the schema, by its messages and by the replies that are on
-- their way: a reply that counts in its lane is its holder's. Who changes that of a lane holds
-- its row's lock until the commit, and gives ids after that: so the ids of a lane grow in the order
-- of the commits, and what is nobody's in it comes behind what its holder has.

-- Where members listen for what there is to collect.
CREATE OR REPLACE FUNCTION @SCHEMA@.notify_channel() RETURNS text LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp AS $$ SELECT 'openclaw_' || md5('@SCHEMA@') $$;

-- Locks the lanes of a batch's sessions, or makes them, in one order: batches that meet wait for
-- each other, but never in a circle. Their keys.
CREATE OR REPLACE FUNCTION @SCHEMA@.lock_lanes(
  p_kind int8[], p_a int8[], p_b int8[], p_c int8[], p_s1 bytea[], p_replies bytea[]
) RETURNS bytea[] LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  v_keys bytea[];
BEGIN
  WITH touched AS (
    SELECT w.s1 AS session FROM unnest(p_kind, p_s1) AS w(kind, s1) WHERE w.kind IN (1, 3, 6, 9)
    UNION
    SELECT r.session FROM unnest(p_replies) AS r(session)
    UNION
    SELECT o.session FROM unnest(p_kind, p_a, p_b) AS w(kind, a, b)
      JOIN @SCHEMA@.outbox o ON o.id = w.a WHERE w.kind = 4 AND w.b > 2 AND o.counted
    UNION
    SELECT h.session FROM unnest(p_kind, p_a, p_b) AS w(kind, a, b)
      JOIN @SCHEMA@.outbox_held h ON h.id = w.a WHERE w.kind = 4 AND w.b <= 2
    UNION
    SELECT d.session FROM unnest(p_kind, p_a, p_b, p_c) AS w(kind, a, b, c)
      JOIN @SCHEMA@.inbox_dead d ON d.id = w.c WHERE w.kind = 8 AND w.a = 1 AND w.b = 1),
  locked AS (
    INSERT INTO @SCHEMA@.lanes AS l
      SELECT sha256(session), 0, 0, 0, 0 FROM touched ORDER BY 1
      ON CONFLICT (key) DO UPDATE SET held = l.held
      RETURNING key)
  SELECT ARRAY(SELECT key FROM locked) INTO v_keys;
  RETURN v_keys;
END
$$;

-- A message that came: the owner's, or nobody's when that is NULL.
CREATE OR REPLACE FUNCTION @SCHEMA@.lane_gains(p_session bytea, p_id int8, p_owner int8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_owner IS NULL THEN
    UPDATE @SCHEMA@.lanes SET nobodys = nobodys + 1,
           oldest = CASE WHEN nobodys = 0 THEN p_id ELSE oldest END
      WHERE key = sha256(p_session);
  ELSE
    UPDATE @SCHEMA@.lanes SET holder = p_owner, held = held + 1 WHERE key = sha256(p_session);
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a dead letter came when lanes were locked' USING ERRCODE = '40001';
  END IF;
END
$$;

-- So many of its holder's that ended. Whether it is free by that, and messages of it wait.
CREATE OR REPLACE FUNCTION @SCHEMA@.lane_loses(p_session bytea, p_n int8)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_waits boolean;
BEGIN
  UPDATE @SCHEMA@.lanes SET held = held - p_n,
         holder = CASE WHEN held = p_n THEN 0 ELSE holder END
    WHERE key = sha256(p_session) RETURNING holder = 0 AND nobodys > 0 INTO v_waits;
  RETURN coalesce(v_waits, false);
END
$$;

-- Whether a reply of this member counts in its session's lane: not in another member's.
CREATE OR REPLACE FUNCTION @SCHEMA@.lane_is_open(p_session bytea, p_member int8)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM @SCHEMA@.lanes
                 WHERE key = sha256(p_session) AND holder IN (0, p_member));
END
$$;

-- Adds the replies with these ids to their lanes, those that count.
CREATE OR REPLACE FUNCTION @SCHEMA@.lanes_gain_replies(p_first int8, p_last int8, p_member int8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE @SCHEMA@.lanes l SET holder = p_member, held = l.held + r.n
    FROM (SELECT sha256(session) AS key, count(*) AS n FROM @SCHEMA@.outbox
          WHERE id BETWEEN p_first AND p_last AND counted GROUP BY 1) r
    WHERE l.key = r.key;
END
$$;

-- A reply that is to be on its way no more. The answer is lane_loses()'s.
CREATE OR REPLACE FUNCTION @SCHEMA@.reply_leaves_lane(p_id int8)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_session bytea;
BEGIN
  SELECT session INTO v_session FROM @SCHEMA@.outbox WHERE id = p_id AND counted FOR UPDATE;
  RETURN FOUND AND @SCHEMA@.lane_loses(v_session, 1);
END
$$;

-- Makes a reply STORED and nobody's. Where it was: 1 = on its way, 2 = held, 0 = nowhere.
CREATE OR REPLACE FUNCTION @SCHEMA@.leave_reply(p_member int8, p_id int8, p_when int8)
RETURNS int8 LANGUAGE plpgsql AS $$
BEGIN
  UPDATE @SCHEMA@.outbox SET state = 1, updated_ms = p_when, member = NULL, taken = 0,
         counted = false
    WHERE id = p_id AND member = p_member;
  IF FOUND THEN RETURN 1; END IF;
  WITH gone AS (DELETE FROM @SCHEMA@.outbox_held WHERE id = p_id RETURNING *)
  INSERT INTO @SCHEMA@.outbox
    SELECT id, 1, p_when, created_ms, expires_ms, session, channel, account, idem_key, payload,
           NULL, 0 FROM gone;
  RETURN CASE WHEN FOUND THEN 2 ELSE 0 END;
END
$$;

-- All that these members had is nobody's, and their shares of the totals are the row '''s. The
-- caller holds the locks of their rows, so that it stays as it is. Lanes come before the row ''.
CREATE OR REPLACE FUNCTION @SCHEMA@.end_members(p_members int8[])
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  v_lanes bytea[];
  v_replies int8;
BEGIN
  v_lanes := ARRAY(
    SELECT sha256(session) FROM @SCHEMA@.inbox WHERE member = ANY (p_members) AND member > 0
    UNION
    SELECT sha256(session) FROM @SCHEMA@.outbox
      WHERE member = ANY (p_members) AND member > 0 AND counted);
  PERFORM 1 FROM @SCHEMA@.lanes WHERE key = ANY (v_lanes) ORDER BY key FOR UPDATE;
  WITH freed AS (
    UPDATE @SCHEMA@.inbox SET member = NULL, epoch = 0
      WHERE member = ANY (p_members) AND member > 0 RETURNING session, id)
  UPDATE @SCHEMA@.lanes l SET nobodys = l.nobodys + f.n, oldest = f.oldest
    FROM (SELECT sha256(session) AS key, count(*) AS n, min(id) AS oldest FROM freed GROUP BY 1) f
    WHERE l.key = f.key;
  UPDATE @SCHEMA@.outbox SET member = NULL, counted = false
    WHERE member = ANY (p_members) AND member > 0;
  GET DIAGNOSTICS v_replies = ROW_COUNT;
  DELETE FROM @SCHEMA@.lanes
    WHERE key = ANY (v_lanes) AND holder = ANY (p_members) AND nobodys = 0;
  UPDATE @SCHEMA@.lanes SET holder = 0, held = 0
    WHERE key = ANY (v_lanes) AND holder = ANY (p_members);
  DELETE FROM @SCHEMA@.leases WHERE member = ANY (p_members);
  WITH gone AS (
    DELETE FROM @SCHEMA@.gateways WHERE member = ANY (p_members) AND member > 0 RETURNING *)
  UPDATE @SCHEMA@.gateways g SET
    max_epoch = greatest(g.max_epoch, s.max_epoch), inbox = g.inbox + s.inbox,
    inbox_dead = g.inbox_dead + s.inbox_dead, outbox = g.outbox + s.outbox,
    outbox_held = g.outbox_held + s.outbox_held, sessions = g.sessions + s.sessions,
    text_bytes = g.text_bytes + s.text_bytes
    FROM (SELECT max(max_epoch) AS max_epoch, sum(inbox)::int8 AS inbox,
                 sum(inbox_dead)::int8 AS inbox_dead, sum(outbox)::int8 AS outbox,
                 sum(outbox_held)::int8 AS outbox_held, sum(sessions)::int8 AS sessions,
                 sum(text_bytes)::int8 AS text_bytes FROM gone HAVING count(*) > 0) s
    WHERE g.instance = '';
  -- Also what reached the mailbox of one that had just been ended.
  DELETE FROM @SCHEMA@.mailbox m
    WHERE NOT EXISTS (SELECT 1 FROM @SCHEMA@.gateways g WHERE g.member = m.member);
  IF cardinality(v_lanes) > 0 OR v_replies > 0 THEN
    PERFORM pg_notify(@SCHEMA@.notify_channel(), '');
  END IF;
END
$$;
