// discord.js, the official-grade client, and one with nothing between, before a fake Discord of each test's own.
import { afterEach, beforeEach } from 'node:test';

import { Client, Events, GatewayIntentBits, Partials, REST } from 'discord.js';
import WebSocket from 'ws';

import { DiscordServer } from '../discord_server.mjs';

export let server;
/** What ends with the test: functions. */
export const running = [];

beforeEach(async () => {
  server = await new DiscordServer().start();
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await server.stop();
});

export function makeClient(intentBits = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent]) {
  const client = new Client({ intents: intentBits, partials: [Partials.Channel], rest: { api: server.apiRoot, retries: 0 } });
  client.on(Events.Error, () => {});
  running.push(() => client.destroy());
  return client;
}

export const seen = (client, event, predicate = () => true) => new Promise((resolve) => {
  client.on(event, (value) => predicate(value) && resolve(value));
});

export async function loggedIn(client = makeClient()) {
  const ready = seen(client, Events.ClientReady);
  await client.login(server.token);
  await ready;
  return client;
}

/** What the fake found wrong so far, for who meant to do wrong. */
export const problems = () => server.violations.splice(0).flatMap((v) => v.problems);

export const rest = () => new REST({ api: server.apiRoot, retries: 0 }).setToken(server.token);

/** A gateway client with nothing between: the payloads that come, and a way to send. */
export async function rawClient(query = 'v=10&encoding=json') {
  const ws = new WebSocket(`${server.gatewayUrl}?${query}`);
  running.push(() => ws.terminate());
  const payloads = [];
  const waiting = [];
  const closed = new Promise((resolve) => ws.on('close', resolve));
  ws.on('message', (data) => {
    payloads.push(JSON.parse(data));
    for (const check of [...waiting]) check();
  });
  const next = (predicate) => new Promise((resolve) => {
    const check = () => {
      const found = payloads.find(predicate);
      if (!found) return;
      waiting.splice(waiting.indexOf(check), 1);
      resolve(found);
    };
    waiting.push(check);
    check();
  });
  await next((p) => p.op === 10);
  const identify = (intents = 37377) => ws.send(JSON.stringify({ op: 2, d: { token: server.token, intents, properties: {} } }));
  return { ws, payloads, next, closed, identify, send: (payload) => ws.send(JSON.stringify(payload)) };
}
