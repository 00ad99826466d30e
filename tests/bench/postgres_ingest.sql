-- What the gateway's function apply() does for one message: the same tables, indices and lengths.
-- A pipeline is one round trip and one transaction, as a call of apply() is.
\set n :n + 1
\set id :base + :client_id * 100000000 + :n
\startpipeline
INSERT INTO alone.dedupe VALUES (sha256(int8send(:id)), :id, 1700000000000, 'bench0', 'default', int8send(:id)) ON CONFLICT DO NOTHING;
INSERT INTO alone.inbox VALUES (:id, 0, 0, 1700000000000, convert_to('agent.main.bench0.direct.' || :id::int8 % 1000, 'UTF8'), 'main', 'bench0', 'default', int8send(:id), convert_to(repeat('x', 1000), 'UTF8'), 0, 0);
\endpipeline
