// The IRC channel on a network with services: it logs in by SASL, and knows people by their accounts.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { ServicesNetwork, isInstalled } from '../support/irc/services_network.mjs';

const options = { skip: isInstalled() ? false : 'inspircd and atheme-services are not installed' };
const running = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function startNetwork() {
  const network = await ServicesNetwork.start();
  running.push(() => network.stop());
  return network;
}

async function person(joining) {
  const client = await joining;
  running.push(() => client.socket.destroy());
  return client;
}

async function gatewayOn(network, keys) {
  const gateway = await startGateway({
    config: `providers: [{ name: echo }]
queue: { mode: followup, debounceMs: 0 }
channels:
  irc:
    server: "${network.url}"
    nick: gateway
    channels: ["#room"]
    groups: ["#room"]
    ${keys}
`,
  });
  running.push(() => gateway.stop());
  return gateway;
}

const stateOf = (state) => (health) => health.channels.irc === state;
const login = (password) => `saslUser: gateway\n    password: "${password}"`;

test('it logs in to its account before it is there, and answers', options, async () => {
  const network = await startNetwork();
  const owner = await network.joinWithAccount('gateway', 'right-password');
  await owner.quit();
  const gateway = await gatewayOn(network, login('right-password'));
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(IrcClient.join(network.port, 'ada', { rooms: ['#room'] }));
  ada.send('WHOIS gateway');
  assert.equal((await ada.until((l) => l.command === '330')).params[2], 'gateway', 'the account it is logged in to');
  ada.say('#room', 'gateway: hello there');
  assert.equal((await ada.hears('gateway', '#room')).params[1], 'ada: hello there');
});

test('a wrong password of the account fails the channel, names the keys and is shown nowhere', options, async () => {
  const network = await startNetwork();
  const owner = await network.joinWithAccount('gateway', 'right-password');
  await owner.quit();
  const gateway = await gatewayOn(network, login('wrong-password'));
  const health = await healthUntil(gateway, stateOf('failed'));
  assert.match(health.details.irc.reason, /channels\.irc\.password or saslUser was refused by 127\.0\.0\.1:\d+ \(/);
  const encoded = Buffer.from('\0gateway\0wrong-password').toString('base64');
  for (const secret of ['wrong-password', encoded]) assert.ok(!(gateway.output + JSON.stringify(health)).includes(secret));
  network.witness.send('ISON gateway gateway_');
  assert.equal((await network.witness.until((l) => l.command === '303')).params.at(-1), '', 'it is there without its account');
});

test('people are known by their accounts, through every nick; who has none is not heard', options, async () => {
  const network = await startNetwork();
  const gateway = await gatewayOn(network, 'requireAccount: true\n    dmPolicy: allowlist\n    allowFrom: ["account:ada"]');
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(network.joinWithAccount('ada', 'a-password'));
  ada.say('gateway', 'it is me');
  assert.equal((await ada.hears('gateway', 'ada')).params[1], 'it is me');
  ada.send('NICK lovelace');
  await ada.until((l) => l.command === 'NICK');
  const eve = await person(IrcClient.join(network.port, 'ada'));
  eve.say('gateway', 'no, me');
  ada.say('gateway', 'still me');
  assert.equal((await ada.hears('gateway', 'lovelace')).params[1], 'still me');
  assert.ok(!eve.lines.some((l) => l.nick === 'gateway'), 'a nick without the account was answered');
});

test('while the services are away it waits for them, and does not come without its account', options, async () => {
  const network = await startNetwork();
  const owner = await network.joinWithAccount('gateway', 'right-password');
  await owner.quit();
  await network.haltServices();
  const gateway = await gatewayOn(network, login('right-password'));
  const health = await healthUntil(gateway, stateOf('degraded'));
  assert.match(health.details.irc.reason, /offers no login \(SASL\) now: when that stays, remove channels\.irc\.saslUser/);
  await network.runServices();
  await healthUntil(gateway, stateOf('connected'), { timeout: 60_000 });
  network.witness.send('WHOIS gateway');
  assert.equal((await network.witness.until((l) => l.command === '330')).params[2], 'gateway');
});
