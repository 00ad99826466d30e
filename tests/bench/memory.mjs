// What a gateway's memory grows to over very many messages in many sessions.
import { startBenchGateway, apiKey, turnBody } from './gateway.mjs';
import { resident } from './processes.mjs';
import { load } from './wrk.mjs';

const sessions = 10_000;
const connections = 64;
const threads = 8;

/** A real gateway on SQLite, asked over HTTP: every question is a durable turn of the echo agent. */
export async function run({ fixed, report, messages }) {
  const gateway = await startBenchGateway({ upstream: fixed.url, more: 'queue: { concurrency: 64 }\n' });
  await gateway.health();
  const { pid } = gateway.child;
  const idle = resident(pid);
  let warm;
  let done = 0;
  const began = Date.now();
  while (done < messages) {
    const { requests } = await load(`${gateway.url}/v1/chat/completions`, {
      method: 'POST', body: turnBody.replace('{thread}', '{session}'), key: apiKey, pids: [pid], connections, threads, seconds: 5,
      sessions, firstSession: done,
    });
    done += requests;
    if (done >= messages / 10) warm ??= resident(pid);
  }
  const after = resident(pid);
  await gateway.stop();
  const show = (memory) => `${memory.all.toFixed(1)} MiB (${memory.own.toFixed(1)} no file's)`;
  const note = `${show(after)}; idle ${show(idle)}; after the first tenth ${show(warm)}`;
  report.figure(`resident memory after ${done} messages in ${sessions} sessions`, {
    value: after.all / idle.all, unit: '× idle', aim: 1.2, note: `${note}; ${Math.round(done / (Date.now() - began) * 1e3)} messages/s`,
  });
  // The caches have filled by then: what grows on is a leak.
  report.figure('resident memory, the last nine tenths of them', { value: after.all / warm.all, unit: '× after the first', aim: 1.2 });
}
