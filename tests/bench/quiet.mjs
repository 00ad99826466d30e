// Counts the lines at level info that requests cause: there should be none.
import { load } from './wrk.mjs';
import { apiKey, directBody, startBenchGateway, turnBody } from './gateway.mjs';

export async function run({ fixed, report }) {
  const gateway = await startBenchGateway({ upstream: fixed.url, logLevel: 'info' });
  // Warnings are not counted: a busy machine makes calls slow, and that is logged once in a while.
  const lines = () => gateway.output.split('\n').filter((line) => / info +\w/.test(line)).length;
  const pids = [gateway.child.pid];
  const chat = { url: `${gateway.url}/v1/chat/completions`, method: 'POST', key: apiKey };
  await gateway.health();  // by now what was logged while it started has come as well
  const before = lines();
  let requests = 0;
  for (const { url, ...options } of [
    { url: `${gateway.url}/health` },
    { ...chat, body: directBody(false) },
    { ...chat, body: turnBody, threads: 8 },
  ]) {
    requests += (await load(url, { pids, connections: 8, seconds: 1, ...options })).requests;
  }
  report.figure('log lines at level info', {
    value: lines() - before,
    unit: '',
    aim: 0,
    note: `${requests} requests`,
  });
  await gateway.stop();
}
