// Automatic cleanup of conversations: what would go, what goes, and that nothing goes unasked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { cli, makeHome, outputUntil, startGateway } from '../support/gateway.mjs';
import { startModel } from '../support/word_model.mjs';

/** A gateway with conversations of three people, two of which were last used 40 days ago. */
async function withOldConversations(body) {
  const model = await startModel();
  const home = makeHome();
  const config = (retention) => `providers:
  - { name: openai, apiKey: sk-test, model: m, baseUrl: "${model.url}" }
queue: { debounceMs: 0 }
storage: { path: "${home.dir}/sessions.db"${retention} }
`;
  const say = async (gateway, user) => {
    const response = await gateway.fetch('/v1/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'openclaw/main', user, messages: [{ role: 'user', content: `I am ${user}` }] }),
    });
    assert.equal(response.status, 200, await response.text());
  };
  const before = await startGateway({ config: config(''), home });
  for (const user of ['ada', 'bob', 'eve']) await say(before, user);
  await before.stop({ keepHome: true });
  const old = Date.now() - 40 * 86_400_000;
  execFileSync('sqlite3', [path.join(home.dir, 'sessions.db'),
    `UPDATE sessions SET updated_ms = ${old} WHERE session NOT LIKE '%eve%'`]);
  const sessions = () =>
    execFileSync('sqlite3', [path.join(home.dir, 'sessions.db'), 'SELECT session FROM sessions'], { encoding: 'utf8' })
      .trim().split('\n').map((name) => /ada|bob|eve/.exec(name)?.[0]).sort();
  await body({ home, config, say, sessions, model });
  model.stop();
  home.remove();
}

test('a dry run says what would go, and nothing goes while it is off', async () => {
  await withOldConversations(async ({ home, config, sessions }) => {
    const gateway = await startGateway({ config: config(', retention: { maxAge: 30d }'), home });
    const dry = await cli(['storage', 'sweep', '--dry-run'], { home: home.dir });
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /^The store holds 3 conversations with \d+ bytes of text/);
    assert.match(dry.stdout, /Would be removed, not used for maxAge: 2 conversations with 4 entries/);
    assert.match(dry.stdout, /ada/);
    assert.doesNotMatch(dry.stdout, /eve/);
    assert.match(dry.stdout, /storage\.retention\.enabled is not true/);
    const said = JSON.parse((await cli(['storage', 'sweep', '--dry-run', '--json'], { home: home.dir })).stdout);
    assert.equal(said.enabled, false);
    assert.deepEqual(said.limits, { maxAgeSeconds: 30 * 86400 });
    assert.deepEqual(said.goes.map(({ limit, sessions: n, entries }) => ({ limit, n, entries })), [{ limit: 'age', n: 2, entries: 4 }]);
    const wet = await cli(['storage', 'sweep'], { home: home.dir });
    assert.equal(wet.code, 1);
    assert.match(wet.stderr, /storage\.retention\.enabled/);
    await gateway.stop({ keepHome: true });
    assert.deepEqual(sessions(), ['ada', 'bob', 'eve']);
  });
});

test('a sweep removes what is old, logs and counts it, and a turn goes on beside it', async () => {
  await withOldConversations(async ({ home, config, say, sessions, model }) => {
    const gateway = await startGateway({ config: config(', retention: { enabled: true, maxAge: 30d }'), home });
    const [wet] = await Promise.all([cli(['storage', 'sweep'], { home: home.dir }), say(gateway, 'eve')]);
    assert.equal(wet.code, 0, wet.stderr);
    for (const word of ['retention.removed', 'retention.done', 'openclaw_retention_sessions_removed_total']) assert.ok(wet.stdout.includes(word));
    await outputUntil(gateway, /retention\.done .*sessions=2 left=1/);
    assert.equal(gateway.output.match(/retention\.removed .*entries=2 .*limit=age/g).length, 2);
    const metrics = await (await fetch(gateway.metricsUrl)).text();
    assert.match(metrics, /^openclaw_retention_sessions_removed_total 2$/m);
    assert.match(metrics, /^openclaw_retention_entries_removed_total 4$/m);
    const dry = await cli(['storage', 'sweep', '--dry-run'], { home: home.dir });
    assert.match(dry.stdout, /^The store holds 1 conversations with .*\nNothing would be removed\.\n$/);
    // Whoever comes back begins anew; the one who stayed is still known.
    await say(gateway, 'ada');
    assert.equal(model.requests.at(-1).messages.length, 1);
    await say(gateway, 'eve');
    assert.equal(model.requests.at(-1).messages.length, 5);
    await gateway.stop({ keepHome: true });
    assert.deepEqual(sessions(), ['ada', 'eve']);
  });
});

test('a dry run names what is over a limit and stays, as it was used a moment ago', async () => {
  await withOldConversations(async ({ home, config }) => {
    const gateway = await startGateway({ config: config(', retention: { maxSessions: 1 }'), home });
    for (const user of ['ada', 'bob']) {
      await gateway.fetch('/v1/chat/completions', {
        method: 'POST', body: JSON.stringify({ model: 'openclaw/main', user, messages: [{ role: 'user', content: 'again' }] }) });
    }
    const dry = await cli(['storage', 'sweep', '--dry-run'], { home: home.dir });
    assert.match(dry.stdout, /^2 conversations over maxSessions would be kept: used in the last ten minutes\.$/m);
    assert.doesNotMatch(dry.stdout, /Nothing would be removed/);
    const said = JSON.parse((await cli(['storage', 'sweep', '--dry-run', '--json'], { home: home.dir })).stdout);
    assert.deepEqual(said.over, { sessions: 2 });
    await gateway.stop({ keepHome: true });
  });
});

test('without a limit, and with one that cannot be read, the key is named', async () => {
  const home = makeHome();
  const gateway = await startGateway({ config: 'providers: [{ name: echo }]\n', home });
  const dry = await cli(['storage', 'sweep', '--dry-run'], { home: home.dir });
  assert.equal(dry.code, 1);
  assert.match(dry.stderr, /maxAge, maxSessions or maxBytes/);
  await gateway.stop({ keepHome: true });
  for (const [retention, key] of [['{ enabled: true }', 'enabled'], ['{ maxAge: 3 }', 'maxAge'], ['{ maxBytes: 1kB }', 'maxBytes']]) {
    await assert.rejects(startGateway({ config: `providers: [{ name: echo }]\nstorage: { retention: ${retention} }\n`, home }),
      new RegExp(`storage\\.retention\\.${key}`));
  }
  home.remove();
});
