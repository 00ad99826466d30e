// Time from starting the process to its first answer, and the memory of an idle gateway.
import net from 'node:net';
import { once } from 'node:events';
import { makeHome } from '../support/gateway.mjs';
import { startBenchGateway } from './gateway.mjs';
import { cpuMicroseconds, resident } from './processes.mjs';
import { median } from './report.mjs';

const starts = 10;

/** Without an HTTP client, whose own first request takes longer than what is measured. */
async function firstHealth(port) {
  const socket = net.connect(port, '127.0.0.1');
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const [head] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(`/health said ${head}`);
  socket.destroy();
}

async function time(fixed, home) {
  const began = process.hrtime.bigint();
  const gateway = await startBenchGateway({ upstream: fixed.url, home });
  await firstHealth(gateway.port);
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  const memory = resident(gateway.child.pid);
  const cpuMs = cpuMicroseconds([gateway.child.pid]) / 1e3;
  await gateway.stop();
  return { ms, cpuMs, memory };
}

export async function run({ fixed, report }) {
  const home = makeHome();
  const fresh = await time(fixed, home);
  const again = [];
  for (let i = 0; i < starts; ++i) again.push(await time(fixed, home));
  home.remove();
  report.figure('start to first /health', {
    value: median(again.map((a) => a.ms)),
    unit: 'ms',
    aim: 50,
    note: `median of ${starts}; ${fresh.ms.toFixed(0)} ms with a new database; ` +
      `${(again.reduce((sum, a) => sum + a.cpuMs, 0) / starts).toFixed(0)} ms of CPU`,
  });
  report.figure('resident memory, idle', {
    value: median(again.map((a) => a.memory.all)),
    unit: 'MiB',
    aim: 20,
    note: `of which ${median(again.map((a) => a.memory.own)).toFixed(1)} MiB no file's`,
  });
}
