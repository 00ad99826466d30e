// Collects figures, prints each when it is there, and all of them as a table in the end.
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of each number of the runs. */
export function medians(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((r) => r[key]))]));
}

/** The store's counters: {commits, writes, seconds}. */
export async function commitsOf(gateway) {
  const text = await (await fetch(gateway.metricsUrl)).text();
  const read = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)[1]);
  return {
    commits: read('openclaw_store_commits_total'),
    writes: read('openclaw_store_writes_total'),
    seconds: read('openclaw_store_commit_seconds_total'),
  };
}

export const short = (n) => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : n.toFixed(2));

export class Report {
  rows = [];

  /** CPU time a request as a multiple of the peer's, measured in the same minutes. */
  compare(name, ours, peer, { aim }) {
    this.figure(name, {
      value: ours.cpuUs / peer.cpuUs,
      unit: '× nginx',
      aim,
      cpuUs: ours.cpuUs,
      peer,
      ours,
      note: `${short(peer.cpuUs)} µs nginx; ${short(ours.rate)} against ${short(peer.rate)} req/s; ` +
        `p50 ${short(ours.p50ms)} against ${short(peer.p50ms)} ms`,
    });
  }

  /** `atLeast`: the aim is a lower bound. */
  figure(name, { value, unit, aim, atLeast = false, ...rest }) {
    const reached = aim == null || (atLeast ? value >= aim : value <= aim);
    const row = { name, value, unit, aim, atLeast, reached, ...rest };
    this.rows.push(row);
    console.log(Report.cells(row).filter(Boolean).join(' | '));
  }

  static cells(row) {
    return [
      row.name,
      `${short(row.value)} ${row.unit}`.trim(),
      row.aim == null ? '' : `${row.atLeast ? '≥' : '≤'} ${row.aim}`,
      row.aim == null ? '' : row.reached ? 'reached' : 'MISSED',
      row.cpuUs === undefined ? '' : `${short(row.cpuUs)} µs CPU`,
      row.note ?? '',
    ];
  }

  print() {
    const table = [['what', 'measured', 'aim', '', 'a request', 'beside it'], ...this.rows.map(Report.cells)];
    const widths = table[0].map((_, i) => Math.max(...table.map((line) => line[i].length)));
    console.log('');
    for (const line of table) console.log(line.map((c, i) => c.padEnd(widths[i])).join('  ').trimEnd());
  }
}
