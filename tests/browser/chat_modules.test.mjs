// The chat page's modules that need no browser: addresses, the transcript.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {test} from 'node:test';

const page = new URL('../../plugins/channels/webchat/page/', import.meta.url);
const {changedHtml, safeUrl} = await import(new URL('html.js', page));
const {Transcript} = await import(new URL('transcript.js', page));

test('only web and mail addresses become links', () => {
  for (const good of ['http://a.b/', 'https://a.b/c?d#e', 'mailto:a@b.c']) assert.equal(safeUrl(good), good);
  for (const bad of ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x',
    'vbscript:x', 'file:///etc/passwd', 'blob:https://a.b/x', '//a.b', '/chat', '']) {
    assert.equal(safeUrl(bad), undefined, bad);
  }
});

test('what changed in an answer replaces its end', () => {
  assert.equal(changedHtml('', 0, '<p>a</p>'), '<p>a</p>');
  assert.equal(changedHtml('<p>a\u{1F600}</p>', 6, 'b</p>\n<hr>'), '<p>a\u{1F600}b</p>\n<hr>');
  assert.equal(changedHtml('<p>a</p>\n<p>b</p>', 8, ''), '<p>a</p>');
  assert.equal(changedHtml('<p>a</p>', 0, ''), '');
});

const welcome = (fields) => ({type: 'welcome', epoch: 'e', seq: 0, replay: false, access: 'allowed',
  history: [], historyComplete: true, pending: [], live: null, typing: false, ...fields});
const entry = (id, role, text, ts = 1000) => ({id, role, text, ts});
const texts = (transcript) => transcript.items.map((i) => i.text);

test('a streamed answer becomes the message of its turn', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'begin'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'text', text: 'Hel'});
  transcript.apply({type: 'partial', seq: 3, turn: 't', kind: 'text', text: 'lo'});
  assert.equal(transcript.answering, true);
  assert.deepEqual(texts(transcript), ['Hello']);
  transcript.apply({type: 'partial', seq: 4, turn: 't', kind: 'end'});
  const complete = transcript.apply({type: 'message', seq: 5, id: 'k', turn: 't', role: 'assistant', text: 'Hello!', ts: 1});
  assert.equal(complete.text, 'Hello!');
  assert.deepEqual(texts(transcript), ['Hello!']);
  assert.equal(transcript.answering, false);
  transcript.apply({type: 'message', seq: 6, id: 'k2', turn: 't', role: 'assistant', text: 'part two', ts: 1});
  assert.deepEqual(texts(transcript), ['Hello!', 'part two']);
});

test('a streamed answer in HTML becomes the message of its turn', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'begin'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'html', keep: 0, html: '<p>Hel</p>'});
  transcript.apply({type: 'partial', seq: 3, turn: 't', kind: 'html', keep: 6, html: 'lo</p>\n<hr>'});
  transcript.apply({type: 'partial', seq: 4, turn: 't', kind: 'html', keep: 15, html: '1>you</h1>'});
  assert.deepEqual(transcript.items.map((i) => i.html), ['<p>Hello</p>\n<h1>you</h1>']);
  transcript.apply({type: 'message', seq: 5, id: 'k', turn: 't', role: 'assistant', text: 'Hello\n# you!', html: '<p>Hello</p>\n<h1>you!</h1>', ts: 1});
  assert.deepEqual(transcript.items.map((i) => [i.text, i.html, i.streaming]), [['Hello\n# you!', '<p>Hello</p>\n<h1>you!</h1>', false]]);
});

test('what was told of a running answer in HTML is shown to a page that comes late, and goes on', () => {
  const transcript = new Transcript();
  transcript.apply(welcome({live: {turn: 't', html: '<p>a</p>\n<p>b</p>'}}));
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'html', keep: 13, html: 'c</p>'});
  assert.equal(transcript.items[0].html, '<p>a</p>\n<p>bc</p>');
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'reset'});
  assert.equal(transcript.items[0].html, '');
  transcript.apply({type: 'partial', seq: 3, turn: 't', kind: 'html', keep: 0, html: '<p>x</p>'});
  transcript.markStopped();
  transcript.apply({type: 'partial', seq: 4, turn: 't', kind: 'end'});
  assert.deepEqual(transcript.items.map((i) => [i.html, i.state]), [['<p>x</p>', 'stopped']]);
});

test('another provider that starts over replaces what was shown', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'begin'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'text', text: 'wrong'});
  transcript.apply({type: 'partial', seq: 3, turn: 't', kind: 'reset'});
  transcript.apply({type: 'partial', seq: 4, turn: 't', kind: 'text', text: 'right'});
  assert.deepEqual(texts(transcript), ['right']);
});

test('what was accepted and is in no transcript yet stays when the gateway has forgotten it', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  for (const [id, text, ts] of [['m1', 'one', 10_000], ['m2', 'two', 20_000]]) {
    transcript.add({id, text, ts});
    transcript.apply({type: 'ack', id, outcome: 'accepted'});
    if (id === 'm1') transcript.apply({type: 'message', seq: 1, turn: 't', ...entry('k', 'assistant', 'first', 11_000)});
  }
  transcript.apply(welcome({epoch: 'f', history: [entry('1', 'user', 'one', 10_000), entry('2', 'assistant', 'first', 11_000)]}));
  assert.deepEqual(texts(transcript), ['one', 'first', 'two']);
  transcript.apply({type: 'message', seq: 1, turn: 'u', ...entry('l', 'assistant', 'second', 30_000)});
  transcript.apply(welcome({epoch: 'g', history: [entry('1', 'user', 'one', 10_000), entry('2', 'assistant', 'first', 11_000),
    entry('3', 'user', 'two', 20_000), entry('4', 'assistant', 'second', 30_000)]}));
  assert.deepEqual(texts(transcript), ['one', 'first', 'two', 'second'], 'and is shown once when it has its place there');
});

test('an answer that the transcript has while it is still being shown is there once', () => {
  const transcript = new Transcript();
  transcript.apply(welcome({history: [entry('1', 'user', 'hi', 10_000), entry('2', 'assistant', 'ho', 11_000)], live: {turn: 't', html: '<p>h</p>'}}));
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'html', keep: 4, html: 'o</p>'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'end'});
  transcript.apply({type: 'message', seq: 3, turn: 't', ...entry('k', 'assistant', 'ho', 11_000)});
  assert.deepEqual(texts(transcript), ['hi', 'ho']);
  transcript.apply({type: 'message', seq: 4, turn: 't', ...entry('k2', 'assistant', 'part two', 11_000)});
  assert.deepEqual(texts(transcript), ['hi', 'ho', 'part two']);
});

test('what was accepted is not doubled when the transcript has it already', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.add({id: 'm1', text: 'hi', ts: 10_000});
  transcript.apply({type: 'ack', id: 'm1', outcome: 'accepted'});
  transcript.apply(welcome({epoch: 'f', history: [entry('1', 'user', 'hi', 10_400), entry('2', 'assistant', 'ho', 11_000)]}));
  assert.deepEqual(texts(transcript), ['hi', 'ho']);
});

test('a message is shown once, however often it is told', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.add({id: 'm1', text: 'hi', ts: 1000});
  transcript.apply({type: 'message', seq: 1, ...entry('m1', 'user', 'hi')});
  transcript.apply({type: 'ack', id: 'm1', outcome: 'accepted'});
  transcript.apply({type: 'message', seq: 1, ...entry('m1', 'user', 'hi')});
  assert.equal(transcript.items.length, 1);
  assert.equal(transcript.items[0].state, 'sent');
});

test('an answer that the transcript shows is not shown again when it is delivered', () => {
  const transcript = new Transcript();
  transcript.apply(welcome({history: [entry('h1', 'user', 'hi'), entry('h2', 'assistant', 'hello')]}));
  transcript.apply({type: 'message', seq: 1, ...entry('m1', 'user', 'hi', 1000)});
  transcript.apply({type: 'message', seq: 2, ...entry('k1', 'assistant', 'hello', 1500)});
  assert.deepEqual(texts(transcript), ['hi', 'hello']);
});

test('the same question and answer later are new', () => {
  const transcript = new Transcript();
  transcript.apply(welcome({history: [entry('h1', 'user', 'hi'), entry('h2', 'assistant', 'hello')]}));
  transcript.apply({type: 'message', seq: 1, ...entry('m2', 'user', 'hi', 60_000)});
  transcript.apply({type: 'message', seq: 2, ...entry('k2', 'assistant', 'hello', 61_000)});
  assert.deepEqual(texts(transcript), ['hi', 'hello', 'hi', 'hello']);
});

test('a welcome keeps what is unsent', () => {
  const transcript = new Transcript();
  transcript.add({id: 'm1', text: 'unsent', ts: 5});
  transcript.apply(welcome({history: [entry('h1', 'user', 'old')], pending: [entry('m0', 'user', 'waiting')]}));
  assert.deepEqual(texts(transcript), ['old', 'waiting', 'unsent']);
  assert.equal(transcript.items[2].state, 'sending');
});

test('what was sent before a reload is not shown beside its copy in the transcript', () => {
  const transcript = new Transcript();
  transcript.add({id: 'm1', text: 'hi', ts: 5});
  transcript.apply(welcome({history: [entry('h1', 'user', 'hi'), entry('h2', 'assistant', 'hello')]}));
  transcript.apply({type: 'ack', id: 'm1', outcome: 'duplicate'});
  assert.deepEqual(texts(transcript), ['hi', 'hello']);
});

test('a replay keeps what is shown and drops a stream that is over', () => {
  const transcript = new Transcript();
  transcript.apply(welcome({history: [entry('h1', 'user', 'hi')]}));
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'text', text: 'half'});
  transcript.apply(welcome({replay: true, seq: 5}));
  assert.deepEqual(texts(transcript), ['hi']);
  transcript.apply(welcome({replay: true, seq: 6, live: {turn: 'u', text: 'anew'}}));
  assert.deepEqual(texts(transcript), ['hi', 'anew']);
  assert.equal(transcript.seq, 6);
});

test('a stopped answer says so', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'text', text: 'half'});
  transcript.markStopped();
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'end'});
  assert.equal(transcript.items[0].state, 'stopped');
  assert.equal(transcript.answering, false);
});

test('a turn without words leaves nothing behind', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'begin'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'end'});
  assert.deepEqual(transcript.items, []);
});

/** [language, key] → what the text takes: 'text', or so many values. */
const shape = (words) => Object.fromEntries(Object.entries(words).map(([language, texts]) =>
  [language, Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, typeof text === 'function' ? text.length : 'text']))]));

test('every language has every text, of the page and of the widget', async () => {
  globalThis.navigator ??= {languages: ['en']};
  const {words} = await import(new URL('i18n.js', page));
  const [, literal] = /const words = (\{[\s\S]*?\n {2}\});/.exec(readFileSync(new URL('widget.js', page), 'utf8'));
  for (const each of [words, new Function(`return ${literal}`)()]) {
    assert.deepEqual(Object.keys(each), ['en', 'de', 'zh']);
    const {en, ...others} = shape(each);
    assert.ok(Object.keys(en).length > 4);
    for (const [language, texts] of Object.entries(others)) assert.deepEqual(texts, en, language);
    for (const text of Object.values(each).flatMap((texts) => Object.values(texts))) {
      assert.match(typeof text === 'function' ? text('7', '8') : text, /\S/);
    }
  }
});

test('every text that the page asks for is there', async () => {
  globalThis.navigator ??= {languages: ['en']};
  const {words} = await import(new URL('i18n.js', page));
  const sources = readdirSync(page).filter((file) => /\.(js|html)$/.test(file) && file !== 'widget.js');
  const asked = sources.flatMap((file) => [...readFileSync(new URL(file, page), 'utf8')
    .matchAll(/(?:\bt\('|data-i18n(?:-\w+)?=")(\w+)['"]/g)].map(([, key]) => key));
  assert.ok(asked.length > 40);
  assert.deepEqual([...new Set(asked)].filter((key) => !Object.hasOwn(words.en, key)), []);
});
