// The whole gateway on a real PostgreSQL server.
import { PostgresServer } from '../support/postgres_server.mjs';
import { testRemoteStore } from '../support/remote_store_tests.mjs';

testRemoteStore({
  type: 'postgres',
  start: () => new PostgresServer().start(),
  crash: 'immediate',
  restarts: ['fast', 'immediate', 'fast'],
  takeOver: (server, schema) => server.query(`UPDATE ${schema}.gateways SET token = '00000000-0000-0000-0000-000000000000'`),
  takenOver: /another gateway has taken over the schema/,
  wrongUrls: (server, user) => [`postgres://${user}@127.0.0.1:1/postgres`],
  malformedUrls: (user) => [`postgres://${user}@127.0.0.1/postgres?sslmoed=require`, `postgres://${user}/x@127.0.0.1/postgres`,
    `postgres://${user}@127.0.0.1:99999/postgres`, `postgres://${user}@127.0.0.1/postgres?sslmode=on`],
});
