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
    INSERT INTO @SCHEMA@.kv VALUES (v_key, p_ns, p_name, 1, p_value) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      r_id := 1;
    ELSIF p_expected = -1 THEN
      RAISE EXCEPTION 'another gateway set it meanwhile' USING ERRCODE = '40001';
    ELSE
      r_code := 5;
    END IF;
  ELSE
    UPDATE @SCHEMA@.kv SET version = v_version + 1, value = p_value WHERE digest = v_key;
    r_id := v_version + 1;
  END IF;
END
$$;
