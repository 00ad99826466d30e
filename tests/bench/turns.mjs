// Durable turns of the echo agent: each is stored when it comes, counted, and stored with its answer.
import { load } from './wrk.mjs';
import { apiKey, turnBody } from './gateway.mjs';
import { medians, commitsOf } from './report.mjs';

export const title = 'durable echo turns, 64 sessions';

export async function run({ gateway, seconds, rounds, report }) {
  const runs = [];
  for (let i = 0; i < rounds; ++i) {
    const before = await commitsOf(gateway);
    const result = await load(`${gateway.url}/v1/chat/completions`, {
      method: 'POST', body: turnBody, key: apiKey, pids: [gateway.child.pid],
      connections: 64, threads: 64, seconds: Math.max(seconds, 3),
    });
    const after = await commitsOf(gateway);
    runs.push({ ...result, writesPerCommit: (after.writes - before.writes) / (after.commits - before.commits),
      commitMs: (after.seconds - before.seconds) * 1e3 / (after.commits - before.commits) });
  }
  const m = medians(runs);
  report.figure(title, {
    value: m.rate,
    unit: 'turns/s',
    aim: 5000,
    atLeast: true,
    cpuUs: m.cpuUs,
    note: `p50 ${m.p50ms.toFixed(1)} ms, p99 ${m.p99ms.toFixed(1)} ms; ` +
      `${m.writesPerCommit.toFixed(1)} writes a commit`,
  });
}
