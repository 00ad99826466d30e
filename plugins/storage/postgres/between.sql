-- What members tell each other and share out; called by apply().

-- Puts a notice into the mailboxes of those that it is for and that are not full. Whom to wake:
-- p_notify is who is woken already.
CREATE OR REPLACE FUNCTION @SCHEMA@.put_notice(
  p_from text, p_to bytea, p_topic bytea, p_text bytea, p_notify text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c_most CONSTANT int8 := 10000;
  v_to text;
BEGIN
  INSERT INTO @SCHEMA@.mailbox
    SELECT g.member, nextval('@SCHEMA@.notice_id'), 0, convert_to(p_from, 'UTF8'), p_topic, p_text
    FROM @SCHEMA@.gateways g
    WHERE g.member > 0
      AND CASE WHEN p_to = '' THEN g.instance <> p_from
          ELSE convert_to(g.instance, 'UTF8') = p_to END
      AND (SELECT count(*) FROM (
             SELECT 1 FROM @SCHEMA@.mailbox b WHERE b.member = g.member AND b.taken = 0
             LIMIT c_most) b) < c_most;
  IF NOT FOUND THEN RETURN p_notify; END IF;
  SELECT instance INTO v_to FROM @SCHEMA@.gateways
    WHERE p_to <> '' AND octet_length(p_to) <= 1000 AND convert_to(instance, 'UTF8') = p_to;
  RETURN CASE WHEN v_to IS NULL OR p_notify <> v_to THEN '' ELSE v_to END;
END
$$;

-- The lease's fence, or 0 while another member has it.
CREATE OR REPLACE FUNCTION @SCHEMA@.take_lease(p_member int8, p_name bytea)
RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
  v_fence int8;
  v_member int8;
BEGIN
  LOOP
    SELECT member, fence INTO v_member, v_fence FROM @SCHEMA@.leases WHERE key = sha256(p_name);
    IF FOUND THEN
      RETURN CASE WHEN v_member = p_member THEN v_fence ELSE 0 END;
    END IF;
    v_fence := nextval('@SCHEMA@.fence');
    INSERT INTO @SCHEMA@.leases VALUES (sha256(p_name), p_name, p_member, v_fence)
      ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN v_fence; END IF;
  END LOOP;
END
$$;
