// Who may write, through each platform: directly by each policy but open, which is in each channel's own file, and in groups.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withDiscordGateway } from '../support/discord/running_gateway.mjs';
import { cli, healthUntil, startGateway } from '../support/gateway.mjs';
import { IrcClient } from '../support/irc/client.mjs';
import { Ngircd } from '../support/irc/ngircd.mjs';
import { counter } from '../support/ledger.mjs';
import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { askWebchat } from '../support/webchat.mjs';
import { withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';

/**
 * Each: `friend` and `stranger` as the platform names people, `with({policy}, body)` where the body gets {gateway, home, say, heard}:
 * `say(person, text)` directly, `heard()` is all that the gateway ever said there, [person, text], `settled(text)` waits for an
 * answer with that text. `group(person, text)` says it in the group `room`, for the bot; `aside` there to nobody; absent: the platform
 * has no groups.
 */
const platforms = {
  telegram: {
    friend: 7, stranger: 8, room: '-100',
    with: (options, body) => withTelegramGateway(options, async ({ gateway, home, telegram }) => body({
      gateway, home: home.dir,
      say: (person, text) => telegram.sendText(person, text),
      group: (person, text) => telegram.sendText(person, `@my_bot ${text}`,
        { chat: { id: -100, type: 'group', title: 'A group' }, entities: [{ type: 'mention', offset: 0, length: 7 }] }),
      aside: (person, text) => telegram.sendText(person, text, { chat: { id: -100, type: 'group', title: 'A group' } }),
      heard: () => telegram.sent.map((m) => [m.chat.id, m.text]),
      settled: (text) => telegram.waitForSent((m) => m.text.includes(text)),
    })),
  },
  discord: {
    friend: 7, stranger: 8, room: '4242',
    with: (options, body) => withDiscordGateway(options, async ({ gateway, home, discord }) => {
      const channel = discord.guildChannel({ id: '4242' });
      const people = new Map([7, 8].map((id) => [discord.dmChannel(discord.addUser(id)).id, id]));
      await body({
        gateway, home: home.dir,
        say: (person, text) => discord.sendText(person, text),
        group: (person, text) => discord.sendText(person, text, { channel, mention: true }),
        aside: (person, text) => discord.sendText(person, text, { channel }),
        heard: () => discord.sent.map((m) => [people.get(m.channel_id) ?? -100, m.content]),
        settled: (text) => discord.waitForSent((m) => m.content.includes(text)),
      });
    }),
  },
  whatsapp: {
    friend: '16505551234', stranger: '16505559999',
    with: (options, body) => withWhatsAppGateway({ ...options, answer: (r) => r.messages.at(-1).content }, async ({ gateway, home, meta }) => body({
      gateway, home: home.dir,
      say: (person, text) => meta.sendText(person, text),
      heard: () => meta.sent.map((m) => [m.to, m.text]),
      settled: (text) => meta.waitForSent((m) => m.text.includes(text)),
    })),
  },
  irc: {
    friend: 'ada', stranger: 'eve', room: '"#room"',
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
        const lines = (nick) => people[nick].lines.filter((l) => l.command === 'PRIVMSG' && l.nick === 'gateway' &&
          (nick === 'ada' || l.params[0] !== '#room')); // what is said in the room both hear
        await body({
          gateway, home: gateway.home.dir,
          say: (person, text) => people[person].say('gateway', text),
          group: (person, text) => people[person].say('#room', `gateway: ${text}`),
          aside: (person, text) => people[person].say('#room', text),
          heard: () => Object.keys(people).flatMap((nick) => lines(nick).map((l) => [l.params[0] === '#room' ? -100 : nick, l.params[1]])),
          settled: (text) => people.ada.until((l) => l.command === 'PRIVMSG' && l.nick === 'gateway' && l.params[1].includes(text)),
        });
      } finally {
        await gateway?.stop();
        for (const client of Object.values(people)) client.socket.destroy();
        await server.stop();
      }
    },
  },
};

const secretsOf = (channel) => (channel === 'whatsapp' ? { WHATSAPP_APP_SECRET: 'secret-of-a-test', WHATSAPP_VERIFY_TOKEN: 'open-sesame-0123456789' } : {});
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

for (const [channel, platform] of Object.entries(platforms)) {
  test(`${channel}: with dmPolicy pairing a stranger gets a code, and once it is approved an answer`, async () => {
    await platform.with({ policy: 'dmPolicy: pairing' }, async ({ gateway, home, say, heard, settled }) => {
      await say(platform.friend, 'let me in');
      await settled('pairing approve');
      // In a room of IRC's lines a command may follow its sentence.
      const [, code] = new RegExp(`pairing approve ${channel} ([A-HJ-NP-Z2-9]{8})`).exec(heard().map(([, text]) => text).join(' '));
      const approved = await cli(['pairing', 'approve', channel, code], { home, env: { OPENCLAW_CONFIG: undefined, ...secretsOf(channel) } });
      assert.equal(approved.code, 0, approved.stderr);
      await say(platform.stranger, 'me too');
      await healthUntil(gateway, async () => await refused(gateway, channel) === 2);
      await say(platform.friend, 'known now');
      await settled('known now');
      const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
      assert.equal(ledger.accepted, 1);
      assert.ok(!heard().some(([, text]) => /let me in|me too/.test(text)));
    });
  });

  if (!platform.room) continue;

  test(`${channel}: a group that is not admitted hears nothing, whoever speaks there`, async () => {
    const policy = `dmPolicy: allowlist, allowFrom: ["${channel === 'irc' ? 'ada!~ada@127.0.0.1' : platform.friend}"], groups: ["elsewhere"]`;
    await platform.with({ policy }, async ({ gateway, say, group, heard, settled }) => {
      await group(platform.friend, 'in the group');
      await healthUntil(gateway, async () => await refused(gateway, channel) === 1);
      await say(platform.friend, 'directly');
      await settled('directly');
      const { ledger } = await healthUntil(gateway, (h) => h.ledger.queued === 0);
      assert.deepEqual([ledger.accepted, heard().map(([person]) => person)], [1, [platform.friend]]);
    });
  });

  for (const [what, keys, wanted] of [['is answered only when it is spoken to', '', ['to the bot']],
    ['with requireMention off is answered to every word', ', requireMention: false', ['to nobody', 'to the bot']]]) {
    test(`${channel}: a group that is admitted ${what}`, async () => {
      await platform.with({ policy: `dmPolicy: disabled, groups: [${platform.room}]${keys}`, top: '' }, async ({ gateway, group, aside, heard, settled }) => {
        await aside(platform.friend, 'to nobody');
        await (wanted.length === 1 ? healthUntil(gateway, async () => await refused(gateway, channel) === 1) : settled('to nobody'));
        await group(platform.friend, 'to the bot');
        await settled('to the bot');
        await healthUntil(gateway, (h) => h.ledger.queued === 0);
        assert.deepEqual(heard().map(([where]) => where), wanted.map(() => -100));
        for (const text of wanted) assert.ok(heard().some(([, said]) => said.includes(text)), text);
      });
    });
  }
}

for (const [policy, allowed] of [['dmPolicy: disabled', false], ['dmPolicy: allowlist, allowFrom: ["somebody-else"]', false],
  ['dmPolicy: open, allowFrom: ["*"]', true]]) {
  test(`webchat: with ${policy} a visitor is ${allowed ? 'answered' : 'refused'}`, async () => {
    const gateway = await startGateway({ config: `providers: [{ name: echo }]\nchannels:\n  webchat: { ${policy} }\n` });
    try {
      await healthUntil(gateway, (h) => h.channels.webchat === 'connected');
      if (allowed) {
        assert.match(await askWebchat(gateway, 'hello there'), /hello there/);
      } else {
        await assert.rejects(askWebchat(gateway, 'hello there', { mayFail: true }), /refused/);
        assert.equal((await gateway.health()).ledger.accepted, 0);
      }
    } finally {
      await gateway.stop();
    }
  });
}
