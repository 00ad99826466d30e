-- Who may write: one gateway that has the schema to itself, or members. Opening it either way is
-- one transaction at a time, by the lock of opening_lock.cpp, which says so when another has it. p_gone are the holders of
-- which it is known that they are no more, one a line: their leases count for nothing.

CREATE OR REPLACE FUNCTION @SCHEMA@.lock_opening() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM @SCHEMA@.version FOR UPDATE NOWAIT;
END
$$;

-- The server's clock may have been set back: a lease lasts no longer from now on than when it was
-- renewed. One whose row is locked lives, or is being ended by another.
CREATE OR REPLACE FUNCTION @SCHEMA@.rein_in_leases(p_but_of int8) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE @SCHEMA@.gateways
    SET leased_until = clock_timestamp() + lease_ms::float8 * interval '1 millisecond'
    WHERE instance = ANY (ARRAY(
      SELECT instance FROM @SCHEMA@.gateways
      WHERE member <> p_but_of
        AND leased_until > clock_timestamp() + lease_ms::float8 * interval '1 millisecond'
      FOR UPDATE SKIP LOCKED));
END
$$;

-- Gives the schema to one gateway alone. Without r_taken, r_holder is why not, and how long its
-- lease lasts; or, r_lapsed, how long it may still renew one that has ended: the server may have been
-- away. The caller has seen the members lapsed for p_waited_ms, when r_mark was p_mark.
CREATE OR REPLACE FUNCTION @SCHEMA@.take_alone(
  p_token uuid, p_holder text, p_lease_ms int8, p_gone text, p_waited_ms int8, p_mark int8,
  OUT r_taken boolean, OUT r_holder text, OUT r_left_ms int8, OUT r_member int8,
  OUT r_lapsed boolean, OUT r_mark int8
) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_members int8[];
  v_waited_ms int8;
BEGIN
  PERFORM @SCHEMA@.lock_opening();
  PERFORM @SCHEMA@.rein_in_leases(-1);
  r_taken := false;
  r_lapsed := false;
  FOR v_look IN 1..2 LOOP
    SELECT coalesce(max(extract(epoch FROM leased_until) * 1000), 0)::int8 INTO r_mark
      FROM @SCHEMA@.gateways WHERE member > 0;
    SELECT holder, (extract(epoch FROM leased_until - clock_timestamp()) * 1000)::int8, member
      INTO r_holder, r_left_ms, r_member FROM @SCHEMA@.gateways
      WHERE leased_until >= clock_timestamp() AND holder <> ALL (string_to_array(p_gone, E'\n'))
      ORDER BY leased_until DESC LIMIT 1;
    IF FOUND THEN RETURN; END IF;
    v_waited_ms := CASE WHEN r_mark = p_mark THEN p_waited_ms ELSE 0 END;
    SELECT holder, lease_ms - v_waited_ms, member INTO r_holder, r_left_ms, r_member
      FROM @SCHEMA@.gateways
      WHERE member > 0 AND lease_ms > v_waited_ms
        AND holder <> ALL (string_to_array(p_gone, E'\n'))
      ORDER BY lease_ms DESC LIMIT 1;
    IF FOUND THEN
      r_lapsed := true;
      RETURN;
    END IF;
    -- An apply() under way makes the lease longer by its commit: with the rows locked none is. The
    -- row '' is everybody's last.
    IF v_look = 1 THEN
      PERFORM 1 FROM @SCHEMA@.gateways ORDER BY instance DESC FOR UPDATE;
    END IF;
  END LOOP;
  v_members := ARRAY(SELECT member FROM @SCHEMA@.gateways WHERE member > 0);
  IF cardinality(v_members) > 0 THEN PERFORM @SCHEMA@.end_members(v_members); END IF;
  DELETE FROM @SCHEMA@.lanes;
  DELETE FROM @SCHEMA@.leases;
  DELETE FROM @SCHEMA@.mailbox;
  UPDATE @SCHEMA@.inbox SET member = 0 WHERE member IS NULL;
  UPDATE @SCHEMA@.outbox SET member = 0 WHERE member IS NULL;
  UPDATE @SCHEMA@.gateways SET token = p_token, holder = p_holder, since = clock_timestamp(),
         leased_until = clock_timestamp() + p_lease_ms::float8 * interval '1 millisecond',
         lease_ms = p_lease_ms, batch = 0, results = '{}'
    WHERE instance = '';
  r_taken := true;
END
$$;

-- Lets a gateway in as one of several. r_member without r_taken: 0 = one has the schema to itself,
-- else the one that has that name.
CREATE OR REPLACE FUNCTION @SCHEMA@.take_membership(
  p_instance text, p_token uuid, p_holder text, p_lease_ms int8, p_info bytea, p_gone text,
  OUT r_taken boolean, OUT r_holder text, OUT r_left_ms int8, OUT r_member int8
) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_namesake int8;
BEGIN
  PERFORM @SCHEMA@.lock_opening();
  PERFORM @SCHEMA@.rein_in_leases(-1);
  r_taken := false;
  FOR v_look IN 1..2 LOOP
    SELECT holder, (extract(epoch FROM leased_until - clock_timestamp()) * 1000)::int8, member
      INTO r_holder, r_left_ms, r_member FROM @SCHEMA@.gateways
      WHERE instance IN ('', p_instance) AND leased_until >= clock_timestamp()
        AND holder <> ALL (string_to_array(p_gone, E'\n'))
      ORDER BY instance LIMIT 1;
    IF FOUND THEN RETURN; END IF;
    -- As in take_alone(). While members share the schema nobody writes with the row '', and it is
    -- not to be locked before lanes are.
    IF v_look = 1 THEN
      PERFORM 1 FROM @SCHEMA@.gateways
        WHERE instance = p_instance OR (instance = '' AND leased_until > 'epoch')
        ORDER BY instance DESC FOR UPDATE;
    END IF;
  END LOOP;
  SELECT member INTO v_namesake FROM @SCHEMA@.gateways WHERE instance = p_instance;
  IF FOUND THEN PERFORM @SCHEMA@.end_members(ARRAY[v_namesake]); END IF;
  IF NOT EXISTS (SELECT 1 FROM @SCHEMA@.gateways WHERE member > 0) THEN
    -- The first one: what there is waits for whoever collects it.
    UPDATE @SCHEMA@.gateways SET token = '00000000-0000-0000-0000-000000000000', holder = '',
           leased_until = 'epoch' WHERE instance = '';
    DELETE FROM @SCHEMA@.leases;
    DELETE FROM @SCHEMA@.mailbox;
    DELETE FROM @SCHEMA@.lanes;
    UPDATE @SCHEMA@.inbox SET member = NULL, epoch = 0 WHERE member IS NOT NULL;
    UPDATE @SCHEMA@.outbox SET member = NULL WHERE member IS NOT NULL;
    INSERT INTO @SCHEMA@.lanes
      SELECT sha256(session), 0, 0, count(*), min(id) FROM @SCHEMA@.inbox GROUP BY session;
  END IF;
  r_member := nextval('@SCHEMA@.member_number');
  INSERT INTO @SCHEMA@.gateways
    VALUES (p_instance, p_token, p_holder,
            clock_timestamp() + p_lease_ms::float8 * interval '1 millisecond', 0, '{}', 0, 0, 0, 0,
            0, 0, 0, r_member, p_info, clock_timestamp(), p_lease_ms, clock_timestamp(), 0);
  r_taken := true;
END
$$;

-- A gateway goes by itself. Its token is changed first: a batch of it that still comes is too late.
CREATE OR REPLACE FUNCTION @SCHEMA@.leave(p_instance text, p_token uuid, p_next uuid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  v_member int8;
BEGIN
  UPDATE @SCHEMA@.gateways SET token = '00000000-0000-0000-0000-000000000000',
         leased_until = 'epoch'
    WHERE instance = p_instance AND token IN (p_token, p_next) RETURNING member INTO v_member;
  IF v_member > 0 THEN PERFORM @SCHEMA@.end_members(ARRAY[v_member]); END IF;
END
$$;
