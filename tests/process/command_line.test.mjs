// What somebody types at the command line: words that are no commands, and which gateway is meant.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { cli, makeHome, outputUntil, startGateway, withDefaults } from '../support/gateway.mjs';

let home;
before(() => { home = makeHome(); });
after(() => home.remove());
const run = (...args) => cli(args, { home: home.dir });

test('a word that is no command is named, with what was perhaps meant', async () => {
  for (const [args, said] of [
    [['gatway', 'start'], /^error: unknown command `gatway`; did you mean `gateway`\?\nthe commands of `openclaw`: gateway, .* or backup; see `openclaw --help`\n$/],
    [['gateway', 'strat'], /^error: unknown command `strat`; did you mean `start`\?\nthe commands of `openclaw gateway`: start, status, stop or validate;/],
    [['plugin', 'xyzzy\u001b[31m'], /^error: unknown command `xyzzy\\u001b\[31m`\nthe commands of `openclaw plugin`: list;/],
    [[], /^error: a command is missing\nthe commands of `openclaw`: /],
    [['dead'], /^error: a command is missing\nthe commands of `openclaw dead`: list, retry or drop;/],
    [['--config', 'x'], /^error: a command must come before `--config`\n/],
  ]) {
    const { code, stdout, stderr } = await run(...args);
    assert.match(stderr, said);
    assert.equal(stdout, '');
    assert.equal(code, 2, args.join(' '));
  }
  const extra = await run('gateway', 'status', '--colour');
  assert.equal(extra.code, 2);
  assert.match(extra.stderr, /--colour/);
});

test('help and version are understood as words, too', async () => {
  const version = await run('--version');
  for (const args of [['version'], ['-V']]) assert.deepEqual(await run(...args), version);
  assert.match(version.stdout, /^openclaw \d+\.\d+\.\d+\n$/);
  assert.deepEqual(await run('help'), await run('--help'));
  const start = await run('help', 'gateway', 'start');
  assert.deepEqual(start, await run('gateway', 'start', '--help'));
  assert.match(start.stdout, /--config FILE/);
});

test('ids and --all exclude each other, and one of them must be there', async () => {
  const both = await run('dead', 'retry', '--all', 'm1');
  assert.equal(both.code, 2);
  assert.match(both.stderr, /name ids or say --all, not both/);
  const neither = await run('dead', 'drop');
  assert.equal(neither.code, 2);
  assert.match(neither.stderr, /name the ids that `openclaw dead list` shows, or say --all/);
});

test('a gateway started with --dev is pointed at, and found with --dev before and behind the verb', async () => {
  const gateway = await startGateway({ args: ['--dev'] });
  const here = (...args) => cli(args, { home: gateway.home.dir });
  for (const verb of ['status', 'stop']) {
    const { code, stdout } = await here('gateway', verb);
    assert.equal(code, 3);
    assert.equal(stdout, 'No gateway is running, but one that was started with --dev is: add --dev.\n');
  }
  for (const command of [['pairing', 'list'], ['dead', 'list']]) {
    const { code, stderr } = await here(...command);
    assert.equal(code, 1);
    assert.equal(stderr, 'error: no gateway is running, but one that was started with --dev is: add --dev\n');
    for (const args of [[...command, '--dev'], [command[0], '--dev', command[1]]]) {
      const found = await here(...args);
      assert.equal(found.code, 0, found.stderr);
      assert.match(found.stdout, /^(Nobody is waiting|There are no dead letters)\.\n$/);
    }
  }
  const second = await here('gateway', 'start', '--dev');
  assert.equal(second.code, 1);
  assert.match(second.stderr, /running already with pid \d+: stop it with `openclaw gateway stop --dev`/);
  const status = await here('gateway', 'status', '--dev');
  assert.match(status.stdout, new RegExp(`^The gateway runs with pid \\d+ at http://127.0.0.1:${gateway.port}\\.\n`));
  await gateway.stop();
});

test('one started without --dev is pointed at as well', async () => {
  const gateway = await startGateway({ config: 'providers: [{name: echo}]\n' });
  const { code, stdout } = await cli(['gateway', 'status', '--dev'], { home: gateway.home.dir });
  assert.equal(code, 3);
  assert.match(stdout, /one without it is: leave --dev out/);
  await gateway.stop();
});

test('the key is read from the file that the gateway was started with, or from the one that is named', async () => {
  const gateway = await startGateway({ config: 'providers: [{name: echo}]\n' });
  const wrong = path.join(home.dir, 'other.yaml');
  writeFileSync(wrong, withDefaults('providers: [{name: echo}]\nauth: {apiKey: another-key-0123456789}\n'));
  const list = (...args) => cli(['pairing', 'list', ...args], { home: gateway.home.dir });
  assert.equal((await list()).code, 0);
  assert.equal((await list('--config', gateway.configFile)).code, 0);
  const refused = await list('--config', wrong);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /the API key is wrong/);
  await gateway.stop();
});

test('a configuration that cannot start is checked with the command that reads the same', async () => {
  const broken = path.join(home.dir, "it's broken.yaml");
  writeFileSync(broken, 'nonsense: [\n');
  const env = { OPENCLAW_PORT: 'http' };
  const start = (...args) => cli(['gateway', 'start', ...args], { home: home.dir, env });
  assert.match((await start()).stderr, /check it with `openclaw gateway validate`\.\n/);
  assert.match((await start('--dev')).stderr, /check it with `openclaw gateway validate --dev`\.\n/);
  const named = await start('--config', broken);
  assert.ok(named.stderr.includes(`check it with \`openclaw gateway validate --config '${broken.replace("'", "'\\''")}'\`.\n`), named.stderr);
  const checked = await cli(['gateway', 'validate', '--dev'], { home: home.dir, env });
  assert.equal(checked.code, 1);
  assert.match(checked.stderr, /OPENCLAW_PORT/);
  const sound = await run('gateway', 'validate', '--dev');
  assert.equal(sound.code, 0, sound.stderr);
});

test('plugin list heeds the configuration that it is given', async () => {
  const missing = await run('plugin', 'list', '--config', path.join(home.dir, 'nowhere.yaml'));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nowhere\.yaml/);
  const usual = await run('plugin', 'list');
  assert.equal(usual.code, 0);
  assert.match(usual.stdout, /sqlite/);
});

test('agent route says which accounts there are, and takes them as they are called elsewhere', async () => {
  const config = path.join(home.dir, 'shop.yaml');
  writeFileSync(config, withDefaults(`providers: [{name: echo}]
channels:
  telegram: { accounts: { shop: { botToken: "1:x" } } }
`));
  const route = (...args) => run('agent', 'route', '--config', config, '--peer', '7', ...args);
  const without = await route('--channel', 'telegram');
  assert.equal(without.code, 1);
  assert.match(without.stderr, /channel telegram has no account default: use --account shop\n/);
  const misspelt = await route('--channel', 'telegarm');
  assert.match(misspelt.stderr, /the configuration has no channel telegarm; did you mean `telegram`\?; there are: telegram\n/);
  const named = await route('--channel', 'telegram', '--account', 'shop');
  assert.equal(named.code, 0, named.stderr);
  assert.deepEqual(await route('--channel', 'telegram/shop'), named);
});

test('a second start in the background leaves the log of the first alone', async () => {
  const own = makeHome();
  const config = path.join(own.dir, 'gateway.yaml');
  const log = path.join(own.dir, '.openclaw/gateway.log');
  mkdirSync(path.dirname(log), { mode: 0o700 });
  writeFileSync(config, withDefaults('providers: [{name: echo}]\n'));
  const start = () => cli(['gateway', 'start', '--daemon', '--config', config], { home: own.dir });
  assert.equal((await start()).code, 0);
  const before = readFileSync(log, 'utf8');
  const second = await start();
  assert.equal(second.code, 1);
  assert.match(second.stderr, /running already/);
  assert.equal(readFileSync(log, 'utf8'), before);
  assert.equal((await cli(['gateway', 'stop'], { home: own.dir })).code, 0);
  own.remove();
});

test('where the gateway listens is said, and its health is found where it is shown', async () => {
  const gateway = await startGateway({ config: 'providers: [{name: echo}]\nmonitoring: {healthCheck: false, metricsPort: 0}\n' });
  assert.match(gateway.output, new RegExp(`Address +http://127.0.0.1:${gateway.port} \\(listens on all addresses\\)\n`));
  assert.ok(gateway.output.includes(`  Store       sqlite, ${gateway.home.dir}/.openclaw/data/sessions.db\n`), gateway.output);
  await outputUntil(gateway, /gateway\.ready .* storage=sqlite\n/);
  const health = /Health +(\S+)/.exec(gateway.output)[1];
  assert.equal((await fetch(health)).status, 200);
  const status = await cli(['gateway', 'status'], { home: gateway.home.dir });
  assert.equal(status.code, 0, status.stdout);
  assert.match(status.stdout, new RegExp(`^The gateway runs with pid \\d+ at http://127.0.0.1:${gateway.port} \\(listens on all addresses\\)\\.\nStatus: ok.*\nStore: sqlite\n`));
  const seen = JSON.parse((await cli(['gateway', 'status', '--json'], { home: gateway.home.dir })).stdout);
  assert.equal(seen.health.status, 'ok');
  await gateway.stop();
});
