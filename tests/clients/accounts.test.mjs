// Several accounts of one channel in one gateway: each answers on its own, and one that fails stops no other.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { DiscordServer } from '../support/discord_server.mjs';
import { healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { Ngircd } from '../support/irc/ngircd.mjs';
import { askWebchat } from '../support/webchat.mjs';

const running = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

/** Keeps what is to be stopped after the test, last first. */
async function started(starting, stop = (it) => it.stop()) {
  const it = await starting;
  running.push(() => stop(it));
  return it;
}

const gatewayWith = (channels) => started(startGateway({
  config: `providers: [{ name: echo }]
agents: [{ id: main }, { id: work }]
queue: { debounceMs: 0 }
channels:
${channels}`,
}));
const states = (gateway, wanted) =>
  healthUntil(gateway, (h) => Object.entries(wanted).every(([name, state]) => h.channels[name] === state));

// ---- Discord ------------------------------------------------------------------------------------

const discordAccounts = (first, second) => gatewayWith(`  discord:
    { botToken: "${first.token}", apiRoot: "${first.apiRoot}", dmPolicy: open, allowFrom: ["*"],
      accounts: { work: { botToken: "${second.token}", apiRoot: "${second.apiRoot}", agent: work } } }
`);
const twoDiscords = () => Promise.all(['NDI.first.token', 'NDM.second.token'].map((token, n) =>
  started(new DiscordServer({ token, botId: String(42 + n) }).start())));

test('Discord: two bots are each answered for with their own token, by their own agent', async () => {
  const [first, second] = await twoDiscords();
  const gateway = await discordAccounts(first, second);
  await states(gateway, { discord: 'connected', 'discord/work': 'connected' });
  first.sendText(7, '/status');
  second.sendText(7, '/status');
  assert.match((await first.waitForSent()).content, /^Agent: main\n/);
  assert.match((await second.waitForSent()).content, /^Agent: work\n/);
  for (const [server, other] of [[first, second], [second, first]]) {
    assert.equal(server.sent.length, 1);
    assert.ok(!JSON.stringify(server.calls).includes(other.token), "it was shown the other's token");
    assert.deepEqual(server.gateway.identifies.map((i) => i.token), [server.token]);
  }
});

for (const [which, other] of [[0, 1], [1, 0]]) {
  test(`Discord: a wrong token of account ${which + 1} stops the other account neither now nor later`, async () => {
    const servers = await twoDiscords();
    const names = ['discord', 'discord/work'];
    const { token } = servers[which];
    const starting = discordAccounts(...servers);
    servers[which].token = 'NDQ.another.token';
    const gateway = await starting;
    const { details } = await states(gateway, { [names[which]]: 'failed', [names[other]]: 'connected' });
    assert.match(details[names[which]].reason, which === 0 ? /channels\.discord\.botToken/ : /channels\.discord\.accounts\.work\.botToken/);
    servers[which].sendText(7, 'nobody hears');
    servers[other].sendText(7, 'hello');
    assert.match((await servers[other].waitForSent()).content, /hello/);
    assert.equal(servers[which].sent.length, 0);
    assert.ok(!gateway.output.includes(token));
  });
}

// ---- IRC ----------------------------------------------------------------------------------------

const ircAccounts = (first, second, keys = '') => gatewayWith(`  irc:
    server: "${first.url}"
    nick: gateway
    channels: ["#room"]
    groups: ["#room"]
    ${first.password ? `serverPassword: ${first.password}` : ''}
    accounts:
      work: { server: "${second.url}", nick: worker, agent: work${keys} }
`);

const person = (server) =>
  started(IrcClient.join(server.port, 'ada', { password: server.password, rooms: ['#room'] }), (client) => client.socket.destroy());

async function ask(client, nick, text) {
  client.say('#room', `${nick}: ${text}`);
  return (await client.hears(nick, '#room')).params[1];
}

test('IRC: two networks at once, each with its own nick', async () => {
  const [first, second] = await Promise.all([started(Ngircd.start()), started(Ngircd.start())]);
  const gateway = await ircAccounts(first, second);
  await states(gateway, { irc: 'connected', 'irc/work': 'connected' });
  const [here, there] = [await person(first), await person(second)];
  assert.equal(await ask(here, 'gateway', 'hello'), 'ada: hello');
  assert.equal(await ask(there, 'worker', 'good morning'), 'ada: good morning');
  for (const [client, stranger] of [[here, 'worker'], [there, 'gateway']]) {
    client.send(`ISON ${stranger}`);
    assert.equal((await client.until((l) => l.command === '303')).params.at(-1), '', `${stranger} is on the wrong network`);
  }
});

test('IRC: a wrong password of one network leaves the other alone', async () => {
  const [first, second] = await Promise.all([started(Ngircd.start({ password: 'right' })), started(Ngircd.start({ password: 'other' }))]);
  const gateway = await ircAccounts(first, second, ', serverPassword: wrong-password');
  const { details } = await states(gateway, { irc: 'connected', 'irc/work': 'failed' });
  assert.match(details['irc/work'].reason, /channels\.irc\.accounts\.work\.serverPassword was refused/);
  const ada = await person(first);
  assert.equal(await ask(ada, 'gateway', 'still there?'), 'ada: still there?');
  assert.doesNotMatch(gateway.output, /wrong-password/);
});

test('IRC: while one network is away, the other answers', async () => {
  const [first, second] = await Promise.all([started(Ngircd.start()), started(Ngircd.start())]);
  const gateway = await ircAccounts(first, second);
  await states(gateway, { irc: 'connected', 'irc/work': 'connected' });
  await first.halt();
  await states(gateway, { irc: 'degraded', 'irc/work': 'connected' });
  const ada = await person(second);
  assert.equal(await ask(ada, 'worker', 'and you?'), 'ada: and you?');
});

// ---- webchat ------------------------------------------------------------------------------------

test('webchat: two accounts have their own rules and agents, and know one visitor apart', async () => {
  const gateway = await gatewayWith(`  webchat:
    { dmPolicy: pairing, accounts: { work: { dmPolicy: open, allowFrom: ["*"], agent: work } } }
`);
  await states(gateway, { webchat: 'connected', 'webchat/work': 'connected' });
  assert.match(await askWebchat(gateway, 'let me in'), /pairing approve webchat /);
  assert.match(await askWebchat(gateway, '/status', { account: 'work' }), /^Agent: work\n/);
  assert.match(await askWebchat(gateway, 'hello', { account: 'work', token: 'another-visitor-abcdefghijk' }), /hello/);
});
