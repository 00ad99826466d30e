// The real gateway and what Telegram does to it: refusals, cuts, limits, a second poller, a kill.
import assert from 'node:assert/strict';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';

import { cli, healthUntil, outputUntil } from '../support/gateway.mjs';
import { startHeldModel } from '../support/held_model.mjs';
import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { errors } from '../support/telegram_server.mjs';
import { askWebchat } from '../support/webchat.mjs';

const state = (health) => health.channels.telegram;
const connected = (gateway) => healthUntil(gateway, (h) => state(h) === 'connected');
const reasonOf = async (gateway, wanted) => (await healthUntil(gateway, (h) => state(h) === wanted)).details.telegram.reason;
const sends = (telegram, chat) => telegram.calls.filter((c) => c.method === 'sendMessage' && Number(c.params.chat_id) === chat);
const saying = (telegram, words) => telegram.sent.filter((m) => m.text.includes(words));
const failpointStatus = 86;

/** A way to the fake that can be closed, so that connecting is refused, and opened at the same address. */
async function startDoor() {
  const door = { target: undefined };
  const sockets = new Set();
  const server = createServer((socket) => {
    const { hostname, port } = new URL(door.target);
    const beyond = connect(Number(port), hostname);
    socket.on('data', (data) => { socket.polls = beyond.polls = data.includes('/getUpdates'); });
    for (const [one, other] of [[socket, beyond], [beyond, socket]]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const listen = async (port) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address();
  door.url = `http://127.0.0.1:${port}`;
  door.open = () => listen(port);
  /** What was open is cut, but for the polls that wait where they are to be kept. */
  door.close = ({ keepPolls = false } = {}) => {
    if (server.listening) server.close();
    for (const socket of sockets) if (!keepPolls || !socket.polls) socket.destroy();
  };
  return door;
}

test('a token that is wrong fails the channel, names the key, and webchat goes on', async () => {
  const more = '  webchat: { dmPolicy: open, allowFrom: ["*"] }\n';
  const prepare = (telegram) => { telegram.token = '42:OTHER-token'; };
  await withTelegramGateway({ more, prepare, until: () => true }, async ({ gateway, telegram }) => {
    assert.match(await reasonOf(gateway, 'failed'), /channels\.telegram\.botToken was refused by Telegram \(401/);
    telegram.sendText(7, 'hello?');
    await healthUntil(gateway, (h) => h.channels.webchat === 'connected');
    assert.match(await askWebchat(gateway, 'are you there'), /are you there/);
    assert.deepEqual([state(await gateway.health()), telegram.calls.length, telegram.sent.length], ['failed', 0, 0]);
  });
});

test('a token revoked while it polls fails the channel with the same sentence', async () => {
  await withTelegramGateway({}, async ({ gateway, telegram }) => {
    telegram.sendText(7, 'before');
    await telegram.waitForSent((m) => /before/.test(m.text));
    telegram.token = '42:OTHER-token';
    telegram.dropConnections();
    assert.match(await reasonOf(gateway, 'failed'), /channels\.telegram\.botToken was refused by Telegram \(401/);
  });
});

test('who blocked the bot makes a dead reply at once, which is listed and not tried again', async () => {
  await withTelegramGateway({}, async ({ gateway, telegram, home }) => {
    telegram.addChat({ id: 7, type: 'private', first_name: 'User 7' });
    telegram.failChat(7, errors.blocked);
    telegram.sendText(7, 'private matter');
    await healthUntil(gateway, (h) => h.dead.deadReplies === 1 && h.ledger.queued === 0);
    telegram.sendText(8, 'other');
    await telegram.waitForSent((m) => /other/.test(m.text));
    assert.equal(sends(telegram, 7).length, 1);
    const { stdout } = await cli(['dead', 'list'], { home: home.dir });
    assert.match(stdout, /dead reply, telegram chat 7/);
    assert.match(stdout, /403: Forbidden: bot was blocked by the user/);
    assert.doesNotMatch(stdout, /private matter/);
  });
});

test('a group that shuts the bot out degrades the state with what to do; others go on, and it passes', async () => {
  const group = { id: -1005, type: 'supergroup', title: 'A group' };
  const mention = [{ type: 'mention', offset: 0, length: 7 }];
  await withTelegramGateway({}, async ({ gateway, telegram }) => {
    telegram.addChat(group);
    telegram.failChat(group.id, errors.kicked);
    telegram.sendText(7, '@my_bot in vain', { chat: group, entities: mention });
    const reason = await reasonOf(gateway, 'degraded');
    assert.match(reason, /may not write in one chat .*: Telegram refused the message \(403: Forbidden: bot was kicked/);
    assert.match(reason, /add the bot to the group again/);
    telegram.sendText(8, 'elsewhere');
    await telegram.waitForSent((m) => /elsewhere/.test(m.text));
    const told = await healthUntil(gateway, (h) => h.dead.deadReplies === 1 && h.ledger.queued === 0);
    assert.equal(state(told), 'degraded', 'that another chat is open hides nothing');
    telegram.failChat(group.id, undefined);
    telegram.sendText(7, '@my_bot let in', { chat: group, entities: mention });
    await telegram.waitForSent((m) => /let in/.test(m.text));
    await connected(gateway);
  });
});

test('a second poller is yielded to, said, and nothing is lost when it goes', async () => {
  await withTelegramGateway({}, async ({ gateway, telegram }) => {
    await telegram.waitForCall('getUpdates', (p) => p.timeout > 0); // one that waits, for the other to end
    const since = performance.now();
    const rival = new AbortController();
    const stolen = fetch(`${telegram.apiRoot}/bot${telegram.token}/getUpdates?timeout=50`, { signal: rival.signal }).then((r) => r.json());
    const reason = await reasonOf(gateway, 'degraded');
    assert.match(reason, /another program polls with the same bot token \(409\)/);
    const polls = telegram.calls.filter((c) => c.method === 'getUpdates').length;
    const { update_id: id } = telegram.sendText(7, 'in between');
    assert.deepEqual((await stolen).result.map((u) => u.update_id), [id], 'the other one got it');
    rival.abort();
    await telegram.waitForSent((m) => /in between/.test(m.text), { timeoutMs: 20_000 });
    await telegram.waitForCall('getUpdates', undefined, { n: polls + 1 });
    assert.ok(performance.now() - since > 2000, 'it did not yield');
    await connected(gateway);
    telegram.sendText(7, 'afterwards');
    await telegram.waitForSent((m) => /afterwards/.test(m.text));
    assert.deepEqual([saying(telegram, 'in between').length, saying(telegram, 'afterwards').length], [1, 1]);
  });
});

test('a webhook that is set elsewhere is said with what to do, and polling begins when it is gone', async () => {
  const prepare = (telegram) => { telegram.webhookUrl = 'https://elsewhere.example/hook'; };
  await withTelegramGateway({ prepare, until: (h) => state(h) === 'degraded' }, async ({ gateway, telegram }) => {
    assert.match(await reasonOf(gateway, 'degraded'),
      /a webhook is set.*\(409\): set channels\.telegram\.mode to webhook, or .*deleteWebhook/);
    assert.ok(!telegram.calls.some((c) => c.method === 'deleteWebhook'), 'it took away what others may need');
    telegram.webhookUrl = '';
    telegram.sendText(7, 'now');
    await telegram.waitForSent((m) => /now/.test(m.text), { timeoutMs: 20_000 });
    await connected(gateway);
  });
});

test('a 429 holds that chat as long as Telegram says, others go on, and each is sent once and in order', async () => {
  await withTelegramGateway({}, async ({ telegram }) => {
    telegram.inject({ method: 'sendMessage', error: errors.flood(3) });
    telegram.sendText(7, 'first');
    await telegram.waitForCall('sendMessage');
    const refused = performance.now();
    telegram.sendText(7, 'second');
    telegram.sendText(8, 'elsewhere');
    await telegram.waitForSent((m) => m.chat.id === 8);
    assert.equal(sends(telegram, 7).length, 1, 'the chat was not held');
    await telegram.waitForCall('sendMessage', (p) => Number(p.chat_id) === 7, { n: 2 });
    assert.ok(performance.now() - refused >= 2990, 'sent before the time was over');
    await telegram.waitForSent(3);
    assert.deepEqual(telegram.sent.map((m) => m.chat.id), [8, 7, 7]);
    assert.match(telegram.sent[1].text, /first/);
    assert.match(telegram.sent[2].text, /second/);
    assert.equal(sends(telegram, 7).length, 3);
  });
});

for (const [what, trouble, arrived] of [['a 500 at a send', { error: errors.restart }, 0],
  ['a cut before the effect of a send', { cut: 'before' }, 0], ['a cut after the effect of a send', { cut: 'after' }, 1]]) {
  test(`${what} is unknown: not repeated, listed, and sent by \`openclaw dead retry\``, async () => {
    await withTelegramGateway({}, async ({ gateway, telegram, home, restart }) => {
      telegram.inject({ method: 'sendMessage', ...trouble });
      telegram.sendText(7, 'in doubt');
      await healthUntil(gateway, (h) => h.dead.unknownReplies === 1);
      telegram.sendText(7, 'the next');
      await telegram.waitForSent((m) => /the next/.test(m.text));
      await gateway.stop({ keepHome: true });
      await restart();
      telegram.sendText(7, 'the last');
      await telegram.waitForSent((m) => /the last/.test(m.text));
      assert.equal(saying(telegram, 'in doubt').length, arrived);
      assert.equal(sends(telegram, 7).length, 3);
      const { stdout } = await cli(['dead', 'list'], { home: home.dir });
      const [, id] = /^(r\d+) {2}unknown reply, telegram chat 7/m.exec(stdout);
      const retried = await cli(['dead', 'retry', id], { home: home.dir });
      assert.equal(retried.code, 0, retried.stderr);
      await telegram.waitForSent(arrived + 3);
      assert.equal(saying(telegram, 'in doubt').length, arrived + 1);
    });
  });
}

for (const [what, cut, seen] of [
  ['a connection that is refused at a send', 'others', (gateway) => outputUntil(gateway, /delivery\.send_failed/)],
  ['an answer that is ready while Telegram is away', 'all',
    (gateway) => healthUntil(gateway, (h) => state(h) === 'connecting' && h.ledger.answered === 1)],
]) {
  test(`${what}: nothing is in doubt, and it is sent once when Telegram is back`, async () => {
    const door = await startDoor();
    const model = await startHeldModel();
    try {
      const prepare = (telegram) => { door.target = telegram.apiRoot; };
      await withTelegramGateway({ model, prepare, apiRoot: door.url }, async ({ gateway, telegram }) => {
        telegram.sendText(7, 'hello');
        await model.asked(1);
        await telegram.waitForCall('sendMessageDraft');
        door.close({ keepPolls: cut === 'others' });
        model.release('and the end.');
        await seen(gateway);
        assert.equal(sends(telegram, 7).length, 0);
        await door.open();
        assert.equal((await telegram.waitForSent(1, { timeoutMs: 30_000 })).text, 'The beginning, and the end.');
        telegram.sendText(7, 'and now?');
        await model.asked(2);
        model.release('the last.');
        await telegram.waitForSent(2, { timeoutMs: 30_000 });
        assert.equal(sends(telegram, 7).length, 2);
        assert.equal((await gateway.health()).dead.unknownReplies, 0);
      });
    } finally {
      door.close();
      model.stop();
    }
  });
}

for (const [what, trouble, shown] of [
  ['a 500', { error: errors.restart }, ['connecting', /Telegram cannot be reached \(500/]],
  ['a 502 that is a page', { raw: { status: 502, body: '<html>Bad Gateway</html>' } }, ['connecting', /Telegram cannot be reached \(502/]],
  ['a cut', { cut: 'before' }, ['connecting', /Telegram cannot be reached/]],
  ['a 429', { error: errors.flood(2) }, ['degraded', /Telegram asks to wait \(429/]],
  ['garbage with 200', { raw: { status: 200, body: '<html>Welcome to our wifi</html>' } },
    ['degraded', /channels\.telegram\.apiRoot is not the Bot API/]],
]) {
  test(`${what} at a poll is said; it polls again, and what was written meanwhile is answered once`, async () => {
    await withTelegramGateway({}, async ({ gateway, telegram }) => {
      telegram.inject({ method: 'getUpdates', ...trouble });
      telegram.sendText(7, 'before'); // ends the poll that waits; the next one meets the trouble
      // From the log: the state may be over before the health is asked.
      await outputUntil(gateway, new RegExp(`plugin\\.state plugin=telegram state=${shown[0]} .*${shown[1].source}`));
      telegram.sendText(8, 'meanwhile');
      await telegram.waitForSent((m) => /meanwhile/.test(m.text), { timeoutMs: 20_000 });
      await connected(gateway);
      telegram.sendText(7, 'after');
      await telegram.waitForSent((m) => /after/.test(m.text));
      assert.deepEqual(['before', 'meanwhile', 'after'].map((w) => saying(telegram, w).length), [1, 1, 1]);
    });
  });
}

test('the gateway is ready once Telegram was reached, and stays so when it is away', async () => {
  const ready = async (gateway) => {
    const response = await fetch(`${gateway.url}/readyz`);
    return [response.status, await response.json()];
  };
  const prepare = (telegram) => telegram.inject({ method: 'getMe', error: errors.restart });
  await withTelegramGateway({ prepare, until: (h) => /500/.test(h.details.telegram.reason) }, async ({ gateway, telegram }) => {
    assert.deepEqual(await ready(gateway), [503, { status: 'starting', waiting: ['telegram'] }]);
    await connected(gateway);
    assert.deepEqual(await ready(gateway), [200, { status: 'ready' }]);
    telegram.inject({ method: 'getUpdates', error: errors.restart, times: 5 });
    telegram.sendText(7, 'this ends the poll');
    await healthUntil(gateway, (h) => state(h) === 'connecting');
    assert.deepEqual(await ready(gateway), [200, { status: 'ready' }]);
    await telegram.waitForSent(1, { timeoutMs: 60_000 });
  });
});

// Takes a minute: a poll's deadline is 60 s. That nothing can be received is said after 120 s, which polling_test.cpp shows.
test('a poll that hangs does not look well, whatever is sent meanwhile, and what was written is answered once', async () => {
  const model = await startHeldModel();
  try {
    await withTelegramGateway({ model }, async ({ gateway, telegram }) => {
      telegram.inject({ method: 'getUpdates', hang: true });
      telegram.sendText(7, 'before'); // ends the poll that waits; the next one hangs
      await model.asked(1);
      telegram.sendText(8, 'meanwhile');
      model.release('done.');
      await telegram.waitForSent((m) => m.chat.id === 7);
      await healthUntil(gateway, (h) => h.details.telegram.canSend === true);
      await outputUntil(gateway, /plugin\.state plugin=telegram state=connecting .*Telegram cannot be reached/, { timeout: 90_000 });
      await model.asked(2);
      model.release('at last.');
      await telegram.waitForSent((m) => m.chat.id === 8);
      await connected(gateway);
      assert.deepEqual(telegram.sent.map((m) => m.chat.id), [7, 8]);
    });
  } finally {
    model.stop();
  }
});

for (const failpoint of ['inbox.before_commit', 'inbox.after_commit']) {
  test(`dying at ${failpoint}, between receiving and confirming, it answers once`, async () => {
    await withTelegramGateway({ env: { OPENCLAW_FAILPOINT: `${failpoint}:1` } }, async ({ gateway, telegram, restart }) => {
      const asked = telegram.sendText(7, 'survive');
      assert.equal((await gateway.ended).code, failpointStatus, gateway.output);
      assert.deepEqual(telegram.updates.unconfirmed.map((u) => u.update_id), [asked.update_id]);
      const next = await restart();
      await telegram.waitForSent((m) => /survive/.test(m.text));
      await telegram.waitForConfirmed(asked);
      telegram.sendText(7, 'last');
      await telegram.waitForSent((m) => /last/.test(m.text));
      const { ledger } = await healthUntil(next, (h) => h.ledger.queued === 0);
      assert.deepEqual([saying(telegram, 'survive').length, telegram.sent.length, ledger.balanced], [1, 2, true]);
    });
  });
}
