// Proves with strace that no turn is answered before its rows are synced to the disk.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiKey, startBenchGateway, turnBody } from './gateway.mjs';
import { commitsOf } from './report.mjs';

export const title = 'turns answered before a sync';
const turns = 100;

const synced = /(?:\bf(?:data)?sync\(\d+\)|<\.\.\. f(?:data)?sync resumed>\)?) += 0/;
const answered = /\b(?:sendmsg|sendto|writev?)\(\d+, .*HTTP\/1\.1 200.*x-openclaw-session-key/;

/**
 * Walks the trace of turns sent one after another. A sync counts when it has returned, an answer
 * when its sending begins; a turn was answered early when no sync lies between it and the answer
 * before it. What comes before the first answer is not judged.
 */
export function judge(trace) {
  const seen = { answers: 0, syncs: 0, early: 0 };
  let pending = 0;
  for (const line of trace.split('\n')) {
    if (synced.test(line)) {
      ++pending;
    } else if (answered.test(line)) {
      if (seen.answers++ > 0) {
        seen.syncs += pending;
        if (pending === 0) ++seen.early;
      }
      pending = 0;
    }
  }
  return seen;
}

async function turn(gateway) {
  const response = await gateway.fetch('/v1/chat/completions', { method: 'POST', body: turnBody });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`a turn was answered with ${response.status}`);
}

export async function run({ fixed, report }) {
  const dir = mkdtempSync(path.join(tmpdir(), 'openclaw-bench-'));
  const file = path.join(dir, 'trace');
  const gateway = await startBenchGateway({
    upstream: fixed.url,
    wrap: ['strace', '-D', '-f', '-s', '1024', '-o', file,
      '-e', 'trace=fsync,fdatasync,sendmsg,sendto,write,writev'],
  });
  await turn(gateway);
  const before = await commitsOf(gateway);
  for (let i = 0; i < turns; ++i) await turn(gateway);
  const after = await commitsOf(gateway);
  await gateway.stop();
  const seen = judge(readFileSync(file, 'utf8'));
  rmSync(dir, { recursive: true });
  const commits = after.commits - before.commits;
  if (seen.answers !== turns + 1) throw new Error(`the trace shows ${seen.answers} answers`);
  if (seen.syncs < commits) throw new Error(`${commits} commits, but only ${seen.syncs} syncs`);
  report.figure(title, {
    value: seen.early,
    unit: `of ${turns}`,
    aim: 0,
    note: `${commits} commits (openclaw_store_commits_total), ${seen.syncs} syncs (strace)`,
  });
}
