// Measures the built gateway beside nginx, and its stores beside their engines, in turns, on the same machine in the same minutes.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import * as backlog from './backlog.mjs';
import * as chat from './chat.mjs';
import * as durability from './durability.mjs';
import { engineNames } from './engines.mjs';
import { startBenchGateway } from './gateway.mjs';
import * as health from './health.mjs';
import * as memory from './memory.mjs';
import { resident } from './processes.mjs';
import * as quiet from './quiet.mjs';
import { Report } from './report.mjs';
import { startFixedServer, startNginx } from './servers.mjs';
import * as start from './start.mjs';
import * as storage from './storage.mjs';
import * as turns from './turns.mjs';

const names = ['start', 'health', 'chat', 'turns', 'durability', 'quiet', 'storage', 'backlog', 'memory'];
const usage = `usage: ./dev bench [--only NAME,NAME] [--seconds N] [--rounds N] [--engines NAME,NAME] [--messages N] [--json FILE]
  --only     of ${names.join(', ')}; all of them unless given
  --seconds  how long each side of a round is under load (2)
  --rounds   how often the two sides take turns (5; storage and backlog: at most 3)
  --engines  what storage and backlog are about: of ${engineNames.join(', ')}; all of them unless given
  --messages how many messages backlog stores, and memory sends (100000)
  --json     also writes the figures to FILE`;
const { only, ...options } = readOptions();
const wanted = (name) => only.includes(name);

function readOptions() {
  const quit = (text, code) => {
    (code === 0 ? console.log : console.error)(text);
    process.exit(code);
  };
  const text = (value) => ({ type: 'string', default: value });
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'string' },
        only: text(names.join(',')),
        seconds: text('2'),
        rounds: text('5'),
        engines: text(engineNames.join(',')),
        messages: text('100000'),
      },
    });
    if (values.help) quit(usage, 0);
    const only = values.only.split(',');
    const strange = only.find((name) => !names.includes(name));
    if (strange !== undefined) throw new Error(`--only: there is no benchmark '${strange}'`);
    const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)];
    if (!(seconds > 0)) throw new Error('--seconds must be a number above 0');
    if (!(rounds >= 1)) throw new Error('--rounds must be at least 1');
    const engines = values.engines.split(',');
    const unknown = engines.find((name) => !engineNames.includes(name));
    if (unknown !== undefined) throw new Error(`--engines: there is no engine '${unknown}'`);
    const messages = Number(values.messages);
    if (!(Number.isInteger(messages) && messages >= 1000)) throw new Error('--messages must be a whole number, at least 1000');
    return { json: values.json, only, seconds, rounds, engines, messages };
  } catch (error) {
    return quit(`${error.message}\n${usage}`, 2);
  }
}

const report = new Report();
const fixed = await startFixedServer();
const bench = { fixed, report, ...options };

if (wanted('start')) await start.run(bench);

let passing;
if (['health', 'chat', 'turns'].some(wanted)) {
  const pinned = await startBenchGateway({ upstream: fixed.url, pinned: true });
  const body = await (await pinned.fetch('/health')).text();
  const nginx = await startNginx({ body, upstream: fixed.url });
  if (wanted('health')) await health.run({ ...bench, nginx, gateway: pinned });
  if (wanted('chat')) await chat.run({ ...bench, nginx, gateway: pinned });
  passing = resident(pinned.child.pid);
  await nginx.stop();
  await pinned.stop();
}

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

  // What the store gives when more turns run at once than the default allows.
  const wide = await startBenchGateway({ upstream: fixed.url, more: 'queue: { concurrency: 64 }\n' });
  await turns.run({ ...bench, gateway: wide, note: ', queue.concurrency 64', aim: null });
  await wide.stop();
}
if (wanted('durability')) await durability.run(bench);
if (wanted('quiet')) await quiet.run(bench);
if (wanted('storage')) await storage.run(bench);
if (wanted('backlog')) await backlog.run(bench);
if (wanted('memory')) await memory.run(bench);
await fixed.stop();

report.print();
if (options.json) {
  const machine = { cpu: cpus()[0].model, processors: cpus().length, at: new Date().toISOString() };
  writeFileSync(options.json, `${JSON.stringify({ machine, rows: report.rows }, null, 2)}\n`);
}
