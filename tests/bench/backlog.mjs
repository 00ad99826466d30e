// A start on very many waiting messages, and sessions beside one that has very many waiting.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startGateway } from '../support/gateway.mjs';
import { drive, startEngine } from './engines.mjs';
import { medians, short } from './report.mjs';

const chats = { firstChat: 1000, chats: 1000 };

export async function run(bench) {
  for (const name of bench.engines) {
    const engine = await startEngine(name);
    await startOnBacklog(bench, engine);
    for (const queue of ['collect', 'followup']) await besideACrowd(bench, engine, queue);
    await engine.stop();
  }
}

/** From the start of a real gateway's process until Telegram has been given the first answer. */
async function startOnBacklog({ report, rounds, messages }, engine) {
  const starts = [];
  for (let i = 0; i < Math.min(rounds, 3); ++i) {
    const storage = await engine.fresh();
    const { rate } = await drive({ mode: 'ingest', storage, sessions: 256, count: messages, channel: 'telegram', ...chats });
    starts.push({ stored: rate, ...await firstAnswer(storage) });
  }
  const { first, ready, stored } = medians(starts);
  report.figure(`${engine.name}: first answer after a start on ${messages} waiting messages`, {
    value: first,
    unit: 's',
    aim: 1,
    note: `ready after ${ready.toFixed(2)} s; over ${chats.chats} sessions; stored at ${short(stored)} messages/s; ` +
      `each ${starts.map((each) => each.first.toFixed(2)).join(', ')} s`,
  });
}

/** {ready, first}: seconds since the process was started. */
async function firstAnswer(storage) {
  const peer = fork(fileURLToPath(new URL('telegram_peer.mjs', import.meta.url)), [chats.firstChat, chats.chats].map(String),
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const end = () => peer.kill('SIGKILL');
  process.once('exit', end);
  const [{ apiRoot, token }] = await once(peer, 'message');
  const sent = once(peer, 'message');
  const config = `server: { logLevel: warn }
providers: [{ name: echo }]
storage: ${JSON.stringify(storage)}
channels: { telegram: { botToken: "${token}", apiRoot: "${apiRoot}", dmPolicy: open, allowFrom: ["*"] } }
`;
  const began = process.hrtime.bigint();
  const gateway = await startGateway({ config });
  const ready = Number(process.hrtime.bigint() - began) / 1e9;
  const stop = () => gateway.child.kill('SIGKILL');
  process.once('exit', stop);
  const [{ sentAt }] = await sent;
  await gateway.kill();
  gateway.home.remove();
  end();
  for (const each of [end, stop]) process.off('exit', each);
  return { ready, first: Number(BigInt(sentAt) - began) / 1e9 };
}

/** p99 of the turns of 15 sessions, with and without another that has half as many messages waiting. */
async function besideACrowd({ report, rounds, seconds, messages }, engine, queue) {
  const how = { mode: 'crowd', queue, sessions: 15, concurrency: 16, warmup: 0, seconds };
  const waiting = Math.ceil(messages / 2);
  const alone = [];
  const beside = [];
  for (let i = 0; i < Math.min(rounds, 3); ++i) {
    const crowded = await drive({ ...how, storage: await engine.fresh(), waiting });
    beside.push(crowded);
    // As long: it ends with the crowd.
    alone.push(await drive({ ...how, storage: await engine.fresh(), seconds: crowded.seconds }));
  }
  const numbers = (runs) => medians(runs.map(({ threads: _, ...rest }) => rest));
  const [with_, without] = [numbers(beside), numbers(alone)];
  report.figure(`${engine.name}: p99 beside ${waiting} waiting in one session, queue.mode ${queue}`, {
    value: with_.p99ms / without.p99ms,
    unit: '× alone',
    aim: 2,
    ours: with_,
    peer: without,
    note: `${short(with_.p99ms)} against ${short(without.p99ms)} ms; p50 ${short(with_.p50ms)} against ${short(without.p50ms)} ms; ` +
      `${short(with_.rate)} against ${short(without.rate)} turns/s; ${Math.round(with_.left)} left after ${with_.seconds.toFixed(1)} s; ` +
      `read at the start in ${(with_.startMs / 1e3).toFixed(2)} s`,
  });
}
