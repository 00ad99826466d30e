// Every kind of file, to and from the platforms: what is sent is checked against their specifications.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withTelegramGateway } from '../support/telegram/gateway.mjs';
import { withWhatsAppGateway } from '../support/whatsapp/gateway.mjs';
import { startModel } from '../support/word_model.mjs';

const ann = '16505551234';
const mp3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(20)]);
/** Answers with a picture whose address ends as the question says. */
const shows = (request) => `![a caption](https://files.example/${request.messages.at(-1).content})`;

async function withModel(answer, run) {
  const model = await startModel(answer);
  try {
    await run(model);
  } finally {
    model.stop();
  }
}

test('Telegram is sent each kind of file by the method for it', async () => {
  await withModel(shows, (model) => withTelegramGateway({ model, keys: ', sendPictures: true' }, async ({ telegram }) => {
    for (const [file, method] of [['a.jpg', 'sendPhoto'], ['a.mp3', 'sendAudio'], ['a.mp4', 'sendVideo'], ['a.pdf', 'sendDocument'], ['a.gif', 'sendAnimation']]) {
      telegram.sendText(7, file);
      assert.equal((await telegram.waitForCall(method)).params.caption, 'a caption', method);
    }
    await telegram.waitForSent(5);
  }));
});

test('WhatsApp is sent each kind of file as it wants it, and sound with its words', async () => {
  await withWhatsAppGateway({ keys: ', sendPictures: true', answer: shows }, async ({ meta }) => {
    const sent = [];
    for (const file of ['a.jpg', 'a.mp3', 'a.mp4', 'a.pdf']) {
      await meta.sendText(ann, file);
      sent.push(await meta.waitForSent((m) => JSON.stringify(m.body).includes(file)));
    }
    assert.deepEqual(sent.map((m) => m.body.type), ['image', 'text', 'video', 'document']);
    assert.equal(sent[0].body.image.caption, 'a caption');
    assert.match(sent[1].body.text.body, /^a caption\nhttps:\/\/files\.example\/a\.mp3$/);
  });
});

test('sound that people send reaches the model', async () => {
  const heard = (model) => model.requests[0].messages.at(-1).content.find((part) => part.type === 'input_audio')?.input_audio;
  const expected = { data: mp3.toString('base64'), format: 'mp3' };
  await withWhatsAppGateway({}, async ({ meta, model }) => {
    await meta.sendMedia(ann, 'audio', mp3, { mime: 'audio/mpeg' });
    await meta.waitForSent(1);
    assert.deepEqual(heard(model), expected);
  });
  await withModel(undefined, (model) => withTelegramGateway({ model }, async ({ telegram }) => {
    telegram.sendMedia(7, 'audio', mp3, { mime: 'audio/mpeg', caption: 'listen' });
    await telegram.waitForSent(1);
    assert.deepEqual(heard(model), expected);
  }));
});
