-- Applies one batch: one call, so one round trip and one transaction; a batch is all or nothing by
-- that. The writes are rows of parallel arrays; what those columns mean for each kind is in
-- batch.cpp, which fills them. What a write holds several of lies in arrays of its own, as a slice.
--
-- The functions that the gateway calls find their names in pg_catalog only, and what they call does so
-- with them: in the schema public others may have put something that fits better.
--
-- Returns two numbers a write: what became of it (codes in batch.cpp), and the id. They are kept in
-- the gateway's row too: who asks after a connection was cut finds them, or that there are none.
CREATE OR REPLACE FUNCTION @SCHEMA@.apply(
  p_instance text, p_token uuid, p_batch int8, p_lease_ms int8,
  p_kind int8[], p_a int8[], p_b int8[], p_c int8[], p_d int8[], p_e int8[], p_f int8[],
  p_g int8[], p_h int8[], p_i int8[],
  p_s1 bytea[], p_s2 bytea[], p_s3 bytea[], p_s4 bytea[], p_s5 bytea[], p_s6 bytea[],
  p_ids int8[],
  p_role int8[], p_ts int8[], p_text bytea[], p_meta bytea[],
  p_created int8[], p_expires int8[], p_flags int8[], p_session bytea[], p_channel bytea[],
  p_account bytea[], p_idem bytea[], p_payload bytea[]
) RETURNS int8[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  w record;
  v_part record;
  v_member int8;       -- 0: it has the schema to itself
  v_batch int8;        -- the last one that was committed
  v_owner int8;        -- whose a message becomes, NULL = nobody's
  v_lanes bytea[];
  v_notify text;       -- whom to wake, NULL = nobody, '' = all
  v_ids int8[];
  v_begun boolean;     -- its first reply is stored as started
  v_code int8;
  v_id int8;
  v_n int8;
  v_m int8;
  v_left int8;
  v_number int8;
  v_place int8;
  v_key bytea;
  v_results int8[] := '{}';
  v_k int4 := 0;
  v_epoch int8 := 0;
  d_inbox int8 := 0;
  d_inbox_dead int8 := 0;
  d_outbox int8 := 0;
  d_outbox_held int8 := 0;
  d_sessions int8 := 0;
  d_bytes int8 := 0;
BEGIN
  -- What is acknowledged is on the disk, whatever the server's default.
  IF current_setting('synchronous_commit') = 'off' THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  -- Held until the commit: whoever resolves an unknown outcome waits here for it.
  SELECT member, batch INTO v_member, v_batch FROM @SCHEMA@.gateways
    WHERE instance = p_instance AND token = p_token FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another gateway has taken over' USING ERRCODE = 'OC001';
  END IF;
  -- The batches of a gateway follow each other: one that is missing was committed, and is lost.
  IF v_batch <> p_batch - 1 THEN
    RAISE EXCEPTION 'the database went back to an earlier state' USING ERRCODE = 'OC002';
  END IF;
  IF v_member > 0 THEN
    v_lanes := @SCHEMA@.lock_lanes(p_kind, p_a, p_b, p_c, p_s1, p_session);
  END IF;

  FOR w IN SELECT * FROM unnest(p_kind, p_a, p_b, p_c, p_d, p_e, p_f, p_g, p_h, p_i,
                                p_s1, p_s2, p_s3, p_s4, p_s5, p_s6)
           AS t(kind, a, b, c, d, e, f, g, h, i, s1, s2, s3, s4, s5, s6) LOOP
    v_code := 0;
    v_id := 0;

    IF w.kind = 1 THEN  -- ingest: c = flags, 1 = for anybody, 2 = its own or not at all
      v_n := nextval('@SCHEMA@.inbox_id');
      v_owner := v_member;
      IF v_member > 0 THEN
        SELECT CASE WHEN nobodys = 0 AND holder IN (0, v_member) AND w.c & 1::int8 = 0
               THEN v_member END
          INTO v_owner FROM @SCHEMA@.lanes WHERE key = sha256(w.s1);
        IF v_owner IS NULL AND w.c & 2::int8 > 0 THEN v_code := 9; END IF;
      END IF;
      v_key := CASE WHEN octet_length(w.s5) > 0 THEN @SCHEMA@.digest(w.s3, w.s4, w.s5) END;
      IF v_code = 9 THEN
        SELECT inbox_id INTO v_id FROM @SCHEMA@.dedupe WHERE key = v_key;
        IF FOUND THEN v_code := 1; ELSE v_id := 0; END IF;
      ELSIF v_key IS NOT NULL THEN
        INSERT INTO @SCHEMA@.dedupe VALUES (v_key, v_n, w.a, w.s3, w.s4, w.s5)
          ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
          v_code := 1;
          SELECT inbox_id INTO v_id FROM @SCHEMA@.dedupe WHERE key = v_key;
        END IF;
      END IF;
      IF v_code = 0 THEN
        v_m := CASE WHEN v_owner IS NULL THEN 0 ELSE w.b END;
        INSERT INTO @SCHEMA@.inbox
          VALUES (v_n, CASE WHEN v_m = 0 THEN 0 ELSE 1 END, v_m, w.a,
                  w.s1, w.s2, w.s3, w.s4, w.s5, w.s6, v_owner, 0);
        d_inbox := d_inbox + 1;
        v_id := v_n;
        v_epoch := greatest(v_epoch, v_m);
        IF v_member > 0 THEN
          PERFORM @SCHEMA@.lane_gains(w.s1, v_n, v_owner);
          IF v_owner IS NULL THEN
            v_code := 10;
            v_notify := '';
          END IF;
        END IF;
      END IF;

    ELSIF w.kind = 2 THEN  -- attempt
      v_ids := p_ids[w.b:w.c];
      PERFORM 1 FROM @SCHEMA@.inbox
        WHERE id = ANY (v_ids) AND session = w.s1 AND epoch <= w.a AND member = v_member
        FOR UPDATE;
      GET DIAGNOSTICS v_n = ROW_COUNT;
      IF v_n <> cardinality(v_ids) THEN
        v_code := 2;
      ELSE
        UPDATE @SCHEMA@.inbox SET attempts = attempts + 1, epoch = w.a
          WHERE id = ANY (v_ids) AND member = v_member;
        v_epoch := greatest(v_epoch, w.a);
      END IF;

    ELSIF w.kind = 3 THEN  -- finish; flags of its replies: 1 = for anybody, 2 = started at once
      v_begun := false;
      v_ids := p_ids[w.b:w.c];
      IF cardinality(v_ids) > 0 THEN
        PERFORM 1 FROM @SCHEMA@.inbox
          WHERE id = ANY (v_ids) AND session = w.s1 AND epoch = w.a AND w.a > 0
            AND member = v_member FOR UPDATE;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        IF v_n <> cardinality(v_ids) THEN v_code := 2; END IF;
      END IF;
      v_m := w.g - w.f + 1;
      IF v_code = 0 AND v_m > 0 THEN
        v_id := CASE WHEN v_m = 1 THEN nextval('@SCHEMA@.outbox_id')
                ELSE @SCHEMA@.outbox_ids(v_m) END;
        v_begun := p_flags[w.f] = 2 AND (v_member = 0 OR NOT @SCHEMA@.others_come_first(
          v_member, p_session[w.f], p_channel[w.f], p_account[w.f], v_id));
        -- The keys of a batch may clash with each other, so each is looked at as it is inserted.
        FOR v_n IN w.f..w.g LOOP
          v_left := v_id + v_n - w.f;
          IF octet_length(p_idem[v_n]) > 0 AND EXISTS (
               SELECT 1 FROM @SCHEMA@.outbox_held
               WHERE sha256(idem_key) = sha256(p_idem[v_n]) AND idem_key <> '') THEN
            v_code := 3;
          ELSE
            INSERT INTO @SCHEMA@.outbox
              VALUES (v_left, CASE WHEN v_begun AND v_n = w.f THEN 2 ELSE 1 END, p_created[v_n],
                      p_created[v_n], p_expires[v_n], p_session[v_n], p_channel[v_n],
                      p_account[v_n], p_idem[v_n], p_payload[v_n],
                      CASE WHEN v_member = 0 OR p_flags[v_n] & 1::int8 = 0 THEN v_member END, 0,
                      CASE WHEN v_member = 0 OR p_flags[v_n] & 1::int8 = 1 THEN false
                      ELSE @SCHEMA@.lane_is_open(p_session[v_n], v_member) END)
              ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN v_code := 3; END IF;
          END IF;
          IF v_code <> 0 THEN
            DELETE FROM @SCHEMA@.outbox WHERE id BETWEEN v_id AND v_left - 1;
            v_id := 0;
            EXIT;
          END IF;
        END LOOP;
        IF v_code = 0 THEN
          d_outbox := d_outbox + v_m;
          IF v_member > 0 THEN
            PERFORM @SCHEMA@.lanes_gain_replies(v_id, v_left, v_member);
            IF EXISTS (SELECT 1 FROM generate_series(w.f, w.g) AS n
                       WHERE p_flags[n] & 1::int8 = 1) THEN
              v_notify := '';
            END IF;
          END IF;
        END IF;
      END IF;
      IF v_code = 0 THEN
        IF cardinality(v_ids) > 0 THEN
          IF w.i = 3 THEN
            INSERT INTO @SCHEMA@.inbox_dead
              SELECT id, attempts, epoch, received_ms, session, agent, channel, account, event_id,
                     payload, w.s2, w.h
              FROM @SCHEMA@.inbox WHERE id = ANY (v_ids);
            d_inbox_dead := d_inbox_dead + cardinality(v_ids);
          END IF;
          DELETE FROM @SCHEMA@.inbox WHERE id = ANY (v_ids) AND member = v_member;
          d_inbox := d_inbox - cardinality(v_ids);
          IF v_member > 0 AND @SCHEMA@.lane_loses(w.s1, cardinality(v_ids)) THEN
            v_notify := '';
          END IF;
        END IF;
        v_m := w.e - w.d + 1;
        IF v_m > 0 THEN
          -- One by one, as a slice would copy the whole batch's texts each time.
          SELECT coalesce(sum(octet_length(p_text[n])), 0) INTO v_n
            FROM generate_series(w.d, w.e) AS n;
          v_key := sha256(w.s1);
          UPDATE @SCHEMA@.sessions SET next = next + v_m, entries = entries + v_m,
                 bytes = bytes + v_n, updated_ms = w.h
            WHERE key = v_key RETURNING number, next - v_m INTO v_number, v_place;
          IF NOT FOUND THEN
            v_place := 1;
            INSERT INTO @SCHEMA@.sessions (key, session, first, next, entries, bytes, updated_ms)
              VALUES (v_key, w.s1, 1, 1 + v_m, v_m, v_n, w.h) RETURNING number INTO v_number;
            d_sessions := d_sessions + 1;
          END IF;
          d_bytes := d_bytes + v_n;
          INSERT INTO @SCHEMA@.transcript
            SELECT v_number, v_place + n - w.d, p_role[n], p_ts[n], p_text[n], p_meta[n]
            FROM generate_series(w.d, w.e) AS n;
        END IF;
        v_epoch := greatest(v_epoch, w.a);
        IF v_begun THEN v_code := 12; END IF;
      END IF;

    ELSIF w.kind = 4 THEN  -- a reply moves: a = id, b = state, c = when, s1 = reason
      IF v_member > 0 AND EXISTS (SELECT 1 FROM @SCHEMA@.outbox
           WHERE id = w.a AND member IS DISTINCT FROM v_member) THEN
        v_code := 9;
      ELSIF v_member > 0 AND w.b > 2 AND @SCHEMA@.reply_leaves_lane(w.a) THEN
        v_notify := '';
      END IF;
      IF v_code <> 0 THEN
        NULL;
      ELSIF w.b = 2 AND v_member > 0 AND @SCHEMA@.overtakes(v_member, w.a) THEN
        v_code := 11;
      ELSIF w.b = 6 THEN
        v_n := @SCHEMA@.leave_reply(v_member, w.a, w.c);
        IF v_n = 0 THEN v_code := 4; ELSE v_notify := ''; END IF;
        IF v_n = 2 THEN
          d_outbox := d_outbox + 1;
          d_outbox_held := d_outbox_held - 1;
        END IF;
      ELSIF w.b <= 2 THEN
        UPDATE @SCHEMA@.outbox SET state = w.b, updated_ms = w.c
          WHERE id = w.a AND member = v_member;
        IF NOT FOUND THEN
          WITH gone AS (DELETE FROM @SCHEMA@.outbox_held WHERE id = w.a RETURNING *)
          INSERT INTO @SCHEMA@.outbox
            SELECT id, w.b, w.c, created_ms, expires_ms, session, channel, account, idem_key,
                   payload, v_member, 0,
                   CASE WHEN v_member = 0 THEN false
                   ELSE @SCHEMA@.lane_is_open(session, v_member) END FROM gone;
          IF FOUND THEN
            IF v_member > 0 THEN PERFORM @SCHEMA@.lanes_gain_replies(w.a, w.a, v_member); END IF;
            d_outbox := d_outbox + 1;
            d_outbox_held := d_outbox_held - 1;
          ELSE
            v_code := 4;
          END IF;
        END IF;
      ELSIF w.b = 3 THEN
        DELETE FROM @SCHEMA@.outbox WHERE id = w.a AND member = v_member;
        IF FOUND THEN
          d_outbox := d_outbox - 1;
        ELSE
          DELETE FROM @SCHEMA@.outbox_held WHERE id = w.a;
          IF FOUND THEN d_outbox_held := d_outbox_held - 1; ELSE v_code := 4; END IF;
        END IF;
      ELSE
        WITH gone AS (
          DELETE FROM @SCHEMA@.outbox WHERE id = w.a AND member = v_member RETURNING *)
        INSERT INTO @SCHEMA@.outbox_held
          SELECT id, w.b, w.c, created_ms, expires_ms, session, channel, account, idem_key,
                 payload, w.s1 FROM gone;
        IF FOUND THEN
          d_outbox := d_outbox - 1;
          d_outbox_held := d_outbox_held + 1;
        ELSE
          UPDATE @SCHEMA@.outbox_held SET state = w.b, updated_ms = w.c, reason = w.s1
            WHERE id = w.a;
          IF NOT FOUND THEN v_code := 4; END IF;
        END IF;
      END IF;

    ELSIF w.kind = 5 THEN  -- a value: a = expected version or -1, b = 1 to delete it
      SELECT r_code, r_id INTO v_code, v_id
        FROM @SCHEMA@.put_value(w.s1, w.s2, w.s3, w.a, w.b = 1);

    ELSIF w.kind = 6 THEN  -- a session: a = action, b = when
      v_key := sha256(w.s1);
      IF w.a = 1 THEN
        UPDATE @SCHEMA@.sessions SET first = next, entries = 0, bytes = 0, updated_ms = w.b
          WHERE key = v_key;
      ELSE
        DELETE FROM @SCHEMA@.sessions WHERE key = v_key RETURNING number INTO v_number;
        IF FOUND THEN
          WITH gone AS (DELETE FROM @SCHEMA@.transcript WHERE session = v_number RETURNING text)
          SELECT coalesce(sum(octet_length(text)), 0) INTO v_n FROM gone;
          d_bytes := d_bytes - v_n;
          d_sessions := d_sessions - 1;
        ELSE
          v_code := 6;
        END IF;
      END IF;

    ELSIF w.kind = 7 THEN  -- a step of sweeping: a = before, b = at most so many
      v_left := w.b;
      -- The key of a message that still waits stays, or a redelivery would be a second message.
      DELETE FROM @SCHEMA@.dedupe WHERE key IN (
        SELECT d.key FROM @SCHEMA@.dedupe d
        WHERE d.received_ms < w.a AND NOT EXISTS (
          SELECT 1 FROM @SCHEMA@.inbox i WHERE i.id = d.inbox_id)
        ORDER BY d.received_ms LIMIT v_left);
      GET DIAGNOSTICS v_n = ROW_COUNT;
      v_left := v_left - v_n;
      DELETE FROM @SCHEMA@.inbox_dead WHERE id IN (
        SELECT id FROM @SCHEMA@.inbox_dead WHERE dead_ms < w.a ORDER BY dead_ms LIMIT v_left);
      GET DIAGNOSTICS v_n = ROW_COUNT;
      v_left := v_left - v_n;
      d_inbox_dead := d_inbox_dead - v_n;
      DELETE FROM @SCHEMA@.outbox_held WHERE id IN (
        SELECT id FROM @SCHEMA@.outbox_held WHERE updated_ms < w.a ORDER BY updated_ms
        LIMIT v_left);
      GET DIAGNOSTICS v_n = ROW_COUNT;
      v_left := v_left - v_n;
      d_outbox_held := d_outbox_held - v_n;
      IF v_member > 0 AND v_left > 0 THEN
        v_n := @SCHEMA@.end_expired(v_left);
        v_left := v_left - v_n;
        d_outbox := d_outbox - v_n;
        d_outbox_held := d_outbox_held + v_n;
      END IF;
      v_id := w.b - v_left;

    ELSIF w.kind = 9 THEN  -- a session's oldest go: a = only if idle before, b = at most so many
      SELECT * INTO v_part FROM @SCHEMA@.trim_session(w.s1, w.a, w.b);
      v_code := v_part.r_code;
      v_id := v_part.r_id;
      d_sessions := d_sessions + v_part.d_sessions;
      d_bytes := d_bytes + v_part.d_bytes;

    ELSIF w.kind = 10 THEN  -- a record of another store
      SELECT * INTO v_part FROM @SCHEMA@.load(w.a, w.b, w.c, w.d, w.e, w.f, w.g, w.h, w.i, w.s1,
        w.s2, w.s3, w.s4, w.s5, w.s6, CASE WHEN w.a <> 2 THEN p_meta[w.e] END);
      v_code := v_part.r_code;
      v_epoch := greatest(v_epoch, v_part.r_epoch);
      d_inbox := d_inbox + v_part.d_inbox;
      d_inbox_dead := d_inbox_dead + v_part.d_inbox_dead;
      d_outbox := d_outbox + v_part.d_outbox;
      d_outbox_held := d_outbox_held + v_part.d_outbox_held;
      d_sessions := d_sessions + v_part.d_sessions;
      d_bytes := d_bytes + v_part.d_bytes;

    ELSIF w.kind = 11 THEN  -- a notice: s1 = to whom, s2 = topic, s3 = text
      v_notify := coalesce(@SCHEMA@.put_notice(p_instance, w.s1, w.s2, w.s3, v_notify), v_notify);

    ELSIF w.kind = 12 THEN  -- a lease: a = 1 to take it, s1 = its name
      IF w.a = 1 THEN
        v_id := @SCHEMA@.take_lease(v_member, w.s1);
        IF v_id = 0 THEN v_code := 9; END IF;
      ELSE
        DELETE FROM @SCHEMA@.leases WHERE key = sha256(w.s1) AND member = v_member;
      END IF;

    ELSE  -- the operator's decision: a = queue, b = action, c = id, d = when, e = expires
      SELECT * INTO v_part FROM @SCHEMA@.resolve(v_member, w.a, w.b, w.c, w.d, w.e);
      v_code := v_part.r_code;
      v_id := v_part.r_id;
      d_inbox := d_inbox + v_part.d_inbox;
      d_inbox_dead := d_inbox_dead + v_part.d_inbox_dead;
      d_outbox := d_outbox + v_part.d_outbox;
      d_outbox_held := d_outbox_held + v_part.d_outbox_held;
      IF v_code = 10 THEN v_notify := ''; END IF;
    END IF;

    v_k := v_k + 2;
    v_results[v_k - 1] := v_code;
    v_results[v_k] := v_id;
  END LOOP;

  IF v_member > 0 THEN
    DELETE FROM @SCHEMA@.lanes WHERE key = ANY (v_lanes) AND held = 0 AND nobodys = 0;
    IF v_notify IS NOT NULL THEN
      PERFORM pg_notify(@SCHEMA@.notify_channel(), v_notify);
    END IF;
  END IF;
  UPDATE @SCHEMA@.gateways SET
    batch = p_batch, results = v_results, max_epoch = greatest(max_epoch, v_epoch),
    steady_since = CASE WHEN leased_until < clock_timestamp() THEN clock_timestamp()
                   ELSE least(steady_since, clock_timestamp()) END,
    leased_until = clock_timestamp() + p_lease_ms::float8 * interval '1 millisecond',
    inbox = inbox + d_inbox, inbox_dead = inbox_dead + d_inbox_dead, outbox = outbox + d_outbox,
    outbox_held = outbox_held + d_outbox_held, sessions = sessions + d_sessions,
    text_bytes = text_bytes + d_bytes
    WHERE instance = p_instance;
  RETURN v_results;
END
$$;
