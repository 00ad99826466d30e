// The fake Graph API is believed because it agrees with Meta's own description and examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';

import { specFile } from '../support/specs.mjs';
import { specPath } from '../support/whatsapp/spec_validator.mjs';
import { signature, wireBytes } from '../support/whatsapp/webhook.mjs';
import { WhatsAppServer, errors } from '../support/whatsapp_server.mjs';

const skip = specPath() ? false : 'the official description is not at hand';
const number = '106540352242922';
let server;

beforeEach(async () => {
  server = await new WhatsAppServer().start();
});
afterEach(() => server.stop());

async function call(path, body, headers = {}) {
  const response = await fetch(`${server.apiRoot}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'user-agent': 'test/1.2.3', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
const say = (body, headers) => call(`/v23.0/${number}/messages`, body, headers);
const hello = { messaging_product: 'whatsapp', recipient_type: 'individual', to: '16505551234', type: 'text', text: { body: 'hello' } };

/** Every example of a request that the description has for /messages: [name, body]. */
function officialExamples() {
  const { paths } = JSON.parse(readFileSync(specPath(), 'utf8'));
  const { examples } = paths['/{Version}/{Phone-Number-ID}/messages'].post.requestBody.content['application/json'];
  return Object.entries(examples).map(([name, { value }]) => [name, value]);
}

test("Meta's own examples of texts and receipts are taken and violate nothing", { skip }, async () => {
  const examples = officialExamples().filter(([, body]) => body.type === 'text' || body.status === 'read');
  assert.ok(examples.length >= 2, examples.map(([name]) => name).join(', '));
  for (const [name, body] of examples) {
    if (body.status === 'read') server.textValue('16505551234', 'x', { wamid: body.message_id });
    assert.equal((await say(body)).status, 200, name);
  }
  assert.deepEqual(server.violations, []);
});

test("Meta's own examples of media and reactions are taken and violate nothing", { skip }, async () => {
  const examples = officialExamples().filter(([, body]) => ['image', 'video', 'audio', 'document', 'reaction'].includes(body.type));
  assert.ok(examples.length >= 15, examples.map(([name]) => name).join(', '));
  for (const [name, body] of examples) {
    if (body.reaction) server.textValue('16505551234', 'x', { wamid: body.reaction.message_id });
    // The examples write "<http(s)://audio-url>" where an address goes.
    if (body[body.type].link) body[body.type].link = 'https://example.org/a';
    assert.equal((await say(body)).status, 200, name);
  }
  assert.deepEqual(server.violations, []);
});

test('media is described by its id and downloaded with the token, in the form of the description', { skip }, async () => {
  const id = server.media.add(Buffer.from('a picture'), { mime: 'image/png' });
  const { body } = await call(`/v23.0/${id}`);
  assert.deepEqual([body.mime_type, body.file_size, body.id], ['image/png', '9', id]);
  const download = (headers) => fetch(body.url, { headers: { 'user-agent': 'test/1.2.3', ...headers } });
  assert.equal(await (await download({ authorization: `Bearer ${server.token}` })).text(), 'a picture');
  assert.deepEqual(server.violations, []);
  assert.equal((await download({ authorization: 'Bearer other' })).status, 401);
  assert.equal((await download({})).status, 401);
  assert.equal(server.violations.splice(0).length, 1, 'a request without the token');
  server.media.forget(id);
  assert.equal((await call(`/v23.0/${id}`)).body.error.code, 100);
});

test('what Meta cannot show is refused', async () => {
  const image = (more) => ({ ...hello, type: 'image', text: undefined, image: { link: 'https://example.org/a.png', ...more } });
  assert.equal((await say(image({ caption: 'look' }))).status, 200);
  assert.deepEqual(server.sent[0].shown, { type: 'image', link: 'https://example.org/a.png', caption: 'look', filename: undefined });
  assert.equal((await say(image({ caption: 'x'.repeat(1025) }))).status, 400);
  assert.equal((await say(image({ link: 'no address' }))).body.error.code, 100);
  server.failLink('https://example.org/a.png', errors.mediaDownload);
  assert.equal((await say(image({}))).body.error.code, 131052);
  const reaction = { ...hello, type: 'reaction', text: undefined, reaction: { message_id: 'wamid.NONE', emoji: '👀' } };
  assert.equal((await say(reaction)).body.error.code, 131009);
});

test('a misspelt field, a missing one and a wrong header are noticed', { skip }, async () => {
  for (const [body, headers] of [
    [{ ...hello, reciepient_type: 'individual' }],
    [{ ...hello, text: { body: 'x', preview: true } }],
    [{ ...hello, to: undefined }],
    [{ ...hello, type: 'txt' }],
    [{ messaging_product: 'whatsapp', status: 'read' }],
    [{ ...hello, type: 'image', text: undefined, image: { lnk: 'https://example.org/a' } }],
    [{ ...hello, type: 'reaction', text: undefined, reaction: { message: 'wamid.X' } }],
    [hello, { 'user-agent': 'no version' }],
    [hello, { authorization: 'Basic x' }],
  ]) {
    await say(body, headers);
    assert.equal(server.violations.splice(0).length, 1, JSON.stringify([body, headers]));
  }
});

test('answers have the form that the description gives them', { skip }, async () => {
  const validator = await import('../support/whatsapp/spec_validator.mjs').then((m) => m.SpecValidator.load());
  assert.deepEqual(validator.check('MessageResponsePayload', (await say(hello)).body), []);
  assert.deepEqual(validator.check('PhoneNumberInfo', (await call(`/v23.0/${number}`)).body), []);
  for (const [name, error] of Object.entries(errors)) assert.deepEqual(validator.check('GraphAPIError', error.body), [], name);
});

test('a wrong token, an unknown number and a scripted error are answered as Meta does', async () => {
  assert.equal((await say(hello, { authorization: 'Bearer other' })).body.error.code, 190);
  assert.equal((await call('/v23.0/1')).body.error.code, 100);
  server.inject({ kind: 'text', error: errors.outsideWindow });
  assert.equal((await say(hello)).body.error.code, 131047);
  assert.equal((await say(hello)).status, 200);
  server.inject({ kind: 'text', cut: 'after' });
  await assert.rejects(say(hello));
  assert.equal(server.sent.length, 2, 'a cut after the effect leaves it sent');
  assert.equal((await say({ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.NONE' })).body.error.code, 131009);
});

test('webhooks have the bytes and the signature of the vectors', { skip }, () => {
  const { app_secret: secret, cases } = JSON.parse(readFileSync(specFile('signature-vectors.json'), 'utf8')).whatsapp;
  for (const { name, body_base64: base64, header, accept } of cases) {
    assert.equal(signature(Buffer.from(base64, 'base64'), secret) === header, accept, name);
  }
  const [escaped, utf8] = cases.map((c) => Buffer.from(c.body_base64, 'base64'));
  assert.notDeepEqual(escaped, utf8);
  assert.deepEqual(wireBytes(JSON.parse(utf8)), escaped);
});
