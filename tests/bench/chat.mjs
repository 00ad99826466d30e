// POST /v1/chat/completions passed on to a provider, against nginx as a proxy before the same server.
import { load } from './wrk.mjs';
import { apiKey, directBody } from './gateway.mjs';
import { medians } from './report.mjs';

export const title = 'POST /v1/chat/completions passed on';

export async function run(bench) {
  await throughput(bench, 'chat passed on, 16 connections', false, 2.5);
  await throughput(bench, 'chat passed on as a stream, 16 connections', true, 2.5);
  await addedLatency(bench, 'chat passed on, 1 connection: added p50', false, 0.3);
  await addedLatency(bench, 'streamed chat passed on, 1 connection: added p50', true, 0.3);
}

const target = (url) => `${url}/v1/chat/completions`;

async function throughput({ gateway, nginx, seconds, rounds, report }, name, stream, aim) {
  const options = { method: 'POST', body: directBody(stream), key: apiKey, connections: 16, seconds };
  const ours = [];
  const theirs = [];
  for (let i = 0; i < rounds; ++i) {
    theirs.push(await load(target(nginx.url), { ...options, pids: [nginx.pid] }));
    ours.push(await load(target(gateway.url), { ...options, pids: [gateway.child.pid] }));
  }
  report.compare(name, medians(ours), medians(theirs), { aim });
}

async function addedLatency({ gateway, nginx, fixed, rounds, report }, name, stream, aim) {
  const options = { method: 'POST', body: directBody(stream), key: apiKey, connections: 1, seconds: 1 };
  const direct = [];
  const proxied = [];
  const ours = [];
  for (let i = 0; i < rounds; ++i) {
    direct.push(await load(target(fixed.url), { ...options, pids: [fixed.pid] }));
    proxied.push(await load(target(nginx.url), { ...options, pids: [nginx.pid] }));
    ours.push(await load(target(gateway.url), { ...options, pids: [gateway.child.pid] }));
  }
  const floor = medians(direct).p50ms;
  report.figure(name, {
    value: medians(ours).p50ms - floor,
    unit: 'ms',
    aim,
    note: `nginx adds ${(medians(proxied).p50ms - floor).toFixed(3)} ms`,
  });
}
