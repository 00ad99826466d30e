-- Later ids of the inbox (p_queue = 1) or the outbox (2) are greater than this one.
CREATE OR REPLACE FUNCTION @SCHEMA@.was_given(p_queue int8, p_id int8)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_queue = 1 THEN
    PERFORM setval('@SCHEMA@.inbox_id', p_id) FROM @SCHEMA@.inbox_id
      WHERE p_id > CASE WHEN is_called THEN last_value ELSE 0 END;
  ELSE
    PERFORM setval('@SCHEMA@.outbox_id', p_id) FROM @SCHEMA@.outbox_id
      WHERE p_id > CASE WHEN is_called THEN last_value ELSE 0 END;
  END IF;
END
$$;

-- Puts a record of another store, see Batch::add_record(): p_a = its kind. What changes by it goes
-- back to apply(): r_code and the differences of the totals.
CREATE OR REPLACE FUNCTION @SCHEMA@.load(
  p_a int8, p_b int8, p_c int8, p_d int8, p_e int8, p_f int8, p_g int8, p_h int8, p_i int8,
  p_s1 bytea, p_s2 bytea, p_s3 bytea, p_s4 bytea, p_s5 bytea, p_s6 bytea, p_meta bytea,
  OUT r_code int8, OUT r_epoch int8, OUT d_inbox int8, OUT d_inbox_dead int8, OUT d_outbox int8,
  OUT d_outbox_held int8, OUT d_sessions int8, OUT d_bytes int8
) LANGUAGE plpgsql AS $$
DECLARE
  v_n int8;
  v_m int8;
  v_left int8;
  v_number int8;
  v_place int8;
  v_key bytea;
BEGIN
  r_code := 0;
  r_epoch := 0;
  d_inbox := 0;
  d_inbox_dead := 0;
  d_outbox := 0;
  d_outbox_held := 0;
  d_sessions := 0;
  d_bytes := 0;
  IF p_a = 1 THEN
    IF p_s5 = 'inbox'::bytea THEN
      PERFORM @SCHEMA@.was_given(1, p_c);
    ELSIF p_s5 = 'outbox'::bytea THEN
      PERFORM @SCHEMA@.was_given(2, p_c);
    ELSE
      r_epoch := p_d;
    END IF;

  ELSIF p_a = 2 THEN
    v_key := sha256(p_s1);
    UPDATE @SCHEMA@.sessions SET first = p_e, next = p_f, entries = 0, bytes = 0,
           updated_ms = p_h WHERE key = v_key RETURNING number INTO v_number;
    IF FOUND THEN
      WITH gone AS (DELETE FROM @SCHEMA@.transcript WHERE session = v_number RETURNING text)
      SELECT coalesce(sum(octet_length(text)), 0) INTO v_n FROM gone;
      d_bytes := d_bytes - v_n;
    ELSE
      INSERT INTO @SCHEMA@.sessions (key, session, first, next, entries, bytes, updated_ms)
        VALUES (v_key, p_s1, p_e, p_f, 0, 0, p_h);
      d_sessions := d_sessions + 1;
    END IF;

  ELSIF p_a = 3 THEN
    v_key := sha256(p_s1);
    SELECT number, first INTO v_number, v_place FROM @SCHEMA@.sessions
      WHERE key = v_key FOR UPDATE;
    IF NOT FOUND THEN
      r_code := 6;
    ELSE
      v_n := octet_length(p_s6);
      v_m := 1;
      DELETE FROM @SCHEMA@.transcript WHERE session = v_number AND place = p_c
        RETURNING octet_length(text) INTO v_left;
      IF FOUND THEN
        v_m := 0;
        v_n := v_n - v_left;
      END IF;
      INSERT INTO @SCHEMA@.transcript
        VALUES (v_number, p_c, p_b, p_g, p_s6, p_meta);
      UPDATE @SCHEMA@.sessions SET next = greatest(next, p_c + 1),
             entries = entries + CASE WHEN p_c >= v_place THEN v_m ELSE 0 END,
             bytes = bytes + CASE WHEN p_c >= v_place THEN v_n ELSE 0 END
        WHERE key = v_key;
      d_bytes := d_bytes + v_n;
    END IF;

  ELSIF p_a = 4 THEN
    INSERT INTO @SCHEMA@.kv VALUES (@SCHEMA@.digest(p_s1, p_s5, ''), p_s1, p_s5, p_c, p_s6)
      ON CONFLICT (digest) DO UPDATE SET version = excluded.version, value = excluded.value;
    PERFORM setval('@SCHEMA@.kv_version', p_c) FROM @SCHEMA@.kv_version
      WHERE p_c > CASE WHEN is_called THEN last_value ELSE 0 END;

  ELSIF p_a = 5 THEN
    INSERT INTO @SCHEMA@.dedupe
      VALUES (@SCHEMA@.digest(p_s3, p_s4, p_s5), p_c, p_g, p_s3, p_s4, p_s5)
      ON CONFLICT (key) DO UPDATE SET inbox_id = excluded.inbox_id,
        received_ms = excluded.received_ms;

  ELSIF p_a <= 7 THEN
    DELETE FROM @SCHEMA@.inbox WHERE id = p_c;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    d_inbox := d_inbox - v_n;
    DELETE FROM @SCHEMA@.inbox_dead WHERE id = p_c;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    d_inbox_dead := d_inbox_dead - v_n;
    IF p_a = 7 THEN
      INSERT INTO @SCHEMA@.inbox_dead
        VALUES (p_c, p_b, p_d, p_g, p_s1, p_s2, p_s3, p_s4, p_s5, p_s6, p_meta, p_h);
      d_inbox_dead := d_inbox_dead + 1;
    ELSE
      INSERT INTO @SCHEMA@.inbox
        VALUES (p_c, p_b, p_d, p_g, p_s1, p_s2, p_s3, p_s4, p_s5, p_s6);
      d_inbox := d_inbox + 1;
    END IF;
    PERFORM @SCHEMA@.was_given(1, p_c);
    r_epoch := p_d;

  ELSE
    DELETE FROM @SCHEMA@.outbox
      WHERE id = p_c OR (idem_key <> '' AND sha256(idem_key) = sha256(p_s5));
    GET DIAGNOSTICS v_n = ROW_COUNT;
    d_outbox := d_outbox - v_n;
    DELETE FROM @SCHEMA@.outbox_held
      WHERE id = p_c OR (idem_key <> '' AND sha256(idem_key) = sha256(p_s5));
    GET DIAGNOSTICS v_n = ROW_COUNT;
    d_outbox_held := d_outbox_held - v_n;
    IF p_b >= 4 THEN
      INSERT INTO @SCHEMA@.outbox_held
        VALUES (p_c, p_b, p_h, p_g, p_i, p_s1, p_s3, p_s4, p_s5, p_s6, p_meta);
      d_outbox_held := d_outbox_held + 1;
    ELSE
      INSERT INTO @SCHEMA@.outbox
        VALUES (p_c, p_b, p_h, p_g, p_i, p_s1, p_s3, p_s4, p_s5, p_s6);
      d_outbox := d_outbox + 1;
    END IF;
    PERFORM @SCHEMA@.was_given(2, p_c);
  END IF;
END
$$;
