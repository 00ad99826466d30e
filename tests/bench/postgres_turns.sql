-- What the gateway's function apply() does in the three batches of a turn: the same tables, indices
-- and lengths. A pipeline is one round trip and one transaction, as a call of apply() is; a single
-- statement is too.
\set n :n + 1
\set id :base + :client_id * 100000000 + :n
\startpipeline
INSERT INTO alone.dedupe VALUES (sha256(int8send(:id)), :id, 1700000000000, 'bench0', 'default', int8send(:id)) ON CONFLICT DO NOTHING;
INSERT INTO alone.inbox VALUES (:id, 1, :n, 1700000000000, convert_to('agent.main.bench0.direct.' || :client_id::int8, 'UTF8'), 'main', 'bench0', 'default', int8send(:id), convert_to(repeat('x', 450), 'UTF8'), 0, 0);
\endpipeline
\startpipeline
INSERT INTO alone.outbox VALUES (:id, 2, 1700000000000, 1700000000000, 1700003600000, convert_to('agent.main.bench0.direct.' || :client_id::int8, 'UTF8'), 'bench0', 'default', int8send(:id), convert_to(repeat('y', 350), 'UTF8'), 0, 0) ON CONFLICT DO NOTHING;
DELETE FROM alone.inbox WHERE id = :id;
WITH place AS (INSERT INTO alone.sessions (key, session, first, next, entries, bytes, updated_ms) VALUES (sha256(int8send(:client_id::int8)), convert_to('agent.main.bench0.direct.' || :client_id::int8, 'UTF8'), 1, 3, 2, 400, 1700000000000) ON CONFLICT (key) DO UPDATE SET next = alone.sessions.next + 2, entries = alone.sessions.entries + 2, bytes = alone.sessions.bytes + 400, updated_ms = 1700000000000 RETURNING number, next) INSERT INTO alone.transcript SELECT number, next - 2 + n, 1 + n, 1700000000000, convert_to(repeat('t', 200), 'UTF8'), '' FROM place, generate_series(0, 1) AS n;
\endpipeline
DELETE FROM alone.outbox WHERE id = :id;
