-- Applies one batch: one call, so one round trip and one transaction; a batch is all or nothing by
-- that. The writes are rows of parallel arrays; what those columns mean for each kind is in batch.cpp,
-- which fills them. What a write holds several of lies in arrays of its own, as a slice.
--
-- Returns two numbers a write: what became of it (codes in batch.cpp), and the id. They are kept in
-- the gateway's row too: whoever asks after a connection was cut finds them, or that there are none.
CREATE OR REPLACE FUNCTION @SCHEMA@.apply(
  p_instance text, p_token uuid, p_batch int8, p_lease_ms int8,
  p_kind int8[], p_a int8[], p_b int8[], p_c int8[], p_d int8[], p_e int8[], p_f int8[],
  p_g int8[], p_h int8[], p_i int8[],
  p_s1 bytea[], p_s2 bytea[], p_s3 bytea[], p_s4 bytea[], p_s5 bytea[], p_s6 bytea[],
  p_ids int8[],
  p_role int8[], p_ts int8[], p_text bytea[], p_meta bytea[],
  p_created int8[], p_expires int8[], p_session bytea[], p_channel bytea[], p_account bytea[],
  p_idem bytea[], p_payload bytea[]
) RETURNS int8[] LANGUAGE plpgsql AS $$
DECLARE
  w record;
  v_ids int8[];
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
  PERFORM 1 FROM @SCHEMA@.gateways WHERE instance = p_instance AND token = p_token FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another gateway has taken over' USING ERRCODE = 'OC001';
  END IF;

  FOR w IN SELECT * FROM unnest(p_kind, p_a, p_b, p_c, p_d, p_e, p_f, p_g, p_h, p_i,
                                p_s1, p_s2, p_s3, p_s4, p_s5, p_s6)
           AS t(kind, a, b, c, d, e, f, g, h, i, s1, s2, s3, s4, s5, s6) LOOP
    v_code := 0;
    v_id := 0;

    IF w.kind = 1 THEN  -- ingest
      v_n := nextval('@SCHEMA@.inbox_id');
      IF octet_length(w.s5) > 0 THEN
        v_key := @SCHEMA@.digest(w.s3, w.s4, w.s5);
        INSERT INTO @SCHEMA@.dedupe VALUES (v_key, v_n, w.a, w.s3, w.s4, w.s5)
          ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
          v_code := 1;
          SELECT inbox_id INTO v_id FROM @SCHEMA@.dedupe WHERE key = v_key;
        END IF;
      END IF;
      IF v_code = 0 THEN
        INSERT INTO @SCHEMA@.inbox
          VALUES (v_n, CASE WHEN w.b = 0 THEN 0 ELSE 1 END, w.b, w.a,
                  w.s1, w.s2, w.s3, w.s4, w.s5, w.s6);
        d_inbox := d_inbox + 1;
        v_id := v_n;
        v_epoch := greatest(v_epoch, w.b);
      END IF;

    ELSIF w.kind = 2 THEN  -- attempt
      v_ids := p_ids[w.b:w.c];
      PERFORM 1 FROM @SCHEMA@.inbox
        WHERE id = ANY (v_ids) AND session = w.s1 AND epoch <= w.a FOR UPDATE;
      GET DIAGNOSTICS v_n = ROW_COUNT;
      IF v_n <> cardinality(v_ids) THEN
        v_code := 2;
      ELSE
        UPDATE @SCHEMA@.inbox SET attempts = attempts + 1, epoch = w.a WHERE id = ANY (v_ids);
        v_epoch := greatest(v_epoch, w.a);
      END IF;

    ELSIF w.kind = 3 THEN  -- finish
      v_ids := p_ids[w.b:w.c];
      IF cardinality(v_ids) > 0 THEN
        PERFORM 1 FROM @SCHEMA@.inbox
          WHERE id = ANY (v_ids) AND session = w.s1 AND epoch = w.a AND w.a > 0 FOR UPDATE;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        IF v_n <> cardinality(v_ids) THEN v_code := 2; END IF;
      END IF;
      v_m := w.g - w.f + 1;
      IF v_code = 0 AND v_m > 0 THEN
        -- The keys of a batch may clash with each other, so each is looked at as it is inserted.
        FOR v_n IN w.f..w.g LOOP
          v_left := nextval('@SCHEMA@.outbox_id');
          IF v_n = w.f THEN
            v_id := v_left;
          ELSIF v_left <> v_id + v_n - w.f THEN
            -- Another gateway took a number in between, and they are to follow each other.
            RAISE EXCEPTION 'numbers taken in between' USING ERRCODE = '40001';
          END IF;
          IF octet_length(p_idem[v_n]) > 0 AND EXISTS (
               SELECT 1 FROM @SCHEMA@.outbox_held
               WHERE sha256(idem_key) = sha256(p_idem[v_n]) AND idem_key <> '') THEN
            v_code := 3;
          ELSE
            INSERT INTO @SCHEMA@.outbox
              VALUES (v_left, 1, p_created[v_n], p_created[v_n], p_expires[v_n], p_session[v_n],
                      p_channel[v_n], p_account[v_n], p_idem[v_n], p_payload[v_n])
              ON CONFLICT DO NOTHING;
            IF NOT FOUND THEN v_code := 3; END IF;
          END IF;
          IF v_code <> 0 THEN
            DELETE FROM @SCHEMA@.outbox WHERE id BETWEEN v_id AND v_left - 1;
            v_id := 0;
            EXIT;
          END IF;
        END LOOP;
        IF v_code = 0 THEN d_outbox := d_outbox + v_m; END IF;
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
          DELETE FROM @SCHEMA@.inbox WHERE id = ANY (v_ids);
          d_inbox := d_inbox - cardinality(v_ids);
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
      END IF;

    ELSIF w.kind = 4 THEN  -- a reply moves: a = id, b = state, c = when, s1 = reason
      IF w.b <= 2 THEN
        UPDATE @SCHEMA@.outbox SET state = w.b, updated_ms = w.c WHERE id = w.a;
        IF NOT FOUND THEN
          WITH gone AS (DELETE FROM @SCHEMA@.outbox_held WHERE id = w.a RETURNING *)
          INSERT INTO @SCHEMA@.outbox
            SELECT id, w.b, w.c, created_ms, expires_ms, session, channel, account, idem_key,
                   payload FROM gone;
          IF FOUND THEN
            d_outbox := d_outbox + 1;
            d_outbox_held := d_outbox_held - 1;
          ELSE
            v_code := 4;
          END IF;
        END IF;
      ELSIF w.b = 3 THEN
        DELETE FROM @SCHEMA@.outbox WHERE id = w.a;
        IF FOUND THEN
          d_outbox := d_outbox - 1;
        ELSE
          DELETE FROM @SCHEMA@.outbox_held WHERE id = w.a;
          IF FOUND THEN d_outbox_held := d_outbox_held - 1; ELSE v_code := 4; END IF;
        END IF;
      ELSE
        WITH gone AS (DELETE FROM @SCHEMA@.outbox WHERE id = w.a RETURNING *)
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
      v_key := @SCHEMA@.digest(w.s1, w.s2, '');
      SELECT version INTO v_n FROM @SCHEMA@.kv WHERE digest = v_key FOR UPDATE;
      IF NOT FOUND THEN v_n := 0; END IF;
      IF w.a <> -1 AND w.a <> v_n THEN
        v_code := 5;
      ELSIF w.b = 1 THEN
        DELETE FROM @SCHEMA@.kv WHERE digest = v_key;
      ELSIF v_n = 0 THEN
        INSERT INTO @SCHEMA@.kv VALUES (v_key, w.s1, w.s2, 1, w.s3) ON CONFLICT DO NOTHING;
        IF FOUND THEN v_id := 1; ELSE v_code := 5; END IF;
      ELSE
        UPDATE @SCHEMA@.kv SET version = v_n + 1, value = w.s3 WHERE digest = v_key;
        v_id := v_n + 1;
      END IF;

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
      v_id := w.b - v_left;

    ELSIF w.kind = 9 THEN  -- a session's oldest go: a = only if idle before, b = at most so many
      v_key := sha256(w.s1);
      SELECT number, first, updated_ms INTO v_number, v_place, v_n
        FROM @SCHEMA@.sessions WHERE key = v_key FOR UPDATE;
      IF NOT FOUND THEN
        v_code := 6;
      ELSIF v_n >= w.a OR EXISTS (SELECT 1 FROM @SCHEMA@.inbox WHERE session = w.s1) THEN
        v_code := 7;
      ELSE
        WITH gone AS (
          DELETE FROM @SCHEMA@.transcript WHERE session = v_number AND place IN (
            SELECT place FROM @SCHEMA@.transcript WHERE session = v_number ORDER BY place
            LIMIT w.b)
          RETURNING place, octet_length(text) AS length)
        SELECT count(*), count(*) FILTER (WHERE place >= v_place),
               coalesce(sum(length) FILTER (WHERE place >= v_place), 0), coalesce(sum(length), 0)
          INTO v_id, v_m, v_left, v_n FROM gone;
        d_bytes := d_bytes - v_n;
        IF EXISTS (SELECT 1 FROM @SCHEMA@.transcript WHERE session = v_number) THEN
          UPDATE @SCHEMA@.sessions SET entries = entries - v_m, bytes = bytes - v_left
            WHERE key = v_key;
        ELSE
          DELETE FROM @SCHEMA@.sessions WHERE key = v_key;
          d_sessions := d_sessions - 1;
          v_code := 8;
        END IF;
      END IF;

    ELSIF w.kind = 10 THEN  -- a record of another store: a = its kind, see Batch::add_record
      IF w.a = 1 THEN
        IF w.s5 = 'inbox'::bytea THEN
          PERFORM setval('@SCHEMA@.inbox_id', w.c) FROM @SCHEMA@.inbox_id
            WHERE w.c > CASE WHEN is_called THEN last_value ELSE 0 END;
        ELSIF w.s5 = 'outbox'::bytea THEN
          PERFORM setval('@SCHEMA@.outbox_id', w.c) FROM @SCHEMA@.outbox_id
            WHERE w.c > CASE WHEN is_called THEN last_value ELSE 0 END;
        ELSE
          v_epoch := greatest(v_epoch, w.d);
        END IF;

      ELSIF w.a = 2 THEN
        v_key := sha256(w.s1);
        UPDATE @SCHEMA@.sessions SET first = w.e, next = w.f, entries = 0, bytes = 0,
               updated_ms = w.h WHERE key = v_key RETURNING number INTO v_number;
        IF FOUND THEN
          WITH gone AS (DELETE FROM @SCHEMA@.transcript WHERE session = v_number RETURNING text)
          SELECT coalesce(sum(octet_length(text)), 0) INTO v_n FROM gone;
          d_bytes := d_bytes - v_n;
        ELSE
          INSERT INTO @SCHEMA@.sessions (key, session, first, next, entries, bytes, updated_ms)
            VALUES (v_key, w.s1, w.e, w.f, 0, 0, w.h);
          d_sessions := d_sessions + 1;
        END IF;

      ELSIF w.a = 3 THEN
        v_key := sha256(w.s1);
        SELECT number, first INTO v_number, v_place FROM @SCHEMA@.sessions
          WHERE key = v_key FOR UPDATE;
        IF NOT FOUND THEN
          v_code := 6;
        ELSE
          v_n := octet_length(w.s6);
          v_m := 1;
          DELETE FROM @SCHEMA@.transcript WHERE session = v_number AND place = w.c
            RETURNING octet_length(text) INTO v_left;
          IF FOUND THEN
            v_m := 0;
            v_n := v_n - v_left;
          END IF;
          INSERT INTO @SCHEMA@.transcript
            VALUES (v_number, w.c, w.b, w.g, w.s6, p_meta[w.e]);
          UPDATE @SCHEMA@.sessions SET next = greatest(next, w.c + 1),
                 entries = entries + CASE WHEN w.c >= v_place THEN v_m ELSE 0 END,
                 bytes = bytes + CASE WHEN w.c >= v_place THEN v_n ELSE 0 END
            WHERE key = v_key;
          d_bytes := d_bytes + v_n;
        END IF;

      ELSIF w.a = 4 THEN
        INSERT INTO @SCHEMA@.kv VALUES (@SCHEMA@.digest(w.s1, w.s5, ''), w.s1, w.s5, w.c, w.s6)
          ON CONFLICT (digest) DO UPDATE SET version = excluded.version, value = excluded.value;

      ELSIF w.a = 5 THEN
        INSERT INTO @SCHEMA@.dedupe
          VALUES (@SCHEMA@.digest(w.s3, w.s4, w.s5), w.c, w.g, w.s3, w.s4, w.s5)
          ON CONFLICT (key) DO UPDATE SET inbox_id = excluded.inbox_id,
            received_ms = excluded.received_ms;

      ELSIF w.a <= 7 THEN
        DELETE FROM @SCHEMA@.inbox WHERE id = w.c;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        d_inbox := d_inbox - v_n;
        DELETE FROM @SCHEMA@.inbox_dead WHERE id = w.c;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        d_inbox_dead := d_inbox_dead - v_n;
        IF w.a = 7 THEN
          INSERT INTO @SCHEMA@.inbox_dead
            VALUES (w.c, w.b, w.d, w.g, w.s1, w.s2, w.s3, w.s4, w.s5, w.s6, p_meta[w.e], w.h);
          d_inbox_dead := d_inbox_dead + 1;
        ELSE
          INSERT INTO @SCHEMA@.inbox
            VALUES (w.c, w.b, w.d, w.g, w.s1, w.s2, w.s3, w.s4, w.s5, w.s6);
          d_inbox := d_inbox + 1;
        END IF;
        PERFORM setval('@SCHEMA@.inbox_id', w.c) FROM @SCHEMA@.inbox_id
          WHERE w.c > CASE WHEN is_called THEN last_value ELSE 0 END;
        v_epoch := greatest(v_epoch, w.d);

      ELSE
        DELETE FROM @SCHEMA@.outbox
          WHERE id = w.c OR (idem_key <> '' AND sha256(idem_key) = sha256(w.s5));
        GET DIAGNOSTICS v_n = ROW_COUNT;
        d_outbox := d_outbox - v_n;
        DELETE FROM @SCHEMA@.outbox_held
          WHERE id = w.c OR (idem_key <> '' AND sha256(idem_key) = sha256(w.s5));
        GET DIAGNOSTICS v_n = ROW_COUNT;
        d_outbox_held := d_outbox_held - v_n;
        IF w.b >= 4 THEN
          INSERT INTO @SCHEMA@.outbox_held
            VALUES (w.c, w.b, w.h, w.g, w.i, w.s1, w.s3, w.s4, w.s5, w.s6, p_meta[w.e]);
          d_outbox_held := d_outbox_held + 1;
        ELSE
          INSERT INTO @SCHEMA@.outbox
            VALUES (w.c, w.b, w.h, w.g, w.i, w.s1, w.s3, w.s4, w.s5, w.s6);
          d_outbox := d_outbox + 1;
        END IF;
        PERFORM setval('@SCHEMA@.outbox_id', w.c) FROM @SCHEMA@.outbox_id
          WHERE w.c > CASE WHEN is_called THEN last_value ELSE 0 END;
      END IF;

    ELSE  -- the operator's decision: a = queue, b = action, c = id, d = when, e = expires
      IF w.a = 1 THEN
        IF w.b = 1 THEN
          v_id := nextval('@SCHEMA@.inbox_id');
          INSERT INTO @SCHEMA@.inbox
            SELECT v_id, 0, 0, received_ms, session, agent, channel, account, event_id, payload
            FROM @SCHEMA@.inbox_dead WHERE id = w.c;
          IF FOUND THEN
            d_inbox := d_inbox + 1;
            -- The key follows its message, so that no sweep takes it while the message waits.
            INSERT INTO @SCHEMA@.dedupe
              SELECT @SCHEMA@.digest(channel, account, event_id), id, received_ms, channel,
                     account, event_id
              FROM @SCHEMA@.inbox WHERE id = v_id AND event_id <> ''
              ON CONFLICT (key) DO UPDATE SET inbox_id = excluded.inbox_id;
          END IF;
        END IF;
        DELETE FROM @SCHEMA@.inbox_dead WHERE id = w.c;
        IF FOUND THEN d_inbox_dead := d_inbox_dead - 1; ELSE v_code := 4; END IF;
      ELSE
        WITH gone AS (DELETE FROM @SCHEMA@.outbox_held WHERE id = w.c RETURNING *),
        again AS (
          INSERT INTO @SCHEMA@.outbox
            SELECT nextval('@SCHEMA@.outbox_id'), 1, w.d, created_ms, w.e, session, channel,
                   account, idem_key, payload FROM gone WHERE w.b = 1 RETURNING id)
        SELECT (SELECT count(*) FROM gone), (SELECT max(id) FROM again) INTO v_n, v_m;
        IF v_n = 0 THEN
          v_code := 4;
        ELSE
          d_outbox_held := d_outbox_held - 1;
          IF w.b = 1 THEN
            d_outbox := d_outbox + 1;
            v_id := v_m;
          END IF;
        END IF;
      END IF;
      IF v_code <> 0 THEN v_id := 0; END IF;
    END IF;

    -- By place: operators on arrays could be another's, of the schema public.
    v_k := v_k + 2;
    v_results[v_k - 1] := v_code;
    v_results[v_k] := v_id;
  END LOOP;

  UPDATE @SCHEMA@.gateways SET
    batch = p_batch, results = v_results, max_epoch = greatest(max_epoch, v_epoch),
    leased_until = clock_timestamp() + p_lease_ms::float8 * interval '1 millisecond',
    inbox = inbox + d_inbox, inbox_dead = inbox_dead + d_inbox_dead, outbox = outbox + d_outbox,
    outbox_held = outbox_held + d_outbox_held, sessions = sessions + d_sessions,
    text_bytes = text_bytes + d_bytes
    WHERE instance = p_instance;
  RETURN v_results;
END
$$;
