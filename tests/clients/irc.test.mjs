// The IRC channel against a real server.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { cli, healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { Ngircd } from '../support/irc/ngircd.mjs';

const running = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function ircServer(options) {
  const server = await Ngircd.start(options);
  running.push(() => server.stop());
  return server;
}

async function person(server, nick, options = {}) {
  const client = await IrcClient.join(server.port, nick, { password: server.password, ...options });
  running.push(() => client.socket.destroy());
  return client;
}

/** A gateway in #room that answers with the person's own words. */
async function gatewayOn(server, keys = '', policy = '', { url = server.url, env } = {}) {
  const gateway = await startGateway({
    env,
    config: `providers: [{ name: echo }]
queue: { mode: followup, debounceMs: 0 }
channels:
  irc:
    server: "${url}"
    nick: gateway
    channels: ["#room"]
    groups: ["#room"]
    ${keys}
    ${policy}
`,
  });
  running.push(() => gateway.stop());
  return gateway;
}

const stateOf = (state) => (health) => health.channels.irc === state;

test('it joins, and answers who mentions it', async () => {
  const server = await ircServer();
  const gateway = await gatewayOn(server);
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(server, 'ada', { rooms: ['#room'] });
  ada.say('#room', 'good morning');
  ada.say('#room', 'Gateway: hello there');
  const answer = await ada.hears('gateway', '#room');
  assert.equal(answer.params[1], 'ada: hello there', 'and nothing to what was not for it');
});

test("the model's Markdown becomes IRC's own marks, cut and plain where it has none", async () => {
  const server = await ircServer();
  const gateway = await gatewayOn(server);
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(server, 'ada', { rooms: ['#room'] });
  ada.say('#room', 'gateway: **bold** and *slanted*, [a link](https://example.com/a_b), `x_y`');
  const answer = await ada.hears('gateway', '#room');
  assert.equal(answer.params[1],
    'ada: \x02bold\x02 and \x1dslanted\x1d, a link (https://example.com/a_b), x_y');
});

test('a stranger is paired in a direct message, and then answered', async () => {
  const server = await ircServer();
  const gateway = await gatewayOn(server);
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(server, 'ada');
  ada.say('gateway', 'let me in');
  await ada.hears('gateway', 'ada');
  const notice = () => ada.lines.filter((l) => l.command === 'PRIVMSG').map((l) => l.params[1]).join('\n');
  await ada.until(() => /pairing approve irc [A-HJ-NP-Z2-9]{8}/.test(notice()));
  const [, code] = /pairing approve irc ([A-HJ-NP-Z2-9]{8})/.exec(notice());
  const approved = await cli(['pairing', 'approve', 'irc', code], { home: gateway.home.dir });
  assert.equal(approved.code, 0, approved.stderr);
  assert.match(approved.stdout, /ada!~ada@/, 'an identity is a mask, never a nick alone');
  const from = ada.lines.length;
  ada.say('gateway', 'am I in?');
  assert.equal((await ada.hears('gateway', 'ada', { from })).params[1], 'am I in?');

  const impostor = await (async () => {
    await ada.quit();
    const client = await IrcClient.join(server.port, 'eve');
    running.push(() => client.socket.destroy());
    client.send('NICK ada');
    await client.until((l) => l.command === 'NICK');
    return client;
  })();
  impostor.say('gateway', 'it is me');
  // The nick is no proof: a code of its own, and no answer.
  await impostor.until((l) => l.command === 'PRIVMSG' && /pairing approve irc [A-HJ-NP-Z2-9]{8}/.test(l.params[1]));
});

test('a nick that is taken is won back', async () => {
  const server = await ircServer();
  const thief = await person(server, 'gateway', { rooms: ['#room'] });
  const gateway = await gatewayOn(server);
  const health = await healthUntil(gateway, stateOf('degraded'));
  assert.match(health.details.irc.reason, /channels\.irc\.nick is taken: the gateway is gateway_/);
  await thief.until((l) => l.command === 'JOIN' && l.nick === 'gateway_');
  thief.say('#room', 'gateway_: hello');
  assert.equal((await thief.hears('gateway_', '#room')).params[1], 'gateway: hello');
  await thief.quit();
  await healthUntil(gateway, stateOf('connected'));
});

test('a wrong password of the server fails the channel and names the key', async () => {
  const server = await ircServer({ password: 'right' });
  const gateway = await gatewayOn(server, 'serverPassword: wrong-password');
  const health = await healthUntil(gateway, stateOf('failed'));
  assert.match(health.details.irc.reason, /channels\.irc\.serverPassword was refused/);
  assert.doesNotMatch(gateway.output, /wrong-password/);
});

test('the right password of the server lets it in', async () => {
  const server = await ircServer({ password: 'right' });
  await healthUntil(await gatewayOn(server, 'serverPassword: right'), stateOf('connected'));
});

test('over TLS it joins and answers, because the certificate is one that it was given', async () => {
  const server = await ircServer({ certifiedFor: 'localhost', password: 'right' });
  const gateway = await gatewayOn(server, 'serverPassword: right', '', { url: server.tlsUrl, env: { SSL_CERT_FILE: server.certificate } });
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(server, 'ada', { rooms: ['#room'] });
  ada.say('#room', 'gateway: hello there');
  assert.equal((await ada.hears('gateway', '#room')).params[1], 'ada: hello there');
  ada.send('WHOIS gateway');
  await ada.until((l) => l.command === '275', { what: 'WHOIS says that it is there by TLS' });
  assert.doesNotMatch(gateway.output, /password_in_the_clear/);
});

for (const [what, name, trusted] of [['that nobody vouches for', 'localhost', false], ['of another name', 'elsewhere.example', true]]) {
  test(`over TLS a server with a certificate ${what} is refused, and the sentence says so`, async () => {
    const server = await ircServer({ certifiedFor: name });
    const gateway = await gatewayOn(server, '', '', { url: server.tlsUrl, env: trusted ? { SSL_CERT_FILE: server.certificate } : {} });
    const health = await healthUntil(gateway, stateOf('degraded'));
    assert.match(health.details.irc.reason, /localhost:\d+ cannot be reached \(.*certificate.*\)/);
    const ada = await person(server, 'ada');
    ada.send('ISON gateway gateway_');
    assert.equal((await ada.until((l) => l.command === '303')).params.at(-1), '', 'it is there all the same');
  });
}

test('it comes back after the server was restarted', async () => {
  const server = await ircServer();
  const gateway = await gatewayOn(server);
  await healthUntil(gateway, stateOf('connected'));
  await server.halt();
  await healthUntil(gateway, stateOf('degraded'));
  await server.run();
  await healthUntil(gateway, stateOf('connected'), { timeout: 60000 });
  const ada = await person(server, 'ada', { rooms: ['#room'] });
  ada.say('#room', 'gateway: still there?');
  assert.equal((await ada.hears('gateway', '#room')).params[1], 'ada: still there?');
});

test('a room that keeps it silent degrades the state with what to do, until it may speak', async () => {
  const server = await ircServer();
  const ada = await person(server, 'ada', { rooms: ['#room'] }); // the first is the room's operator
  const gateway = await gatewayOn(server);
  await healthUntil(gateway, stateOf('connected'));
  ada.send('MODE #room +m');
  await ada.until((l) => l.command === 'MODE' && l.params[1] === '+m');
  ada.say('#room', 'gateway: in vain');
  const health = await healthUntil(gateway, stateOf('degraded'));
  assert.match(health.details.irc.reason, /may not write in one chat .*: the server refused the message \(404: .*given voice/);
  ada.send('MODE #room +v gateway');
  await ada.until((l) => l.command === 'MODE' && l.params[1] === '+v');
  ada.say('#room', 'gateway: and now?');
  assert.equal((await ada.hears('gateway', '#room')).params[1], 'ada: and now?');
  await healthUntil(gateway, stateOf('connected'));
});

test('a long answer arrives whole, and within the limit of lines', async () => {
  const server = await ircServer();
  const gateway = await gatewayOn(server, 'lineIntervalMs: 500');
  await healthUntil(gateway, stateOf('connected'));
  const ada = await person(server, 'ada', { rooms: ['#room'] });
  const bob = await person(server, 'bob', { rooms: ['#room'] });
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ');
  const said = [];
  for (let i = 0; i < 5; ++i) {
    const asker = i % 2 ? ada : bob;
    asker.say('#room', `gateway: ${i} ${words} end${i}`);
    said.push(`${i} ${words} end${i}`);
  }
  const heard = () => ada.lines.filter((l) => l.command === 'PRIVMSG' && l.nick === 'gateway');
  await ada.until(() => said.every((_, i) => heard().some((l) => l.params[1].includes(`end${i}`))), { timeout: 60000 });
  const whole = heard().map((l) => l.params[1]).join(' ');
  for (const text of said) assert.ok(whole.includes(text), `whole: ${text.slice(0, 40)}`);
  for (const line of heard()) assert.ok(Buffer.byteLength(`${line.text}\r\n`) <= 512, line.text);
  // Burst 5, then one each 500 ms: in any window of 2 s at most 5 + 4 lines (and the PINGs count too).
  const times = heard().map((l) => l.at);
  for (const at of times) assert.ok(times.filter((t) => t >= at && t < at + 2000).length <= 9);
  assert.equal((await gateway.health()).channels.irc, 'connected', 'and was not thrown out for it');
});
