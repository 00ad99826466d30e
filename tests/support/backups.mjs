// Backups made without the gateway: what one holds is lines of JSON, and a checksum over them.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

/** The sum of the lines' SHA-256, as four little-endian words of 64 bits. */
function checksum(lines) {
  const sum = [0n, 0n, 0n, 0n];
  for (const line of lines) {
    const digest = createHash('sha256').update(line).digest();
    for (let i = 0; i < 4; ++i) sum[i] = BigInt.asUintN(64, sum[i] + digest.readBigUInt64LE(8 * i));
  }
  return sum.map((word) => word.toString(16).padStart(16, '0')).join('');
}

/** Keys in the order in which the gateway writes them, so that the checksums agree. */
const line = (record) => JSON.stringify(Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))));

/** `records` in the order of a dump; returns the checksum. */
export function writeBackup(file, records, { version = '0.0.1', format = 1 } = {}) {
  const lines = records.map(line);
  const sum = checksum(lines);
  writeFileSync(file, gzipSync([JSON.stringify({ openclawBackup: format, storage: 'other', version, createdUnixMs: 1 }), ...lines,
    JSON.stringify({ end: true, records: lines.length, checksum: sum }), ''].join('\n'), { level: 1 }));
  return sum;
}

/** The records of a backup, each by its kind. */
export function readBackup(bytes) {
  const records = gunzipSync(bytes).toString().trim().split('\n').slice(1, -1).map((text) => JSON.parse(text));
  return Object.groupBy ? Object.groupBy(records, (r) => r.kind)
    : records.reduce((by, r) => ({ ...by, [r.kind]: [...(by[r.kind] ?? []), r] }), {});
}

/** So many conversations with a text of `bytes` each. */
export function conversations(n, bytes) {
  const records = [{ kind: 'counter', key: 'inbox', id: n }, { kind: 'counter', key: 'outbox', id: n }, { kind: 'counter', key: 'epoch', epoch: 3 }];
  for (let i = 0; i < n; ++i) {
    const session = `agent:main:openai-user:person${String(i).padStart(6, '0')}`;
    records.push({ kind: 'session', session, first: 1, next: 2, updatedMs: 1_700_000_000_000 + i },
      { kind: 'entry', session, id: 1, number: 1, atMs: 1_700_000_000_000 + i, text: `${i} ${'x'.repeat(bytes)}` });
  }
  records.push({ kind: 'event', channel: 'telegram', account: 'default', key: '42:7', id: 3, atMs: 5 });
  return records;
}
