// GET /health against nginx serving a file of the same size.
import { load } from './wrk.mjs';
import { medians } from './report.mjs';

export const title = 'GET /health, 32 connections';

export async function run({ gateway, nginx, seconds, rounds, report }) {
  const ours = [];
  const theirs = [];
  for (let i = 0; i < rounds; ++i) {
    theirs.push(await load(`${nginx.url}/file`, { pids: [nginx.pid], connections: 32, seconds }));
    ours.push(await load(`${gateway.url}/health`, { pids: [gateway.child.pid], connections: 32, seconds }));
  }
  report.compare(title, medians(ours), medians(theirs), { aim: 1.6 });
}
