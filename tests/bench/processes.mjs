// What the kernel says about processes, and which processor each of the bench's gets.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const tick = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

// The load comes from the other processor, so that what is measured does not pay for it.
const separate = availableParallelism() >= 2;
export const onServerCpu = (argv) => (separate ? ['taskset', '-c', '0', ...argv] : argv);
export const onLoadCpu = (argv) => (separate ? ['taskset', '-c', '1', ...argv] : argv);

/** User and system time of the processes with all their threads, in steps of 10 ms. */
export function cpuMicroseconds(pids) {
  let sum = 0;
  for (const pid of pids) {
    // The name in parentheses may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    sum += (Number(fields[11]) + Number(fields[12])) * tick;
  }
  return sum;
}

/** Resident memory in MiB: all of it, and the part that is no file's. */
export function resident(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mebibytes = (key) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
  return { all: mebibytes('VmRSS'), own: mebibytes('RssAnon') };
}
