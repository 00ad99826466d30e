-- What members tell each other and share out; called by apply().

-- Makes room in a mailbox for a notice with these counters, see put_notice(): the oldest go. Rows that
-- others lock are theirs to remove, or are being taken; whoever held them may wait for nobody here.
CREATE OR REPLACE FUNCTION @SCHEMA@.forget_notices(p_member int8, p_notices int8, p_bytes int8)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  c_most CONSTANT int8 := 10000;
  c_bytes CONSTANT int8 := 8388608;
  v_locks boolean := false;
  v record;
BEGIN
  LOOP
    IF v_locks THEN
      SELECT id, notices, bytes - octet_length(topic) - octet_length(text) AS before
        INTO v FROM @SCHEMA@.mailbox WHERE member = p_member AND taken = 0
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
    ELSE
      SELECT id, notices, bytes - octet_length(topic) - octet_length(text) AS before
        INTO v FROM @SCHEMA@.mailbox WHERE member = p_member AND taken = 0 ORDER BY id LIMIT 1;
    END IF;
    EXIT WHEN NOT FOUND
           OR (p_notices - v.notices < c_most AND p_bytes - v.before <= c_bytes);
    IF v_locks THEN
      DELETE FROM @SCHEMA@.mailbox WHERE member = p_member AND id = v.id;
    END IF;
    v_locks := true;
  END LOOP;
END
$$;

-- Puts a notice into the mailboxes of those that it is for. Whom to wake: p_notify is who is woken
-- already. A notice's counters go on from those of the one before, so that the first and the last
-- that wait tell how full a mailbox is. Batches that run at once do not see each other's, so that it
-- may become fuller by those.
CREATE OR REPLACE FUNCTION @SCHEMA@.put_notice(
  p_from text, p_to bytea, p_topic bytea, p_text bytea, p_notify text
) RETURNS text LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  c_longest CONSTANT int8 := 8388608;
  v_size CONSTANT int8 := octet_length(p_topic) + octet_length(p_text);
  v_member int8;
  v_last record;
  v_put boolean := false;
  v_to text;
BEGIN
  IF v_size > c_longest THEN RETURN p_notify; END IF;
  FOR v_member IN
    SELECT member FROM @SCHEMA@.gateways
    WHERE member > 0 AND CASE WHEN p_to = '' THEN instance <> p_from
                         ELSE convert_to(instance, 'UTF8') = p_to END
  LOOP
    SELECT notices + 1 AS notices, bytes + v_size AS bytes INTO v_last FROM @SCHEMA@.mailbox
      WHERE member = v_member AND taken = 0 ORDER BY id DESC LIMIT 1;
    IF FOUND THEN
      PERFORM @SCHEMA@.forget_notices(v_member, v_last.notices, v_last.bytes);
    END IF;
    INSERT INTO @SCHEMA@.mailbox
      VALUES (v_member, nextval('@SCHEMA@.notice_id'), 0, convert_to(p_from, 'UTF8'), p_topic,
              p_text, coalesce(v_last.notices, 1), coalesce(v_last.bytes, v_size));
    v_put := true;
  END LOOP;
  IF NOT v_put THEN RETURN p_notify; END IF;
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

-- Whether a reply of that session, to that channel, is still to be sent by others before that one.
CREATE OR REPLACE FUNCTION @SCHEMA@.others_come_first(
  p_member int8, p_session bytea, p_channel bytea, p_account bytea, p_before int8
) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM @SCHEMA@.outbox o
    WHERE sha256(o.session) = sha256(p_session) AND o.id < p_before
      AND o.member IS DISTINCT FROM 0 AND o.member IS DISTINCT FROM p_member
      AND o.channel = p_channel AND o.account = p_account);
END
$$;

-- The same of a reply that is stored.
CREATE OR REPLACE FUNCTION @SCHEMA@.overtakes(p_member int8, p_id int8)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v record;
BEGIN
  SELECT session, channel, account INTO v FROM @SCHEMA@.outbox WHERE id = p_id;
  RETURN FOUND AND @SCHEMA@.others_come_first(p_member, v.session, v.channel, v.account, p_id);
END
$$;
