// Which agent answers whom, in a running gateway and in the dry run that needs none.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { cli, makeHome, startGateway, withDefaults } from '../support/gateway.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

const ada = 4101;
const bob = 4102;
const group = -100777;

const configFor = (telegram) => `providers: [{ name: echo }]
agents: [{ id: main }, { id: ops }, { id: club }]
queue: { debounceMs: 0 }
channels:
  telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}", dmPolicy: open, allowFrom: ["*"],
              groupPolicy: open, requireMention: false }
bindings:
  - { agent: club, match: { channel: telegram, peer: { kind: group, id: ${group} } } }
  - { agent: ops, match: { channel: telegram, peer: { kind: direct, id: ${ada} } } }
`;

test('a message reaches the agent that the dry run names', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const home = makeHome();
  const config = configFor(telegram);
  const gateway = await startGateway({ config, home });
  const wanted = [
    [['--peer', `${ada}`], 'ops', `agent:ops:telegram:direct:${ada}`, 1, 'exact peer'],
    [['--peer', `${bob}`], 'main', `agent:main:telegram:direct:${bob}`, null, 'default agent'],
    [['--peer', `${ada}`, '--group', `${group}`], 'club', `agent:club:telegram:group:${group}`, 0, 'exact peer'],
  ];
  for (const [args, agent, session, binding, rule] of wanted) {
    const dry = await cli(['agent', 'route', '--channel', 'telegram', ...args, '--config', gateway.configFile, '--json'], { home: home.dir });
    assert.deepEqual(JSON.parse(dry.stdout), { agent, binding, rule, session }, dry.stderr);
  }
  telegram.sendText(ada, '/status');
  telegram.sendText(bob, '/status');
  telegram.sendText(ada, '/status', { chat: { id: group, type: 'supergroup', title: 'club' } });
  await telegram.waitForSent(3);
  const said = Object.fromEntries(telegram.sent.map((m) => [m.chat.id, m.text]));
  for (const [chat, [, agent, session]] of [[ada, wanted[0]], [bob, wanted[1]], [group, wanted[2]]]) {
    assert.match(said[chat], new RegExp(`^Agent: ${agent}\nSession: ${session}\n`));
  }
  await gateway.stop({ keepHome: true });
  await telegram.stop();
  home.remove();
});

test('the dry run says what is wrong with the configuration, and with the question', async () => {
  const home = makeHome();
  const file = path.join(home.dir, 'gateway.yaml');
  const route = (args) => cli(['agent', 'route', '--config', file, ...args], { home: home.dir });
  const yaml = 'providers: [{ name: echo }]\nagents: [{ id: main }]\nchannels: { webchat: true }\n';
  writeFileSync(file, withDefaults(`${yaml}bindings: [{ agent: mian, match: { channel: webchat } }]\n`));
  const broken = await route(['--channel', 'webchat', '--peer', '1']);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /gateway\.yaml:4:21: error: bindings\[0\]\.agent: .*did you mean `main`/);
  writeFileSync(file, withDefaults(yaml));
  const elsewhere = await route(['--channel', 'webchta', '--peer', '1']);
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.stderr, /no channel webchta; did you mean `webchat`\?/);
  assert.equal((await route(['--channel', 'webchat'])).code, 2);
  const plain = await route(['--channel', 'webchat', '--peer', '1']);
  assert.equal(plain.stdout, 'Agent    main\nSession  agent:main:webchat:direct:1\nBy       default agent\n', plain.stderr);
  home.remove();
});
