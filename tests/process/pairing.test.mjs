// Strangers who ask to be let in, and the operator at the command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli, makeHome, outputUntil, startGateway } from '../support/gateway.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

test('three strangers wait, the operator hears of a fourth, and a dropped request makes room', async () => {
  const telegram = await new TelegramServer({ conflictDelayMs: 0 }).start();
  const home = makeHome();
  const config = `providers: [{ name: echo }]
channels: { telegram: { botToken: "${telegram.token}", apiRoot: "${telegram.apiRoot}" } }
`;
  const gateway = await startGateway({ config, home });
  const run = (...args) => cli(['pairing', ...args], { home: home.dir });
  for (const person of [1, 2, 3]) telegram.sendText(5000 + person, 'let me in');
  await telegram.waitForSent(3);
  await telegram.waitForConfirmed(telegram.sendText(5004, 'let me in'));
  await outputUntil(gateway, /pairing\.full channel=telegram hint=".*openclaw pairing list/);
  assert.equal(telegram.sent.length, 3);

  const dropped = await run('revoke', 'telegram', '5002');
  assert.equal(dropped.stdout, 'Dropped the request of 5002 on telegram; its code is void.\n', dropped.stderr);
  const nobody = await run('revoke', 'telegram', '5002');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /neither is approved nor waits on this channel; `openclaw pairing list` shows who does/);
  telegram.sendText(5004, 'again');
  const notice = await telegram.waitForSent(4);
  assert.equal(notice.chat.id, 5004);
  const [, code] = /pairing approve telegram ([A-HJ-NP-Z2-9]{8})/.exec(notice.text);
  const approved = await run('approve', 'telegram', code);
  assert.equal(approved.code, 0, approved.stderr);
  const revoked = await run('revoke', 'telegram', '5004');
  assert.equal(revoked.stdout, 'Took back the approval of 5004 on telegram.\n', revoked.stderr);

  await gateway.stop({ keepHome: true });
  await telegram.stop();
  home.remove();
});

test('pairing says why it does not know the key when the configuration cannot be read', async () => {
  const key = 'the-key-of-this-gateway-0123';
  const gateway = await startGateway({
    config: 'providers: [{ name: echo }]\nchannels: { webchat: true }\nauth: { apiKey: "${GATE_KEY}" }\n',
    env: { GATE_KEY: key },
  });
  const list = (env) => cli(['pairing', 'list'], { home: gateway.home.dir, env });
  const without = await list({});
  assert.equal(without.code, 1);
  assert.match(without.stderr, /gateway\.yaml:3:17: error: auth\.apiKey: GATE_KEY is not set/);
  assert.match(without.stderr, /set the same variables, or OPENCLAW_API_KEY/);
  for (const env of [{ GATE_KEY: key }, { OPENCLAW_API_KEY: key }]) {
    const shown = await list(env);
    assert.equal(shown.stdout, 'Nobody is waiting.\n', shown.stderr);
  }
  await gateway.stop();
});
