-- What write_known_content() (openclaw/testing/storage_contract.hpp) left in a database of version 2,
-- behind schema.sql. This file never changes.

ALTER TABLE totals ADD COLUMN text_bytes INTEGER NOT NULL DEFAULT 0;
INSERT INTO dedupe VALUES ('test', 'default', 'claimed', 3, 1000);
INSERT INTO dedupe VALUES ('test', 'default', 'dead', 4, 1000);
INSERT INTO dedupe VALUES ('test', 'default', 'left', 1, 1000);
INSERT INTO dedupe VALUES ('test', 'default', 'waits', 2, 1400);
INSERT INTO inbox VALUES (2, 0, 0, 1400, 'agent:main:main', 'main', 'test', 'default', 'waits', '{"text":"waits"}');
INSERT INTO inbox VALUES (3, 1, 7, 1000, 'agent:main:claimed', 'main', 'test', 'default', 'claimed', '{"text":"hi"}');
INSERT INTO inbox_dead VALUES (4, 1, 9, 1000, 'agent:main:dead', 'main', 'test', 'default', 'dead', '{"text":"hi"}', 'poison', 1500);
INSERT INTO outbox VALUES (2, 1, 2000, 2000, 9000000000000, 'agent:main:main', 'test', 'default', 'stored', '{"text":"answer"}');
INSERT INTO outbox VALUES (3, 2, 3000, 2000, 0, 'agent:main:main', 'test', 'default', 'started', '{"text":"answer"}');
INSERT INTO outbox_held VALUES (4, 4, 3000, 2000, 0, 'agent:main:main', 'test', 'default', 'unknown', '{"text":"answer"}', 'cut off');
INSERT INTO outbox_held VALUES (5, 5, 3000, 2000, 0, 'agent:main:main', 'test', 'default', 'refused', '{"text":"answer"}', 'no such chat');
INSERT INTO sessions VALUES ('agent:main:archived', 1, 2, 2, 0, 0, 1200);
INSERT INTO sessions VALUES ('agent:main:main', 2, 2, 4, 2, 13, 1300);
INSERT INTO transcript VALUES (2147483649, 3, 1000, 'gone', '');
INSERT INTO transcript VALUES (4294967297, 1, 1100, 'old', '{}');
INSERT INTO transcript VALUES (4294967298, 1, 1300, CAST(X'6100620af09f9880' AS TEXT), '');
INSERT INTO transcript VALUES (4294967299, 2, 1300, 'hello', '{"tokens":1}');
INSERT INTO kv VALUES ('ns', CAST(X'6100620af09f9880' AS TEXT), 1, CAST(X'6100620af09f9880' AS TEXT));
INSERT INTO kv VALUES ('ns', 'k', 2, '2');
UPDATE totals SET next_inbox = 5, next_outbox = 6, next_session = 3, max_epoch = 9, inbox = 2, inbox_dead = 1, outbox = 2, outbox_held = 2, sessions = 2, text_bytes = 20;
