// What `gateway validate` and a start say about a configuration with the plugins that are really installed.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { DiscordServer } from '../support/discord_server.mjs';
import { build, cli, healthUntil, makeHome, outputUntil, startGateway, withDefaults } from '../support/gateway.mjs';
import { askWebchat } from '../support/webchat.mjs';

let home;
before(() => { home = makeHome(); });
after(() => home.remove());

/** {code, stdout, and the findings without the file's name}. */
async function validate(yaml, { env = {}, mode = 0o600 } = {}) {
  const file = path.join(home.dir, 'gateway.yaml');
  writeFileSync(file, withDefaults(yaml));
  chmodSync(file, mode);
  const { code, stdout, stderr } = await cli(['gateway', 'validate', '--config', file], { home: home.dir, env });
  return { code, stdout, findings: stderr.replaceAll(file + ':', '').trim().split('\n').filter(Boolean) };
}

for (const [name, variable] of [['openai', 'OPENAI_API_KEY'], ['anthropic', 'ANTHROPIC_API_KEY']]) {
  test(`${name} without a key keeps the gateway from starting, unless its server is another`, async () => {
    const without = await validate(`providers:\n  - name: ${name}\n    model: m\n`);
    assert.equal(without.code, 1);
    assert.deepEqual(without.findings, [
      '1:1: error: providers: no provider can be used; the warnings say what each one lacks',
      `2:5: warning: providers[0].apiKey: is absent, and ${variable} is not set; the provider ${name} will be failed until it is`,
    ]);
    const fine = { code: 0, findings: [] };
    for (const [lines, env] of [['', { [variable]: 'k' }], ['\n    baseUrl: http://127.0.0.1:1', {}]]) {
      const { code, findings } = await validate(`providers:\n  - name: ${name}\n    model: m${lines}\n`, { env });
      assert.deepEqual({ code, findings }, fine);
    }
    const empty = await validate(`providers:\n  - {name: ${name}, model: m, apiKey: ""}\n  - name: echo\n`);
    assert.equal(empty.code, 0);
    assert.equal(empty.findings.length, 1);
    assert.match(empty.findings[0], /warning: providers\[0\]\.apiKey: is empty, but required/);
    const modelless = await validate(`providers: [{name: ${name}, apiKey: k}]\n`);
    assert.deepEqual(modelless.findings, [
      `1:13: warning: providers[0].model: is absent, so the provider ${name} cannot answer for the agent main; add it`]);
  });
}

test("telegram's webhook needs its secret: without it that channel fails, and the others run", async () => {
  const yaml = 'providers: [{name: echo}]\nchannels:\n  telegram: {botToken: "1:a", mode: webhook}\n';
  const { code, findings } = await validate(yaml);
  assert.equal(code, 0);
  const missing = 'channels.telegram.webhookSecret: is required while mode is webhook, but absent; add it';
  assert.deepEqual(findings, [`3:3: warning: ${missing}; the channel telegram will be failed until it is there`]);
  const gateway = await startGateway({ args: ['--dev'], config: yaml });
  const { channels, details } = await gateway.health();
  assert.equal(channels.telegram, 'failed');
  assert.equal(details.telegram.reason, missing);
  assert.equal(channels.webchat, 'connected');
  await gateway.stop();
  assert.equal((await validate(yaml.replace('webhook}', 'webhook, webhookSecret: abc}'))).code, 0);
});

test('whatsapp without its app secret is warned of, because nothing is received', async () => {
  const yaml = 'providers: [{name: echo}]\nchannels:\n  whatsapp: {token: EAAB-test}\n';
  const { code, findings } = await validate(yaml);
  assert.equal(code, 0);
  assert.deepEqual(findings, [
    '3:3: warning: channels.whatsapp.appSecret: is absent, and WHATSAPP_APP_SECRET is not set; no message is accepted until it is there']);
  for (const [more, env] of [['', { WHATSAPP_APP_SECRET: 'a-secret' }], [', appSecret: a-secret', {}]]) {
    assert.deepEqual((await validate(yaml.replace('EAAB-test', `EAAB-test${more}`), { env })).findings, []);
  }
});

test('a channel whose variable is not set is failed and named, and the others take and answer messages', async () => {
  const discord = await new DiscordServer().start();
  const config = `providers: [{ name: echo }]
queue: { debounceMs: 0 }
channels:
  telegram: { botToken: "\${TELEGRAM_BOT_TOKEN}" }
  discord: { botToken: "${discord.token}", apiRoot: "${discord.apiRoot}", dmPolicy: open, allowFrom: ["*"] }
  webchat: { dmPolicy: open, allowFrom: ["*"] }
`;
  const { code, findings } = await validate(config);
  assert.equal(code, 0);
  assert.deepEqual(findings, [
    '4:25: warning: channels.telegram.botToken: TELEGRAM_BOT_TOKEN is not set; the channel telegram will be failed until it is']);
  const gateway = await startGateway({ config });
  const health = await healthUntil(gateway, (h) => h.channels.discord === 'connected' && h.channels.webchat === 'connected');
  assert.equal(health.channels.telegram, 'failed');
  assert.equal(health.details.telegram.reason, 'channels.telegram.botToken: TELEGRAM_BOT_TOKEN is not set');
  discord.sendText(7, 'hello');
  assert.match((await discord.waitForSent()).content, /hello/);
  assert.match(await askWebchat(gateway, 'are you there'), /are you there/);
  await gateway.stop();
  await discord.stop();
});

test('a plugin file or folder that is of no use is named, and logged at the start', async () => {
  const file = path.join(home.dir, 'shout.so');
  copyFileSync(path.join(build, 'lib/openclaw/plugins/providers/echo.so'), file);
  chmodSync(file, 0o666);
  const yaml = `providers: [{name: echo}]\nplugins:\n  directories: [/nowhere]\n  load: [/nope.so, ${file}]\n`;
  const { code, findings } = await validate(yaml);
  assert.equal(code, 0);
  assert.equal(findings.length, 3);
  assert.match(findings[0], /^3:17: warning: plugins\.directories\[0\]: there is no such folder/);
  assert.match(findings[1], /^4:10: warning: plugins\.load\[0\]: cannot be used: nope\.so: .*No such file/);
  assert.match(findings[2], /^4:20: warning: plugins\.load\[1\]: cannot be used: shout\.so: anybody may write to .*chmod o-w/);

  const gateway = await startGateway({ config: yaml });
  await outputUntil(gateway, /plugin\.refused .*nope\.so/);
  await outputUntil(gateway, /plugin\.refused .*shout\.so: anybody may write/);
  await outputUntil(gateway, /plugin\.folder_missing .*\/nowhere/);
  await gateway.stop();
});

test('a bad variable is blamed on no file that does not exist', async () => {
  const empty = makeHome();
  const { code, stdout, stderr } = await cli(['gateway', 'validate', '--dev'], { home: empty.dir, env: { OPENCLAW_PORT: 'http' } });
  assert.equal(code, 1);
  assert.equal(stderr, 'error: server.port: the environment variable OPENCLAW_PORT must be a whole number from 0 to 65535\n');
  assert.doesNotMatch(stdout, /gateway\.yaml/);
  empty.remove();
});

test('a secret in a file that others may read is warned of', async () => {
  const { code, findings, stdout } = await validate('providers: [{name: echo}]\n', { mode: 0o644 });
  assert.equal(code, 0);
  assert.equal(findings.length, 1);
  assert.match(findings[0], /warning: readable by others and holds a secret; run chmod 600 on it/);
  assert.match(stdout, /: no mistake found, 1 warning/);
});
