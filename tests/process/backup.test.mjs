// Whole stores: into a file while the gateway runs, out of it, and from one engine to another.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { conversations, readBackup, writeBackup } from '../support/backups.mjs';
import { binary, cli, makeHome, startGateway, withDefaults } from '../support/gateway.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { seeded } from '../support/random.mjs';
import { RedisServer } from '../support/redis_server.mjs';
import { startModel } from '../support/word_model.mjs';

let postgres, redis;
before(async () => {
  postgres = await new PostgresServer().start();
  redis = await new RedisServer().start();
});
after(async () => {
  await postgres.remove();
  await redis.remove();
});

const failpointStatus = 86;

async function answer(gateway, content, user = 'ada') {
  const response = await gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'openclaw/main', user, messages: [{ role: 'user', content }] }),
  });
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body.choices[0].message.content;
}

/** A folder for a gateway whose store is `storage`, a flow mapping. */
function place(model, storage) {
  const home = makeHome();
  const at = (name) => path.join(home.dir, name);
  const config = `providers:\n  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model?.url ?? 'http://127.0.0.1:1/v1'}" }\n` +
    `queue: { debounceMs: 0 }\n${storage ?? `storage: { path: "${at('sessions.db')}" }\n`}`;
  const file = at('commands.yaml');
  writeFileSync(file, withDefaults(config), { mode: 0o600 });
  const run = (args, options) => cli(args, { home: home.dir, ...options });
  return { home, at, config, file, run, database: at('sessions.db') };
}

const said = (result) => {
  assert.equal(result.code, 0, result.stderr);
  return result.stdout;
};

test('a backup that is made while the gateway works is restored, and the conversation goes on', async () => {
  const model = await startModel();
  const old = place(model);
  const fresh = place(model);
  const gateway = await startGateway({ config: old.config, home: old.home });
  assert.equal(await answer(gateway, 'my name is Ada'), 'answer 1');
  await answer(gateway, 'I am somebody else', 'bob');
  const busy = Array.from({ length: 20 }, (_, i) => answer(gateway, 'and more', `person ${i}`));
  const backup = old.at('one.backup.gz');
  assert.match(said(await old.run(['backup', 'create', backup, '--config', old.file])),
    /: \d+ conversations with \d+ entries, \d+ waiting messages?, \d+ repl(y|ies), 0 dead letters; \d+ bytes\.\n$/);
  await Promise.all(busy);
  assert.equal(statSync(backup).mode & 0o777, 0o600, 'it is for its owner alone');
  await gateway.stop({ keepHome: true });

  assert.match(said(await old.run(['backup', 'verify', backup])), /is whole: .* of a sqlite store, by version 0\.1\.0/);
  const restored = JSON.parse(said(await fresh.run(['backup', 'restore', backup, '--config', fresh.file, '--json'])));
  const again = fresh.at('again.gz');
  const copied = JSON.parse(said(await fresh.run(['backup', 'create', again, '--config', fresh.file, '--json'])));
  assert.equal(copied.checksum, restored.checksum, 'what was restored is what a backup of it holds');
  assert.deepEqual(readBackup(readFileSync(again)), readBackup(readFileSync(backup)));

  const next = await startGateway({ config: fresh.config, home: fresh.home });
  await answer(next, 'who am I?');
  // What waited when the backup was made is answered now, too.
  const asked = model.requests.findLast((request) => request.messages.at(-1).content === 'who am I?');
  assert.deepEqual(asked.messages.map((m) => m.content), ['my name is Ada', 'answer 1', 'who am I?']);
  await next.stop();
  model.stop();
  old.home.remove();
});

/** Whether gzip makes the same of both, as of a bit of its header that says nothing. */
function isTheSame(broken, bytes) {
  try {
    return gunzipSync(broken).equals(gunzipSync(bytes));
  } catch {
    return false; // what gzip itself refuses
  }
}

test('a backup that is cut or changed anywhere is refused, and nothing is begun', async (t) => {
  const random = seeded(t);
  const here = place();
  const file = here.at('a.gz');
  const sum = writeBackup(file, conversations(50, 40));
  assert.equal(JSON.parse(said(await here.run(['backup', 'verify', file, '--json']))).checksum, sum, 'the format is as it is described');
  const bytes = readFileSync(file);
  for (let round = 0; round < 25; ++round) {
    const broken = Buffer.from(bytes);
    const at = Math.floor(random() * bytes.length);
    if (round % 2) broken[at] ^= 1 << Math.floor(random() * 8);
    const path = here.at('broken.gz');
    writeFileSync(path, round % 2 ? broken : bytes.subarray(0, at));
    // Some bits mean nothing, as those behind the last of deflate's: then it is whole all the same.
    const { code, stderr, stdout } = await here.run(['backup', 'verify', path, '--json']);
    if (code === 0) assert.ok(round % 2 && isTheSame(broken, bytes) && JSON.parse(stdout).checksum === sum, `changed at ${at}`);
    else assert.match(stderr, /is damaged|is no backup of this gateway|cannot read/);
  }
  for (let cut = 1; cut <= 12; ++cut) {
    writeFileSync(here.at('cut.gz'), bytes.subarray(0, bytes.length - cut));
    assert.match((await here.run(['backup', 'verify', here.at('cut.gz')])).stderr, /is damaged/, `without its last ${cut} bytes`);
  }
  writeFileSync(here.at('cut.gz'), bytes.subarray(0, bytes.length - 30));
  const refused = await here.run(['backup', 'restore', here.at('cut.gz'), '--config', here.file]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is damaged/);
  assert.throws(() => statSync(here.database), /ENOENT/, 'no store was made');
  writeBackup(here.at('newer.gz'), [], { format: 2, version: '9.9.9' });
  assert.match((await here.run(['backup', 'verify', here.at('newer.gz')])).stderr, /made by a newer version \(9\.9\.9\)/);
  here.home.remove();
});

test('a restore that is killed leaves a store on which no gateway starts, and is run again', async () => {
  const model = await startModel();
  const here = place(model);
  const file = here.at('large.gz');
  const sum = writeBackup(file, conversations(3000, 4000));
  const killed = await here.run(['backup', 'restore', file, '--config', here.file], { env: { OPENCLAW_FAILPOINT: 'transfer.after_page:2' } });
  assert.equal(killed.code, failpointStatus, killed.stderr);
  const start = await here.run(['gateway', 'start', '--config', here.file]);
  assert.equal(start.code, 1);
  assert.match(start.stderr, /being filled from the backup with the checksum [0-9a-f]+, and that was not finished: run the same `openclaw backup restore` again/);
  assert.match((await here.run(['backup', 'create', here.at('x.gz'), '--config', here.file])).stderr, /that was not finished/);
  writeBackup(here.at('other.gz'), conversations(1, 1));
  assert.match((await here.run(['backup', 'restore', here.at('other.gz'), '--config', here.file])).stderr, /that was not finished/);
  assert.equal(JSON.parse(said(await here.run(['backup', 'restore', file, '--config', here.file, '--json']))).checksum, sum);
  const gateway = await startGateway({ config: here.config, home: here.home });
  await answer(gateway, 'and now?', 'person000007');
  assert.match(model.requests.at(-1).messages[0].content, /^7 x+$/);
  await gateway.stop();
  model.stop();
});

test('a restore needs an empty store, and no gateway on it', async () => {
  const model = await startModel();
  const here = place(model);
  const file = here.at('a.gz');
  writeBackup(file, conversations(2, 10));
  const gateway = await startGateway({ config: here.config, home: here.home });
  await answer(gateway, 'hello');
  assert.match((await here.run(['backup', 'restore', file, '--config', here.file])).stderr, /in use by process \d+; stop that gateway first/);
  assert.match((await here.run(['backup', 'create', file, '--config', here.file])).stderr, /is there already: choose another name/);
  await gateway.stop({ keepHome: true });
  assert.match((await here.run(['backup', 'restore', file, '--config', here.file])).stderr, /holds something, and one that was filled is not filled again: name another one/);
  assert.match((await here.run(['backup', 'create', '/nowhere/x.gz', '--config', here.file])).stderr, /cannot write \/nowhere\/x\.gz: No such file/);
  here.home.remove();
  model.stop();
});

for (const [name, server] of [['PostgreSQL', () => postgres], ['Redis', () => redis]]) {
  test(`from SQLite to ${name} and back nothing is lost, also when it is killed between; the conversation goes on`, async () => {
    const model = await startModel();
    const old = place(model);
    const sum = writeBackup(old.at('large.gz'), conversations(3000, 4000));
    said(await old.run(['backup', 'restore', old.at('large.gz'), '--config', old.file]));
    const there = place(model, server().section('moved'));
    const url = there.file; // of a configuration, as the schema or prefix is not the usual one
    const move = (from, to, env) => old.run(['storage', 'migrate', '--from', from, '--to', to, '--json'], { env });
    const sqlite = `sqlite:${old.database}`;
    const killed = await move(sqlite, url, { OPENCLAW_FAILPOINT: 'transfer.after_page:2' });
    assert.equal(killed.code, failpointStatus, killed.stderr);
    const start = await there.run(['gateway', 'start', '--config', there.file]);
    assert.match(start.stderr, /being filled from sqlite:.*, and that was not finished: run the same `openclaw storage migrate` again/);
    assert.equal(JSON.parse(said(await move(sqlite, url))).checksum, sum, 'it went on where it was killed');
    assert.match((await move(sqlite, url)).stderr, /holds something/);

    const gateway = await startGateway({ config: there.config, home: there.home });
    await answer(gateway, 'still there?', 'person000042');
    assert.match(model.requests.at(-1).messages[0].content, /^42 x+$/);
    assert.match((await move(url, `sqlite:${old.at('back.db')}`)).stderr, /another gateway|in use|is held/);
    await gateway.stop({ keepHome: true });

    const back = JSON.parse(said(await move(url, `sqlite:${old.at('back.db')}`)));
    const final = place(model);
    const last = await startGateway({ config: final.config.replace(final.database, old.at('back.db')), home: final.home });
    await answer(last, 'and here?', 'person000042');
    assert.deepEqual(model.requests.at(-1).messages.slice(1).map((m) => m.content).slice(0, 2), ['still there?', 'answer 1']);
    await last.stop();
    assert.ok(back.records > 6000);
    for (const each of [old, there]) each.home.remove();
    model.stop();
  });
}

/** Runs a command until `at(child)` holds, and ends it with SIGTERM then: {code, signal, stderr}. */
async function interrupted(here, args, at) {
  const child = spawn(binary, args, { env: { PATH: process.env.PATH, HOME: here.home.dir }, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (data) => (stderr += data));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
  while (child.exitCode === null && !at(child)) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGTERM');
  return ended;
}

test('a backup that is interrupted leaves no file behind, and a migration says how it goes on', async () => {
  const here = place();
  const sum = writeBackup(here.at('large.gz'), conversations(3000, 4000));
  said(await here.run(['backup', 'restore', here.at('large.gz'), '--config', here.file]));
  const folder = here.at('backups');
  mkdirSync(folder);
  const writing = ({ pid }) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith(folder));
    } catch {
      return false; // a descriptor, or the process, has gone meanwhile
    }
  };
  const create = await interrupted(here, ['backup', 'create', path.join(folder, 'x.gz'), '--config', here.file], writing);
  assert.equal(create.signal, 'SIGTERM');
  assert.deepEqual(readdirSync(folder), []);
  const to = here.at('moved.db');
  const move = ['storage', 'migrate', '--from', `sqlite:${here.database}`, '--to', `sqlite:${to}`, '--json'];
  const begun = () => existsSync(`${to}-wal`) && statSync(`${to}-wal`).size > 1 << 20;
  const migrate = await interrupted(here, move, begun);
  assert.equal(migrate.signal, 'SIGTERM');
  assert.match(migrate.stderr, /Interrupted: run the same command again to go on\./);
  assert.equal(JSON.parse(said(await here.run(move))).checksum, sum);
  const dash = await here.run(['backup', 'create', '-', '--config', here.file]);
  assert.equal(dash.code, 1);
  assert.match(dash.stderr, /name one, not -/);
  here.home.remove();
});

test('what is no store is refused in words that say how one is written', async () => {
  const here = place();
  const move = (from, to) => here.run(['storage', 'migrate', '--from', from, '--to', to]);
  assert.match((await move('sessions.db', 'sqlite:/tmp/x')).stderr, /a store is written as TYPE:PATH/);
  assert.match((await move(`sqlite:${here.at('none.db')}`, `sqlite:${here.at('new.db')}`)).stderr, /none\.db/);
  assert.throws(() => statSync(here.at('none.db')), /ENOENT/, 'a source that is not there is not made');
  assert.match((await move('sqlit:/x', 'sqlite:/y')).stderr, /no plugin `sqlit` is installed.*did you mean `sqlite`/);
  assert.match((await move('sqlite:/x', 'sqlite:/x')).stderr, /name the same store/);
  // Every URL that an engine takes stands for it.
  for (const [url, engine] of [['postgresql://127.0.0.1:1/x', 'PostgreSQL'], ['rediss://127.0.0.1:1/0', 'Redis'],
    ['redis+unix:///nowhere.sock', 'Redis'], ['redis:rediss://127.0.0.1:1/0', 'Redis']]) {
    assert.match((await move(url, `sqlite:${here.at('new.db')}`)).stderr, new RegExp(`cannot (open|read from) ${engine}`), url);
  }
  assert.match((await move('mysql://127.0.0.1/x', 'sqlite:/y')).stderr, /no plugin `mysql` is installed.*installed are: .*sqlite/);
  const { code, stderr } = await move('postgres://u:secret-of-mine@127.0.0.1:1/x', `sqlite:${here.at('new.db')}`);
  assert.equal(code, 1);
  assert.doesNotMatch(stderr, /secret-of-mine/);
  here.home.remove();
});
