// Who may write directly, through each platform: those on the list, or nobody. Pairing and open are in each channel's own file.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withDiscordGateway } from '../support/discord/running_gateway.mjs';
import { healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { Ngircd } from '../support/irc/ngircd.mjs';
import { counter } from '../support/ledger.mjs';
import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';

/**
 * Each: `friend` and `stranger` as the platform names people, `with({policy}, body)` where the body gets {gateway, say, heard}:
 * `say(person, text)` directly, `heard()` is all that the gateway ever said there, [person, text], `settled(text)` waits for an
 * answer with that text. `group(person, text)` says it where a policy for groups lets it in; absent: the platform has no groups.
 */
const platforms = {
  telegram: {
    friend: 7, stranger: 8,
    with: (options, body) => withTelegramGateway(options, async ({ gateway, telegram }) => body({
      gateway,
      say: (person, text) => telegram.sendText(person, text),
      group: (person, text) => telegram.sendText(person, `@my_bot ${text}`,
        { chat: { id: -100, type: 'group', title: 'A group' }, entities: [{ type: 'mention', offset: 0, length: 7 }] }),
      heard: () => telegram.sent.map((m) => [m.chat.id, m.text]),
      settled: (text) => telegram.waitForSent((m) => m.text.includes(text)),
    })),
  },
  discord: {
    friend: 7, stranger: 8,
    with: (options, body) => withDiscordGateway(options, async ({ gateway, discord }) => {
      const channel = discord.guildChannel();
      const people = new Map([7, 8].map((id) => [discord.dmChannel(discord.addUser(id)).id, id]));
      await body({
        gateway,
        say: (person, text) => discord.sendText(person, text),
        group: (person, text) => discord.sendText(person, text, { channel, mention: true }),
        heard: () => discord.sent.map((m) => [people.get(m.channel_id) ?? -100, m.content]),
        settled: (text) => discord.waitForSent((m) => m.content.includes(text)),
      });
    }),
  },
  whatsapp: {
    friend: '16505551234', stranger: '16505559999',
    with: (options, body) => withWhatsAppGateway({ ...options, answer: (r) => r.messages.at(-1).content }, async ({ gateway, meta }) => body({
      gateway,
      say: (person, text) => meta.sendText(person, text),
      heard: () => meta.sent.map((m) => [m.to, m.text]),
      settled: (text) => meta.waitForSent((m) => m.text.includes(text)),
    })),
  },
  irc: {
    friend: 'ada', stranger: 'eve',
    async with({ policy }, body) {
      const server = await Ngircd.start();
      const people = {};
      let gateway;
      try {
        for (const nick of ['ada', 'eve']) people[nick] = await IrcClient.join(server.port, nick, { rooms: ['#room'] });
        gateway = await startGateway({
          config: `providers: [{ name: echo }]
queue: { debounceMs: 0 }
channels:
  irc: { server: "${server.url}", nick: gateway, channels: ["#room"], ${policy} }
`,
        });
        await healthUntil(gateway, (h) => h.channels.irc === 'connected');
        const lines = (nick) => people[nick].lines.filter((l) => l.command === 'PRIVMSG' && l.nick === 'gateway');
        await body({
          gateway,
          say: (person, text) => people[person].say('gateway', text),
          group: (person, text) => people[person].say('#room', `gateway: ${text}`),
          heard: () => Object.keys(people).flatMap((nick) => lines(nick).map((l) => [l.params[0] === '#room' ? -100 : nick, l.params[1]])),
          settled: (text) => people.ada.until((l) => l.command === 'PRIVMSG' && l.params[1].includes(text)),
        });
      } finally {
        await gateway?.stop();
        for (const client of Object.values(people)) client.socket.destroy();
        await server.stop();
      }
    },
  },
};

const refused = (gateway, channel) => counter(gateway, 'openclaw_messages_total', { channel, outcome: 'refused' });

for (const [channel, platform] of Object.entries(platforms)) {
  const identity = channel === 'irc' ? 'ada!~ada@127.0.0.1' : platform.friend;

  test(`${channel}: with dmPolicy allowlist who is listed is answered, and nobody else hears a word`, async () => {
    await platform.with({ policy: `dmPolicy: allowlist, allowFrom: ["${identity}"]` }, async ({ gateway, say, heard, settled }) => {
      await say(platform.stranger, 'let me in');
      await healthUntil(gateway, async () => await refused(gateway, channel) === 1);
      await say(platform.friend, 'it is me');
      await settled('it is me');
      const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
      assert.deepEqual([ledger.accepted, heard().map(([person]) => person)], [1, [platform.friend]]);
    });
  });

  test(`${channel}: with dmPolicy disabled nobody is answered directly, though the list has them`, async () => {
    const groups = channel === 'whatsapp' ? '' : ', groupPolicy: open';
    await platform.with({ policy: `dmPolicy: disabled, allowFrom: ["${identity}"]${groups}` }, async ({ gateway, say, group, heard, settled }) => {
      await say(platform.friend, 'directly');
      await healthUntil(gateway, async () => await refused(gateway, channel) === 1);
      if (group) {
        await group(platform.friend, 'in the open');
        await settled('in the open');
      }
      const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
      assert.equal(ledger.accepted, group ? 1 : 0);
      assert.ok(heard().every(([person]) => person === -100), 'somebody was answered directly');
    });
  });
}
