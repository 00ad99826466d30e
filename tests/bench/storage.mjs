// Each storage engine under the gateway's pipeline, against what the engine itself can do, in turns.
import { drive, startEngine } from './engines.mjs';
import { medians, short } from './report.mjs';

const atOnce = [1, 16, 64];
/** The project's aims, of the engine that comes with it. */
const aims = {
  sqlite: { ingest: { rate: 30_000 }, turns: { rate: 10_000, p99ms: 10 } },
  postgres: { ingest: { ratio: 0.5 }, turns: { ratio: 0.5 } },
};
const unit = { ingest: 'messages/s', turns: 'turns/s' };

export async function run(bench) {
  for (const name of bench.engines) {
    const engine = await startEngine(name);
    for (const kind of ['ingest', 'turns']) {
      for (const sessions of atOnce) await compare(bench, engine, kind, sessions);
    }
    await engine.stop();
  }
}

async function compare({ seconds, rounds, report }, engine, kind, sessions) {
  const theirs = [];
  const ours = [];
  const members = [];
  for (let i = 0; i < Math.min(rounds, 3); ++i) {
    ours.push(await drive({ mode: kind, storage: await engine.fresh(), sessions, seconds }));
    if (engine.shared) members.push(await drive({ mode: kind, storage: await engine.fresh(), sessions, seconds, instance: 'one' }));
    theirs.push(await engine.limit(kind, sessions, seconds, kind === 'turns' ? ours[0].writesEach : 1));
  }
  tell(report, engine, kind, sessions, { ours: summed(ours), peer: medians(theirs) });
  if (engine.shared) tell(report, engine, kind, sessions, { ours: summed(members), peer: medians(theirs), as: ', as one of several' });
}

/** The medians of the numbers, and what the threads of the first run took. */
function summed(runs) {
  const threads = runs.map((run) => run.threads)[0];
  return { ...medians(runs.map(({ threads: _, ...numbers }) => numbers)), threads };
}

function tell(report, engine, kind, sessions, { ours, peer, as = '' }) {
  const name = `${engine.name} ${kind}, ${sessions} at once${as}`;
  const aim = as ? {} : aims[engine.name]?.[kind] ?? {};
  const last = sessions === atOnce.at(-1);
  report.figure(name, {
    value: ours.rate / peer.rate,
    unit: `× ${engine.peer}`,
    aim: aim.ratio,
    atLeast: true,
    cpuUs: ours.cpuUs,
    ours,
    peer,
    note: `${short(ours.rate)} against ${short(peer.rate)} ${unit[kind]}; p99 ${short(ours.p99ms)} against ${short(peer.p99ms)} ms; ` +
      `${short(ours.writesPerBatch)} writes a commit, which takes ${short(ours.commitMs)} ms`,
  });
  if (!last) return;
  const note = `${sessions} at once`;
  if (aim.rate) report.figure(`${engine.name} ${kind}`, { value: ours.rate, unit: unit[kind], aim: aim.rate, atLeast: true, note });
  if (aim.p99ms) report.figure(`${engine.name} ${kind}, p99`, { value: ours.p99ms, unit: 'ms', aim: aim.p99ms, note });
}
