-- What a member takes over: messages and replies that are nobody's, and its notices. It is asked
-- some times a second, so looking costs a few probes of indices, and nothing is written when there
-- is nothing.

-- Whether messages wait for this member, which has room for so many lanes of nobody's.
CREATE OR REPLACE FUNCTION @SCHEMA@.lanes_wait(p_member int8, p_lanes int8)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN p_lanes > 0 AND EXISTS (SELECT 1 FROM @SCHEMA@.lanes WHERE nobodys > 0 AND holder = 0)
    OR EXISTS (SELECT 1 FROM @SCHEMA@.lanes WHERE nobodys > 0 AND holder = p_member);
END
$$;

-- Whether replies wait for one of these outlets, which are digests.
CREATE OR REPLACE FUNCTION @SCHEMA@.replies_wait(p_outlets bytea[])
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM @SCHEMA@.outbox
    WHERE member IS NULL AND sha256(channel) = ANY (p_outlets));
END
$$;

-- Takes nobody's messages: of lanes that are its own, and of so many lanes of nobody's; at most so
-- many and little more than so many bytes; the bytes left. A lane that another transaction works on
-- is left out.
CREATE OR REPLACE FUNCTION @SCHEMA@.take_messages(
  p_member int8, p_number int8, p_most int8, p_lanes int8, p_room int8
) RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
  c_of_one_lane CONSTANT int8 := 256;
  v_lane bytea;
  v_ids int8[];
  v_n int8;
  v_size int8;
  v_left int8 := p_most;
  v_room int8 := p_room;
BEGIN
  FOR v_lane IN
    WITH own AS (
      SELECT key, oldest FROM @SCHEMA@.lanes WHERE nobodys > 0 AND holder = p_member
      ORDER BY oldest LIMIT p_most FOR UPDATE SKIP LOCKED),
    free AS (
      SELECT key, oldest FROM @SCHEMA@.lanes WHERE nobodys > 0 AND holder = 0
      ORDER BY oldest LIMIT least(p_most, p_lanes) FOR UPDATE SKIP LOCKED)
    SELECT c.key FROM (SELECT * FROM own UNION ALL SELECT * FROM free) c ORDER BY c.oldest
  LOOP
    EXIT WHEN v_left <= 0 OR v_room <= 0;
    v_ids := ARRAY(
      SELECT m.id FROM (
        SELECT c.id, sum(c.size) OVER (ORDER BY c.id) - c.size AS before FROM (
          SELECT id, octet_length(payload) AS size FROM @SCHEMA@.inbox
          WHERE member IS NULL AND sha256(session) = v_lane
          ORDER BY id LIMIT least(v_left, c_of_one_lane)) c) m
      WHERE m.before < v_room);
    WITH took AS (
      UPDATE @SCHEMA@.inbox SET member = p_member, taken = p_number, epoch = 0
        WHERE id = ANY (v_ids) RETURNING octet_length(payload) AS size)
    SELECT count(*), coalesce(sum(size), 0) INTO v_n, v_size FROM took;
    UPDATE @SCHEMA@.lanes SET holder = p_member, held = held + v_n, nobodys = nobodys - v_n,
           oldest = coalesce((SELECT min(id) FROM @SCHEMA@.inbox
                              WHERE member IS NULL AND sha256(session) = v_lane), 0)
      WHERE key = v_lane;
    v_left := v_left - v_n;
    v_room := v_room - v_size;
  END LOOP;
  RETURN v_room;
END
$$;

-- Makes the lanes that are missing for the first of nobody's replies, in one order as lock_lanes()
-- does: it waits for batches, so nothing of lanes may be locked before it. Their keys.
CREATE OR REPLACE FUNCTION @SCHEMA@.make_lanes(p_most int8, p_outlets bytea[])
RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
  v_made bytea[];
BEGIN
  WITH first AS (
    SELECT sha256(session) AS key FROM @SCHEMA@.outbox
    WHERE member IS NULL AND sha256(channel) = ANY (p_outlets) ORDER BY id LIMIT p_most),
  made AS (
    INSERT INTO @SCHEMA@.lanes
      SELECT DISTINCT f.key, 0, 0, 0, 0 FROM first f
      WHERE NOT EXISTS (SELECT 1 FROM @SCHEMA@.lanes l WHERE l.key = f.key) ORDER BY 1
      ON CONFLICT DO NOTHING RETURNING key)
  SELECT ARRAY(SELECT key FROM made) INTO v_made;
  RETURN v_made;
END
$$;

-- As take_messages(), for replies. Their lanes become the member's. One whose lane is another's is
-- handed out all the same, and does not count in it: who began to send it is gone.
CREATE OR REPLACE FUNCTION @SCHEMA@.take_replies(
  p_member int8, p_number int8, p_most int8, p_room int8, p_outlets bytea[]
) RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
  v_reply record;
  v_holder int8;
  v_room int8 := p_room;
BEGIN
  FOR v_reply IN
    SELECT id, sha256(session) AS lane, octet_length(payload) AS size FROM @SCHEMA@.outbox
    WHERE member IS NULL AND id = ANY (ARRAY(
      SELECT id FROM @SCHEMA@.outbox WHERE member IS NULL AND sha256(channel) = ANY (p_outlets)
      ORDER BY id LIMIT p_most))
    ORDER BY id FOR UPDATE SKIP LOCKED
  LOOP
    EXIT WHEN v_room <= 0;
    SELECT holder INTO v_holder FROM @SCHEMA@.lanes WHERE key = v_reply.lane
      FOR UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    IF v_holder IN (0, p_member) THEN
      UPDATE @SCHEMA@.lanes SET holder = p_member, held = held + 1 WHERE key = v_reply.lane;
    END IF;
    UPDATE @SCHEMA@.outbox SET member = p_member, taken = p_number,
           counted = v_holder IN (0, p_member)
      WHERE id = v_reply.id;
    v_room := v_room - v_reply.size;
  END LOOP;
  RETURN v_room;
END
$$;

CREATE OR REPLACE FUNCTION @SCHEMA@.take_notices(p_member int8, p_number int8, p_room int8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM @SCHEMA@.mailbox WHERE member = p_member AND taken > 0;
  UPDATE @SCHEMA@.mailbox SET taken = p_number
    WHERE member = p_member AND id = ANY (ARRAY(
      SELECT m.id FROM (
        SELECT id, sum(octet_length(text)) OVER (ORDER BY id) - octet_length(text) AS before
        FROM @SCHEMA@.mailbox WHERE member = p_member) m
      WHERE m.before < p_room));
END
$$;

-- One call of a member, by its number: the same number again, after an answer that was cut off,
-- gets what the first one took. Rows by r_kind:
-- 1 = a message; n: id, attempts, received_ms; s: session, agent, channel, account, event_id, payload
-- 2 = a reply; n: id, state, updated_ms, created_ms, expires_ms; s: session, channel, account,
--     idem_key, payload
-- 3 = a notice; n: id; s: sender, topic, text
-- 0 = the last row; n: 1 when something is left, 2 when it only ended the dead, and is to be called
--     again by this number; the last number by which something was looked for, which the next follows
-- p_batch is the member's last one that was committed, as apply() counts them.
CREATE OR REPLACE FUNCTION @SCHEMA@.collect(
  p_instance text, p_token uuid, p_batch int8, p_number int8, p_messages int8, p_lanes int8,
  p_replies int8, p_outlets bytea[]
) RETURNS TABLE (
  r_kind int8, r_n1 int8, r_n2 int8, r_n3 int8, r_n4 int8, r_n5 int8,
  r_s1 bytea, r_s2 bytea, r_s3 bytea, r_s4 bytea, r_s5 bytea, r_s6 bytea
) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
  SET enable_seqscan = off SET jit = off AS $$
DECLARE
  c_most CONSTANT int8 := 4096;
  c_bytes CONSTANT int8 := 8388608;
  v_messages int8 := least(p_messages, c_most);
  v_replies int8 := least(p_replies, c_most);
  v_outlets bytea[] := ARRAY(SELECT sha256(o) FROM unnest(p_outlets) AS o);
  v_room int8 := c_bytes;
  v_me record;
  v_dead boolean;
  v_of_other_clock boolean;
  v_lanes_wait boolean;
  v_replies_wait boolean;
  v_ended int8[];
  v_made bytea[] := '{}';
BEGIN
  SELECT member, batch, collected, leased_until >= clock_timestamp() AND
         steady_since + lease_ms::float8 * interval '1 millisecond' <= clock_timestamp() AS steady
    INTO v_me FROM @SCHEMA@.gateways WHERE instance = p_instance AND token = p_token;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another gateway has taken over' USING ERRCODE = 'OC001';
  END IF;
  IF v_me.batch <> p_batch OR v_me.collected NOT IN (p_number - 1, p_number) THEN
    RAISE EXCEPTION 'the database went back to an earlier state' USING ERRCODE = 'OC002';
  END IF;
  v_dead := v_me.steady AND EXISTS (
    SELECT 1 FROM @SCHEMA@.gateways
    WHERE member > 0 AND member <> v_me.member AND leased_until < clock_timestamp());
  v_of_other_clock := EXISTS (
    SELECT 1 FROM @SCHEMA@.gateways WHERE member > 0 AND member <> v_me.member
      AND leased_until > clock_timestamp() + lease_ms::float8 * interval '1 millisecond');
  v_lanes_wait := @SCHEMA@.lanes_wait(v_me.member, p_lanes);
  v_replies_wait := @SCHEMA@.replies_wait(v_outlets);

  IF v_dead OR v_of_other_clock OR v_me.collected = p_number OR (v_lanes_wait AND v_messages > 0)
     OR (v_replies_wait AND v_replies > 0)
     OR EXISTS (SELECT 1 FROM @SCHEMA@.mailbox WHERE member = v_me.member) THEN
    -- What is handed out is on the disk, as in apply().
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    -- While this is held nobody ends this member.
    SELECT member, collected INTO v_me FROM @SCHEMA@.gateways
      WHERE instance = p_instance AND token = p_token FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another gateway has taken over' USING ERRCODE = 'OC001';
    END IF;
    IF v_of_other_clock THEN PERFORM @SCHEMA@.rein_in_leases(v_me.member); END IF;
    IF v_me.collected <> p_number THEN
      IF v_dead THEN
        -- One whose row is locked lives, or is being ended by another.
        v_ended := ARRAY(SELECT member FROM @SCHEMA@.gateways
          WHERE member > 0 AND member <> v_me.member AND leased_until < clock_timestamp()
          FOR UPDATE SKIP LOCKED);
        IF cardinality(v_ended) > 0 THEN
          PERFORM @SCHEMA@.end_members(v_ended);
          -- It holds locks of lanes by now, so that make_lanes() may not wait for others.
          RETURN QUERY
            SELECT 0::int8, 2::int8, 0::int8, 0::int8, 0::int8, 0::int8, ''::bytea, ''::bytea,
                   ''::bytea, ''::bytea, ''::bytea, ''::bytea;
          RETURN;
        END IF;
      END IF;
      IF v_replies > 0 AND v_replies_wait THEN
        v_made := @SCHEMA@.make_lanes(v_replies, v_outlets);
      END IF;
      UPDATE @SCHEMA@.gateways SET collected = p_number WHERE instance = p_instance;
      IF v_messages > 0 THEN
        v_room := @SCHEMA@.take_messages(v_me.member, p_number, v_messages, p_lanes,
                                         v_room);
      END IF;
      IF v_replies > 0 AND v_room > 0 THEN
        v_room := @SCHEMA@.take_replies(v_me.member, p_number, v_replies, v_room, v_outlets);
      END IF;
      DELETE FROM @SCHEMA@.lanes WHERE key = ANY (v_made) AND held = 0 AND nobodys = 0;
      PERFORM @SCHEMA@.take_notices(v_me.member, p_number, c_bytes);
    END IF;
    RETURN QUERY
      SELECT 1::int8, id, attempts, received_ms, 0::int8, 0::int8, session, agent, channel, account,
             event_id, payload
      FROM @SCHEMA@.inbox WHERE member = v_me.member AND member > 0 AND taken = p_number
      ORDER BY min(id) OVER (PARTITION BY session), id;
    RETURN QUERY
      SELECT 2::int8, id, state, updated_ms, created_ms, expires_ms, session, channel, account,
             idem_key, payload, ''::bytea
      FROM @SCHEMA@.outbox WHERE member = v_me.member AND member > 0 AND taken = p_number
      ORDER BY id;
    RETURN QUERY
      SELECT 3::int8, id, 0::int8, 0::int8, 0::int8, 0::int8, sender, topic, text, ''::bytea,
             ''::bytea, ''::bytea
      FROM @SCHEMA@.mailbox WHERE member = v_me.member AND taken = p_number ORDER BY id;
    v_lanes_wait := @SCHEMA@.lanes_wait(v_me.member, 1);
    v_replies_wait := @SCHEMA@.replies_wait(v_outlets);
  ELSIF p_lanes = 0 THEN
    v_lanes_wait := @SCHEMA@.lanes_wait(v_me.member, 1);
  END IF;
  RETURN QUERY
    SELECT 0::int8, CASE WHEN v_lanes_wait OR v_replies_wait OR EXISTS (
             SELECT 1 FROM @SCHEMA@.mailbox WHERE member = v_me.member AND taken = 0)
           THEN 1::int8 ELSE 0::int8 END,
           (SELECT collected FROM @SCHEMA@.gateways WHERE instance = p_instance),
           0::int8, 0::int8, 0::int8,
           ''::bytea, ''::bytea, ''::bytea, ''::bytea, ''::bytea, ''::bytea;
END
$$;
