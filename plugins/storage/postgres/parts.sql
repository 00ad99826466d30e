-- Parts of apply().

-- Ids that follow each other, of which other gateways take some at the same time. The first.
CREATE OR REPLACE FUNCTION @SCHEMA@.outbox_ids(p_n int8) RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
  v_first int8 := nextval('@SCHEMA@.outbox_id');
  v_next int8;
  v_n int8 := 1;
  v_taken int8 := 1;
BEGIN
  WHILE v_n < p_n LOOP
    v_next := nextval('@SCHEMA@.outbox_id');
    v_taken := v_taken + 1;
    IF v_next = v_first + v_n THEN
      v_n := v_n + 1;
    ELSIF v_taken > 1000 + 100 * p_n THEN
      RAISE EXCEPTION 'numbers taken in between' USING ERRCODE = '40001';
    ELSE
      v_first := v_next;
      v_n := 1;
    END IF;
  END LOOP;
  RETURN v_first;
END
$$;

-- The operator's decision, see batch.cpp; what changes by it goes back to apply().
CREATE OR REPLACE FUNCTION @SCHEMA@.resolve(
  p_member int8, p_queue int8, p_action int8, p_id int8, p_when int8, p_expires int8,
  OUT r_code int8, OUT r_id int8,
  OUT d_inbox int8, OUT d_inbox_dead int8, OUT d_outbox int8, OUT d_outbox_held int8
) LANGUAGE plpgsql AS $$
DECLARE
  v_owner int8 := CASE WHEN p_member = 0 THEN 0 END;
  v_session bytea;
BEGIN
  r_code := 0;
  r_id := 0;
  d_inbox := 0;
  d_inbox_dead := 0;
  d_outbox := 0;
  d_outbox_held := 0;
  IF p_queue = 1 THEN
    IF p_action = 1 THEN
      INSERT INTO @SCHEMA@.inbox
        SELECT nextval('@SCHEMA@.inbox_id'), 0, 0, received_ms, session, agent, channel, account,
               event_id, payload, v_owner, 0
        FROM @SCHEMA@.inbox_dead WHERE id = p_id RETURNING id, session INTO r_id, v_session;
      IF FOUND THEN
        d_inbox := 1;
        IF v_owner IS NULL THEN PERFORM @SCHEMA@.lane_gains(v_session, r_id, NULL); END IF;
        -- The key follows its message, so that no sweep takes it while the message waits.
        INSERT INTO @SCHEMA@.dedupe
          SELECT @SCHEMA@.digest(channel, account, event_id), id, received_ms, channel, account,
                 event_id
          FROM @SCHEMA@.inbox WHERE id = r_id AND event_id <> ''
          ON CONFLICT (key) DO UPDATE SET inbox_id = excluded.inbox_id;
      END IF;
    END IF;
    DELETE FROM @SCHEMA@.inbox_dead WHERE id = p_id;
    IF FOUND THEN d_inbox_dead := -1; ELSE r_code := 4; END IF;
  ELSE
    WITH gone AS (DELETE FROM @SCHEMA@.outbox_held WHERE id = p_id RETURNING *),
    again AS (
      INSERT INTO @SCHEMA@.outbox
        SELECT nextval('@SCHEMA@.outbox_id'), 1, p_when, created_ms, p_expires, session, channel,
               account, idem_key, payload, v_owner, 0
        FROM gone WHERE p_action = 1 RETURNING id)
    SELECT -(SELECT count(*) FROM gone), (SELECT count(*) FROM again),
           coalesce((SELECT id FROM again), 0)
      INTO d_outbox_held, d_outbox, r_id;
    IF d_outbox_held = 0 THEN r_code := 4; END IF;
  END IF;
  IF r_code <> 0 THEN
    r_id := 0;
  ELSIF p_member > 0 AND p_action = 1 THEN
    r_code := 10;
  END IF;
END
$$;

-- Ends nobody's replies that have expired, at most so many: there may be no gateway that could send
-- them. What may have arrived is never called dead. How many they were.
CREATE OR REPLACE FUNCTION @SCHEMA@.end_expired(p_most int8) RETURNS int8
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  c_now CONSTANT int8 := extract(epoch FROM clock_timestamp()) * 1000;
  v_n int8;
BEGIN
  WITH gone AS (
    DELETE FROM @SCHEMA@.outbox WHERE id = ANY (ARRAY(
      SELECT id FROM @SCHEMA@.outbox
      WHERE member IS NULL AND expires_ms > 0 AND expires_ms < c_now
      ORDER BY expires_ms LIMIT p_most FOR UPDATE SKIP LOCKED)) RETURNING *)
  INSERT INTO @SCHEMA@.outbox_held
    SELECT id, CASE WHEN state = 2 THEN 4 ELSE 5 END, c_now, created_ms, expires_ms, session,
           channel, account, idem_key, payload, 'expired: older than queue.replyTtlSeconds'::bytea
    FROM gone;
  GET DIAGNOSTICS v_n = ROW_COUNT;
  RETURN v_n;
END
$$;

-- Sets or deletes a value; p_expected -1 = whatever is there.
CREATE OR REPLACE FUNCTION @SCHEMA@.put_value(
  p_ns bytea, p_name bytea, p_value bytea, p_expected int8, p_delete boolean,
  OUT r_code int8, OUT r_id int8
) LANGUAGE plpgsql AS $$
DECLARE
  v_key bytea := @SCHEMA@.digest(p_ns, p_name, '');
  v_version int8;
BEGIN
  r_code := 0;
  r_id := 0;
  SELECT version INTO v_version FROM @SCHEMA@.kv WHERE digest = v_key FOR UPDATE;
  IF NOT FOUND THEN v_version := 0; END IF;
  IF p_expected <> -1 AND p_expected <> v_version THEN
    r_code := 5;
  ELSIF p_delete THEN
    DELETE FROM @SCHEMA@.kv WHERE digest = v_key;
  ELSIF v_version = 0 THEN
    v_version := nextval('@SCHEMA@.kv_version');
    INSERT INTO @SCHEMA@.kv VALUES (v_key, p_ns, p_name, v_version, p_value) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      r_id := v_version;
    ELSIF p_expected = -1 THEN
      RAISE EXCEPTION 'another gateway set it meanwhile' USING ERRCODE = '40001';
    ELSE
      r_code := 5;
    END IF;
  ELSE
    r_id := nextval('@SCHEMA@.kv_version');
    UPDATE @SCHEMA@.kv SET version = r_id, value = p_value WHERE digest = v_key;
  END IF;
END
$$;

-- Removes at most so many of a session's oldest entries, and with the last of them the session; what
-- changes by it goes back to apply(). r_code as there: 6 = no such session, 7 = it is in use, 8 = gone.
CREATE OR REPLACE FUNCTION @SCHEMA@.trim_session(
  p_session bytea, p_idle_before int8, p_most int8,
  OUT r_code int8, OUT r_id int8, OUT d_sessions int8, OUT d_bytes int8
) LANGUAGE plpgsql AS $$
DECLARE
  v_key bytea := sha256(p_session);
  v_number int8;
  v_first int8;
  v_updated int8;
  v_current int8;        -- of the entries that go: those that are not archived
  v_current_bytes int8;
  v_all_bytes int8;
BEGIN
  r_code := 0;
  r_id := 0;
  d_sessions := 0;
  d_bytes := 0;
  SELECT number, first, updated_ms INTO v_number, v_first, v_updated
    FROM @SCHEMA@.sessions WHERE key = v_key FOR UPDATE;
  IF NOT FOUND THEN
    r_code := 6;
    RETURN;
  END IF;
  IF v_updated >= p_idle_before OR
     EXISTS (SELECT 1 FROM @SCHEMA@.inbox WHERE session = p_session) THEN
    r_code := 7;
    RETURN;
  END IF;
  WITH gone AS (
    DELETE FROM @SCHEMA@.transcript WHERE session = v_number AND place IN (
      SELECT place FROM @SCHEMA@.transcript WHERE session = v_number ORDER BY place
      LIMIT p_most)
    RETURNING place, octet_length(text) AS length)
  SELECT count(*), count(*) FILTER (WHERE place >= v_first),
         coalesce(sum(length) FILTER (WHERE place >= v_first), 0), coalesce(sum(length), 0)
    INTO r_id, v_current, v_current_bytes, v_all_bytes FROM gone;
  d_bytes := -v_all_bytes;
  IF EXISTS (SELECT 1 FROM @SCHEMA@.transcript WHERE session = v_number) THEN
    UPDATE @SCHEMA@.sessions
      SET entries = entries - v_current, bytes = bytes - v_current_bytes WHERE key = v_key;
  ELSE
    DELETE FROM @SCHEMA@.sessions WHERE key = v_key;
    d_sessions := -1;
    r_code := 8;
  END IF;
END
$$;
