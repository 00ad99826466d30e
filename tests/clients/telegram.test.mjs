// The real gateway as a Telegram bot, against the fake that grammY works against: how people are answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cli } from '../support/gateway.mjs';
import { startHeldModel } from '../support/held_model.mjs';
import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { TelegramServer } from '../support/telegram_server.mjs';

const group = { id: -100, type: 'group', title: 'A group' };
const supergroup = { id: -1005, type: 'supergroup', title: 'A forum', is_forum: true };
const mention = [{ type: 'mention', offset: 0, length: '@my_bot'.length }];
const command = (text) => [{ type: 'bot_command', offset: 0, length: text.length }];

test('a private message, a caption and a group are answered in their places', async () => {
  await withTelegramGateway({}, async ({ telegram }) => {
    telegram.sendText(7, 'hello');
    assert.equal((await telegram.waitForSent((m) => /hello/.test(m.text))).chat.id, 7);
    telegram.sendMedia(7, 'photo', Buffer.from([0xff, 0xd8, 0xff, 0xd9]), { caption: 'under a picture', mime: 'image/jpeg' });
    assert.equal((await telegram.waitForSent((m) => /under a picture/.test(m.text))).chat.id, 7);
    const { message } = telegram.sendText(7, '@my_bot in the group', { chat: group, entities: mention });
    const answer = await telegram.waitForSent((m) => /in the group/.test(m.text));
    assert.equal(answer.chat.id, group.id);
    assert.equal(answer.params.reply_parameters.message_id, message.message_id);
  });
});

test('a topic is answered in the topic, the General topic without one', async () => {
  await withTelegramGateway({}, async ({ telegram }) => {
    telegram.sendText(7, '@my_bot in topic five', { chat: supergroup, threadId: 5, entities: mention });
    const inTopic = await telegram.waitForSent((m) => /in topic five/.test(m.text));
    assert.deepEqual([inTopic.chat.id, inTopic.params.message_thread_id], [supergroup.id, 5]);
    telegram.sendText(7, '@my_bot in General', { chat: supergroup, entities: mention });
    const inGeneral = await telegram.waitForSent((m) => /in General/.test(m.text));
    assert.deepEqual([inGeneral.chat.id, inGeneral.params.message_thread_id], [supergroup.id, undefined]);
  });
});

test('in a group only mentions, replies to the bot and its commands are answered', async () => {
  await withTelegramGateway({}, async ({ telegram }) => {
    telegram.sendText(7, 'nobody asked', { chat: group });
    telegram.sendText(7, '@my_bot mentioned', { chat: group, entities: mention });
    const first = await telegram.waitForSent((m) => /mentioned/.test(m.text));
    const someone = telegram.sendText(8, 'between people', { chat: group }).message;
    telegram.sendText(7, 'said to a person', { chat: group, replyTo: someone });
    telegram.sendText(7, 'said to the bot', { chat: group, replyTo: first });
    await telegram.waitForSent((m) => /said to the bot/.test(m.text));
    telegram.sendText(7, '/echo@other_bot elsewhere', { chat: group, entities: command('/echo@other_bot') });
    telegram.sendText(7, '/echo@my_bot commanded', { chat: group, entities: command('/echo@my_bot') });
    await telegram.waitForSent((m) => /commanded/.test(m.text));
    for (const silent of [/nobody asked/, /between people/, /said to a person/, /elsewhere/]) {
      assert.ok(!telegram.sent.some((m) => silent.test(m.text)), `${silent} was answered`);
    }
    assert.equal(telegram.sent.length, 3);
  });
});

test('with requireMention off, everything in a group is answered', async () => {
  await withTelegramGateway({ keys: ', requireMention: false' }, async ({ telegram }) => {
    telegram.sendText(7, 'nobody asked', { chat: group });
    assert.equal((await telegram.waitForSent((m) => /nobody asked/.test(m.text))).chat.id, group.id);
  });
});

test('a stranger gets a code, and after `openclaw pairing approve` an answer', async () => {
  await withTelegramGateway({ policy: 'dmPolicy: pairing' }, async ({ telegram, home }) => {
    telegram.sendText(7, 'let me in');
    const notice = await telegram.waitForSent(1);
    assert.doesNotMatch(notice.text, /let me in/);
    const [, code] = /pairing approve telegram ([A-HJ-NP-Z2-9]{8})/.exec(notice.text);
    telegram.sendText(8, 'me too');
    await telegram.waitForSent(2);
    const approved = await cli(['pairing', 'approve', 'telegram', code], { home: home.dir });
    assert.equal(approved.code, 0, approved.stderr);
    telegram.sendText(8, 'still a stranger');
    telegram.sendText(7, 'known now');
    await telegram.waitForSent((m) => m.chat.id === 7 && /known now/.test(m.text));
    assert.ok(!telegram.sent.some((m) => /still a stranger|let me in/.test(m.text)));
  });
});

test('a group that became a supergroup is answered at its new id, later too, and after a restart', async () => {
  await withTelegramGateway({}, async ({ gateway, telegram, restart }) => {
    const moved = -1007;
    const ask = async (text) => {
      telegram.sendText(7, `@my_bot ${text}`, { chat: group, entities: mention });
      assert.equal((await telegram.waitForSent((m) => m.text.includes(text))).chat.id, moved);
    };
    const toOld = () => telegram.calls.filter((c) => c.method === 'sendMessage' && Number(c.params.chat_id) === group.id);
    telegram.addChat(group);
    telegram.migrateChat(group.id, moved);
    await ask('at the move');
    assert.equal(toOld().length, 1);
    await ask('after the move');
    await gateway.stop({ keepHome: true });
    await restart();
    await ask('after the restart');
    assert.equal(toOld().length, 1, 'the old id was asked again');
    assert.equal(telegram.sent.length, 3);
  });
});

test('two accounts each answer with their own token', async () => {
  const work = await new TelegramServer({ token: '43:WORK-token', username: 'work_bot', conflictDelayMs: 0 }).start();
  const keys = `, accounts: { work: { botToken: "${work.token}", apiRoot: "${work.apiRoot}", dmPolicy: open, allowFrom: ["*"] } }`;
  try {
    await withTelegramGateway({ keys, canaries: ['WORK-token'] }, async ({ telegram }) => {
      work.sendText(7, 'to the work bot');
      await work.waitForSent((m) => /to the work bot/.test(m.text));
      telegram.sendText(7, 'to the first bot');
      await telegram.waitForSent((m) => /to the first bot/.test(m.text));
      assert.deepEqual([telegram.sent.length, work.sent.length], [1, 1]);
    });
  } finally {
    await work.stop();
  }
});

test('a slow answer is shown as typing and as a growing draft, and both end with it', async () => {
  const model = await startHeldModel();
  try {
    await withTelegramGateway({ model }, async ({ telegram }) => {
      const typing = (chat) => (p) => Number(p.chat_id) === chat && p.action === 'typing';
      telegram.sendText(7, 'tell me');
      await telegram.waitForCall('sendChatAction', typing(7));
      await telegram.waitForCall('sendMessageDraft', (p) => Number(p.chat_id) === 7 && /The beginning,/.test(p.text));
      assert.equal(telegram.sent.length, 0);
      await telegram.waitForCall('sendChatAction', typing(7), { n: 2, timeoutMs: 20_000 });
      model.release('and the end.');
      assert.equal((await telegram.waitForSent(1)).text, 'The beginning, and the end.');
      const shown = () => [telegram.actions.filter(typing(7)).length, telegram.drafts.filter((d) => Number(d.chat_id) === 7).length];
      const atTheEnd = shown();
      assert.equal(new Set(telegram.drafts.map((d) => d.draft_id)).size, 1);
      // Someone else's second "typing" proves that the time in which this chat's next one was due has passed.
      telegram.sendText(8, 'and me');
      await telegram.waitForCall('sendChatAction', typing(8), { n: 2, timeoutMs: 20_000 });
      assert.deepEqual(shown(), atTheEnd);
      model.release('again.');
      await telegram.waitForSent(2);
    });
  } finally {
    model.stop();
  }
});

test('a group sees typing and no draft', async () => {
  const model = await startHeldModel();
  try {
    await withTelegramGateway({ model }, async ({ telegram }) => {
      telegram.sendText(7, '@my_bot tell us', { chat: group, entities: mention });
      await telegram.waitForCall('sendChatAction', (p) => Number(p.chat_id) === group.id);
      await model.asked(1);
      model.release('done.');
      await telegram.waitForSent((m) => m.text === 'The beginning, done.');
      assert.deepEqual(telegram.drafts, []);
    });
  } finally {
    model.stop();
  }
});
