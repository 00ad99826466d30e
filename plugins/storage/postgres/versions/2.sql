-- What write_known_content() (openclaw/testing/storage_contract.hpp) left in a schema of version 2,
-- behind schema.sql and schema_2.sql. This file never changes.

-- In place of that version's own, with its parameters: the next version's has other names for them.
CREATE FUNCTION @SCHEMA@.apply(
  p_instance text, p_token uuid, p_batch int8, p_lease_ms int8,
  p_kind int8[], p_a int8[], p_b int8[], p_c int8[], p_d int8[], p_e int8[], p_f int8[],
  p_g int8[], p_h int8[], p_i int8[],
  p_s1 bytea[], p_s2 bytea[], p_s3 bytea[], p_s4 bytea[], p_s5 bytea[], p_s6 bytea[],
  p_ids int8[],
  p_role int8[], p_ts int8[], p_text bytea[], p_meta bytea[],
  p_created int8[], p_expires int8[], p_leave int8[], p_session bytea[], p_channel bytea[],
  p_account bytea[], p_idem bytea[], p_payload bytea[]
) RETURNS int8[] LANGUAGE sql AS $$ SELECT p_kind $$;

UPDATE @SCHEMA@.version SET version = 2;
DELETE FROM @SCHEMA@.gateways;
INSERT INTO @SCHEMA@.gateways (instance, token, holder, leased_until, batch, results, max_epoch, inbox, inbox_dead, outbox, outbox_held, sessions, text_bytes, member, info, since, lease_ms, steady_since, collected)
  VALUES ('', '00000000-0000-0000-0000-000000000001', 'far, pid 1 [boot/pid:[1]/5]', now() - interval '1 s', 20, '{0,0}', 9, 2, 1, 2, 2, 2, 20, 0, '\x', now() - interval '1 h', 10000, 'epoch', 0);
INSERT INTO @SCHEMA@.dedupe (key, inbox_id, received_ms, channel, account, event_id)
  VALUES ('\x6b1e8ba930d93d261985316917133f9cfa7eb317f671f243ba3c547bd16a7acc', 1, 1000, '\x74657374', '\x64656661756c74', '\x6c656674');
INSERT INTO @SCHEMA@.dedupe (key, inbox_id, received_ms, channel, account, event_id)
  VALUES ('\xe379703cada9e602ee6e6cb7bc8f4672df91091e22f3f0ec7b625a23f0c743b6', 2, 1400, '\x74657374', '\x64656661756c74', '\x7761697473');
INSERT INTO @SCHEMA@.dedupe (key, inbox_id, received_ms, channel, account, event_id)
  VALUES ('\xb51e3612caf7af5780099c7ae58214513a4ba010d6081ef38788a39aea5a8769', 3, 1000, '\x74657374', '\x64656661756c74', '\x636c61696d6564');
INSERT INTO @SCHEMA@.dedupe (key, inbox_id, received_ms, channel, account, event_id)
  VALUES ('\xdea22e296fd8e79ddefee10794171955d4667dff73ec8be4660e46935f3b9c43', 4, 1000, '\x74657374', '\x64656661756c74', '\x64656164');
INSERT INTO @SCHEMA@.inbox (id, attempts, epoch, received_ms, session, agent, channel, account, event_id, payload, member, taken)
  VALUES (2, 0, 0, 1400, '\x6167656e743a6d61696e3a6d61696e', '\x6d61696e', '\x74657374', '\x64656661756c74', '\x7761697473', '\x7b2274657874223a227761697473227d', 0, 0);
INSERT INTO @SCHEMA@.inbox (id, attempts, epoch, received_ms, session, agent, channel, account, event_id, payload, member, taken)
  VALUES (3, 1, 7, 1000, '\x6167656e743a6d61696e3a636c61696d6564', '\x6d61696e', '\x74657374', '\x64656661756c74', '\x636c61696d6564', '\x7b2274657874223a226869227d', 0, 0);
INSERT INTO @SCHEMA@.inbox_dead (id, attempts, epoch, received_ms, session, agent, channel, account, event_id, payload, reason, dead_ms)
  VALUES (4, 1, 9, 1000, '\x6167656e743a6d61696e3a64656164', '\x6d61696e', '\x74657374', '\x64656661756c74', '\x64656164', '\x7b2274657874223a226869227d', '\x706f69736f6e', 1500);
INSERT INTO @SCHEMA@.kv (digest, ns, key, version, value)
  VALUES ('\x76af3bb5cde3c451e5500d750fc4be9acfddf5316662cdff6c91034366d15d70', '\x6e73', '\x6b', 2, '\x32');
INSERT INTO @SCHEMA@.kv (digest, ns, key, version, value)
  VALUES ('\xbf87bc8851e6b1b8317d2b730d9e1106b039b11b8610e044155f132f08ffd907', '\x6e73', '\x6100620af09f9880', 3, '\x6100620af09f9880');
INSERT INTO @SCHEMA@.outbox (id, state, updated_ms, created_ms, expires_ms, session, channel, account, idem_key, payload, member, taken, counted)
  VALUES (2, 1, 2000, 2000, 9000000000000, '\x6167656e743a6d61696e3a6d61696e', '\x74657374', '\x64656661756c74', '\x73746f726564', '\x7b2274657874223a22616e73776572227d', 0, 0, false);
INSERT INTO @SCHEMA@.outbox (id, state, updated_ms, created_ms, expires_ms, session, channel, account, idem_key, payload, member, taken, counted)
  VALUES (3, 2, 3000, 2000, 0, '\x6167656e743a6d61696e3a6d61696e', '\x74657374', '\x64656661756c74', '\x73746172746564', '\x7b2274657874223a22616e73776572227d', 0, 0, false);
INSERT INTO @SCHEMA@.outbox_held (id, state, updated_ms, created_ms, expires_ms, session, channel, account, idem_key, payload, reason)
  VALUES (4, 4, 3000, 2000, 0, '\x6167656e743a6d61696e3a6d61696e', '\x74657374', '\x64656661756c74', '\x756e6b6e6f776e', '\x7b2274657874223a22616e73776572227d', '\x637574206f6666');
INSERT INTO @SCHEMA@.outbox_held (id, state, updated_ms, created_ms, expires_ms, session, channel, account, idem_key, payload, reason)
  VALUES (5, 5, 3000, 2000, 0, '\x6167656e743a6d61696e3a6d61696e', '\x74657374', '\x64656661756c74', '\x72656675736564', '\x7b2274657874223a22616e73776572227d', '\x6e6f20737563682063686174');
INSERT INTO @SCHEMA@.sessions (key, number, session, first, next, entries, bytes, updated_ms)
  OVERRIDING SYSTEM VALUE VALUES ('\x467676aa3a87556147504e4cd9c2652430993e2bf68056c9810efe013b6fa36c', 1, '\x6167656e743a6d61696e3a6172636869766564', 2, 2, 0, 0, 1200);
INSERT INTO @SCHEMA@.sessions (key, number, session, first, next, entries, bytes, updated_ms)
  OVERRIDING SYSTEM VALUE VALUES ('\x6d9217fe77c7f11d9cc992aabe81a2d09604e9c48babbda8fdad3791f9c19f3b', 2, '\x6167656e743a6d61696e3a6d61696e', 2, 4, 2, 13, 1300);
INSERT INTO @SCHEMA@.transcript (session, place, role, ts_ms, text, meta)
  VALUES (1, 1, 3, 1000, '\x676f6e65', '\x');
INSERT INTO @SCHEMA@.transcript (session, place, role, ts_ms, text, meta)
  VALUES (2, 1, 1, 1100, '\x6f6c64', '\x7b7d');
INSERT INTO @SCHEMA@.transcript (session, place, role, ts_ms, text, meta)
  VALUES (2, 2, 1, 1300, '\x6100620af09f9880', '\x');
INSERT INTO @SCHEMA@.transcript (session, place, role, ts_ms, text, meta)
  VALUES (2, 3, 2, 1300, '\x68656c6c6f', '\x7b22746f6b656e73223a317d');
SELECT setval('@SCHEMA@.inbox_id', 4, true);
SELECT setval('@SCHEMA@.kv_version', 3, true);
SELECT setval('@SCHEMA@.outbox_id', 5, true);
SELECT setval('@SCHEMA@.sessions_number_seq', 2, true);
