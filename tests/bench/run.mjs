// Measures the built gateway beside nginx, in turns, on the same machine in the same minutes.
//   node tests/bench/run.mjs [--json FILE] [--only NAME,NAME] [--seconds N] [--rounds N]
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as chat from './chat.mjs';
import * as durability from './durability.mjs';
import { startBenchGateway } from './gateway.mjs';
import * as health from './health.mjs';
import { resident } from './processes.mjs';
import * as quiet from './quiet.mjs';
import { Report } from './report.mjs';
import { startFixedServer, startNginx } from './servers.mjs';
import * as start from './start.mjs';
import * as turns from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
  },
});
const only = options.only?.split(',');
const wanted = (name) => !only || only.includes(name);

const report = new Report();
const fixed = await startFixedServer();
const bench = { fixed, report, seconds: Number(options.seconds), rounds: Number(options.rounds) };

if (wanted('start')) await start.run(bench);

const pinned = await startBenchGateway({ upstream: fixed.url, pinned: true });
const body = await (await pinned.fetch('/health')).text();
const nginx = await startNginx({ body, upstream: fixed.url });
if (wanted('health')) await health.run({ ...bench, nginx, gateway: pinned });
if (wanted('chat')) await chat.run({ ...bench, nginx, gateway: pinned });
const passing = resident(pinned.child.pid);
await nginx.stop();
await pinned.stop();

if (wanted('turns')) {
  const gateway = await startBenchGateway({ upstream: fixed.url });
  await turns.run({ ...bench, gateway });
  const after = resident(gateway.child.pid);
  report.figure('resident memory after the turns', {
    value: after.all,
    unit: 'MiB',
    aim: 30,
    note: `${after.own.toFixed(1)} MiB no file's; ${passing.all.toFixed(1)} MiB after passing requests on`,
  });
  await gateway.stop();
}
if (wanted('durability')) await durability.run(bench);
if (wanted('quiet')) await quiet.run(bench);
await fixed.stop();

report.print();
if (options.json) {
  const machine = { cpu: cpus()[0].model, processors: cpus().length, at: new Date().toISOString() };
  writeFileSync(options.json, `${JSON.stringify({ machine, rows: report.rows }, null, 2)}\n`);
}
