// The disk fails under the running gateway: what was accepted is found again, what cannot be written is refused.
import assert from 'node:assert/strict';
import { copyFileSync, renameSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { build, healthUntil, leaky, makeHome, startGateway } from '../support/gateway.mjs';
import { Ledger } from '../support/ledger.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

const common = 'providers:\n  - name: echo\nqueue: { debounceMs: 0, senderPerMinute: 0 }\nserver: { drainSeconds: 2 }\n';

/** Lets one system call of the gateway fail as `how` says, on `file` only where one is named. */
const failing = (call, how, file) => ['strace', '-D', '-f', '-qq', '-o', '/dev/null', ...(file ? ['-P', file] : []),
  '-e', `trace=${call}`, '-e', `inject=${call}:${how}`];
const database = (home) => path.join(home.dir, '.openclaw/data/sessions.db');

const ask = (gateway) => gateway.fetch('/v1/chat/completions', {
  method: 'POST',
  body: JSON.stringify({ model: 'openclaw/main', messages: [{ role: 'user', content: 'still there?' }] }),
});

/** A home whose database exists, so that nothing of its making fails, and people who write to Telegram. */
async function withPeople(body) {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const home = makeHome();
  const config = `${common}channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
`;
  try {
    await (await startGateway({ config, home })).kill();
    await body({ home, config, ledger: new Ledger(telegram) });
  } finally {
    await telegram.stop();
    home.remove();
  }
}

/** People go on writing, a few at a time, until the gateway ends by itself: with what status. */
async function writeUntilItEnds(gateway, ledger, people) {
  for (let round = 0; round < 100 && !gateway.exited; round++) {
    ledger.feed(people);
    await ledger.settled(gateway).catch((e) => (/^never: /.test(e.message) ? Promise.reject(e) : gateway.ended));
  }
  if (!gateway.exited) await gateway.kill();
  return gateway.code;
}

/** The next start answers everybody, once, but for replies that it knows to be in doubt. */
async function findsEverything({ home, config, ledger }) {
  const next = await startGateway({ config, home });
  ledger.feed(3);
  const unknown = await ledger.settled(next);
  await next.stop({ keepHome: true });
  const { missing, twice } = ledger.balance();
  assert.deepEqual(twice, [], 'answered twice');
  assert.ok(missing.length <= unknown, `lost: ${missing}, unknown: ${unknown}`);
}

for (const nth of [1, 2, 4, 9]) {
  test(`sync ${nth} fails at a commit: exit 1, and the next start finds what is true`, () => withPeople(async (place) => {
    const { home, config, ledger } = place;
    const gateway = await startGateway({ config, home, env: leaky, wrap: failing('fdatasync', `error=EIO:when=${nth}+`) });
    assert.equal(await writeUntilItEnds(gateway, ledger, 5), 1, gateway.output);
    assert.match(gateway.output, /store\.fatal .*disk reports an error/);
    await findsEverything(place);
  }));
}

test('a sync fails in a checkpoint: exit 1, and the next start finds everything', () => withPeople(async (place) => {
  const { home, config, ledger } = place;
  const gateway = await startGateway({ config, home, env: leaky, wrap: failing('fdatasync', 'error=EIO', database(home)) });
  // That comes when the log is so long that it is copied into the database.
  assert.equal(await writeUntilItEnds(gateway, ledger, 20), 1, gateway.output);
  assert.match(gateway.output, /store\.fatal .*takes no more writes after a disk error; restart the gateway/);
  await findsEverything(place);
}));

test('a full disk refuses with 503 and goes on by itself when there is space', async () => {
  const home = makeHome();
  await (await startGateway({ config: common, home })).kill();
  const gateway = await startGateway({
    config: common, home, env: leaky, wrap: failing('pwrite64', 'error=ENOSPC:when=1..5', `${database(home)}-wal`),
  });
  const refused = await ask(gateway);
  assert.equal(refused.status, 503, gateway.output);
  const { storage } = await gateway.json('/api/health');
  assert.equal(storage.state, 'failed');
  assert.match(storage.reason, /the disk is full; free some space, it goes on by itself then/);
  let status = 503;
  for (let i = 0; i < 20 && status === 503; i++) ({ status } = await ask(gateway));
  assert.equal(status, 200, gateway.output);
  assert.equal((await gateway.health()).storage.state, 'ok');
  await gateway.stop({ keepHome: true });
  home.remove();
});

test('a store that never returns from a write is shown, and holds up neither health nor SIGTERM', async () => {
  const plugin = path.join(build, 'lib/openclaw/bad_plugins/apply_blocks.so');
  const gateway = await startGateway({ config: `${common}storage:\n  plugin: ${plugin}\n`, env: leaky });
  ask(gateway).catch(() => {});
  await healthUntil(gateway, (h) => h.storage.state === 'failed');
  const { storage } = await gateway.json('/api/health');
  assert.match(storage.reason, /has not returned for a long time; see whether the disk that storage\.path names/);
  await gateway.stop({ code: 1 });
  assert.match(gateway.output, /store\.hangs/);
  assert.match(gateway.output, /store\.fatal .*never returned/);
});

test('a database that is replaced while the gateway runs ends it, and neither file is damaged', async () => {
  const home = makeHome();
  const first = await startGateway({ config: common, home });
  assert.equal((await ask(first)).status, 200);
  await first.stop({ keepHome: true });
  copyFileSync(database(home), `${database(home)}.copy`);
  const gateway = await startGateway({ config: common, home });
  assert.equal((await ask(gateway)).status, 200);
  renameSync(database(home), `${database(home)}.moved`);
  renameSync(`${database(home)}.copy`, database(home));
  assert.notEqual((await ask(gateway)).status, 200);
  assert.equal((await gateway.ended).code, 1, gateway.output);
  assert.match(gateway.output, /was moved, removed or replaced while the gateway ran/);
  const startsWell = async () => {
    const next = await startGateway({ config: common, home });
    assert.equal((await ask(next)).status, 200);
    await next.stop({ keepHome: true });
    assert.doesNotMatch(next.output, /damaged/);
  };
  await startsWell();
  renameSync(`${database(home)}.moved`, database(home));
  await startsWell();
  home.remove();
});

test('a database that has been emptied is told of', async () => {
  const home = makeHome();
  const first = await startGateway({ config: common, home });
  assert.doesNotMatch(first.output, /sqlite\.empty_file/);
  await first.stop({ keepHome: true });
  truncateSync(database(home));
  const next = await startGateway({ config: common, home });
  assert.match(next.output, /warning sqlite\.empty_file .*restore a backup/);
  await next.stop({ keepHome: true });
  home.remove();
});
