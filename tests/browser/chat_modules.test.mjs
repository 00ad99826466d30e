// The chat page's modules that need no browser: Markdown parsing, the transcript.
import assert from 'node:assert/strict';
import {test} from 'node:test';

const page = new URL('../../plugins/channels/webchat/page/', import.meta.url);
const {parseBlocks, parseInline, renderInto, safeUrl} = await import(new URL('markdown.js', page));
const {Transcript} = await import(new URL('transcript.js', page));

const types = (text) => parseBlocks(text).map((b) => b.type);

test('blocks are told apart', () => {
  assert.deepEqual(types('# a\n\ntext\nmore\n\n- x\n- y\n\n1. z\n\n> q\n\n---\n\n```js\ncode\n```\n\n|a|b|\n|-|-|\n|1|2|'),
    ['heading', 'paragraph', 'list', 'list', 'quote', 'rule', 'code', 'table']);
});

test('a fence that is still open is code already', () => {
  const [block] = parseBlocks('```py\nprint(1)\n# not a heading');
  assert.equal(block.type, 'code');
  assert.equal(block.language, 'py');
  assert.equal(block.text, 'print(1)\n# not a heading');
  assert.equal(block.closed, false);
});

test('a longer fence holds a shorter one', () => {
  const [block] = parseBlocks('````\n```\ninner\n```\n````');
  assert.equal(block.text, '```\ninner\n```');
});

test('lists nest and keep their start', () => {
  const [list] = parseBlocks('3. a\n   - b\n   - c\n4. d');
  assert.equal(list.start, 3);
  assert.equal(list.items.length, 2);
  assert.equal(list.items[0].blocks[1].items.length, 2);
});

test('task list items know whether they are done', () => {
  const [list] = parseBlocks('- [x] a\n- [ ] b\n- c');
  assert.deepEqual(list.items.map((i) => i.checked), [true, false, undefined]);
});

test('inline marks nest', () => {
  assert.deepEqual(parseInline('a **b *c*** `d*` ~~e~~'), [
    'a ', {tag: 'strong', children: ['b ', {tag: 'em', children: ['c']}]}, ' ',
    {tag: 'code', text: 'd*'}, ' ', {tag: 'del', children: ['e']}]);
});

test('marks inside words and loose marks stay text', () => {
  assert.deepEqual(parseInline('snake_case_name 2 * 3 * 4 \\*x\\*'), ['snake_case_name 2 * 3 * 4 *x*']);
});

test('only web and mail addresses become links', () => {
  for (const good of ['http://a.b/', 'https://a.b/c?d#e', 'mailto:a@b.c']) assert.equal(safeUrl(good), good);
  for (const bad of ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x',
    'vbscript:x', 'file:///etc/passwd', 'blob:https://a.b/x', '//a.b', '/chat', '']) {
    assert.equal(safeUrl(bad), undefined, bad);
  }
  assert.deepEqual(parseInline('[x](javascript:alert(1))'), [{tag: 'span', children: ['x']}]);
  assert.equal(parseInline('<javascript:alert(1)>')[0], '<javascript:alert(1)>');
  assert.equal(parseInline('![x](https://a.b/y.png)')[0].tag, 'a', 'an image is a link, not a request');
});

test('an address ends before the punctuation around it', () => {
  const [, link, rest] = parseInline('(see https://a.b/c_(d)).');
  assert.equal(link.href, 'https://a.b/c_(d)');
  assert.equal(rest, ').');
});

test('hostile text is parsed in reasonable time', () => {
  const hostile = ['*'.repeat(20_000), '*a '.repeat(6_000), '['.repeat(20_000), '[a]('.repeat(5_000), '`'.repeat(19_999) + 'x',
    '`a``'.repeat(5_000), '_a'.repeat(10_000), '~~'.repeat(9_000) + 'x', 'http://'.repeat(2_800), '> '.repeat(9_000) + 'x', '<http://'.repeat(2_000),
    Array.from({length: 500}, (_, i) => ' '.repeat(i) + '- a').join('\n'), '|'.repeat(9_000) + '\n|-|-|', '- '.repeat(9_000)];
  for (const text of hostile) {
    const started = performance.now();
    const walk = (blocks) => blocks.forEach((b) => {
      if (b.blocks) walk(b.blocks);
      for (const item of b.items ?? []) walk(item.blocks);
      if (b.text) parseInline(b.text);
    });
    walk(parseBlocks(text));
    const took = performance.now() - started;
    assert.ok(took < 1500, `${text.slice(0, 12)}… took ${took} ms`);
  }
});

// No clock here: with an expression that backtracks, each of these takes from seconds to minutes.
test('lines that make expressions backtrack cost no more than others', () => {
  const blanks = ' '.repeat(20_000);
  for (const line of ['~'.repeat(20_000) + '`', '~~~' + blanks + '`', '# x' + blanks + 'x', '#' + blanks + '\u2028x', '-' + ' -'.repeat(10_000) + 'x',
    '`'.repeat(20_000) + ' `']) {
    const blocks = parseBlocks(line);
    assert.equal(blocks.length, 1);
    assert.equal(blocks[0].type, line.startsWith('-') ? 'list' : 'paragraph');
  }
  assert.deepEqual(types('a|b\n' + '|' + blanks + '-|' + blanks + 'x'), ['paragraph']);
  assert.deepEqual(types('a|b\n' + '|-'.repeat(10_000) + 'x'), ['paragraph']);
  const [list] = parseBlocks('- ' + blanks + 'x\u2028y');
  assert.equal(list.items[0].blocks[0].text, 'x\u2028y');
  // As long as the syntax may be, many times over.
  const many = (line) => Array.from({length: 200}, () => line).join('\n');
  assert.equal(types(many('~'.repeat(990) + '`')).length, 1);
  assert.equal(types(many('~~~' + ' '.repeat(990) + '`')).length, 1);
  assert.equal(types(many('# x' + ' '.repeat(990) + 'x')).length, 200);
  assert.equal(types(many('a|b\n|' + ' '.repeat(490) + '-|' + ' '.repeat(490) + 'x')).length, 1);
});

test('marks in a line that make expressions backtrack cost no more than others', () => {
  const many = (text, count = 200) => Array.from({length: count}, () => text);
  for (const text of many('` ' + 'a'.repeat(19_990) + '`')) assert.equal(parseInline(text)[0].tag, 'code');
  for (const text of many('[a](https://a.b/' + ' '.repeat(1900) + 'x)')) assert.equal(parseInline(text)[0].tag, 'a');
  for (const text of many('https://a.b/' + '.'.repeat(1900) + 'x', 1000)) assert.equal(parseInline(text)[0].tag, 'a');
  for (const text of many('https://a.b/' + ')'.repeat(1900))) {
    assert.deepEqual(parseInline(text).map((part) => part.href ?? part), ['https://a.b/', ')'.repeat(1900)]);
  }
  for (const text of many('['.repeat(20_000))) assert.deepEqual(parseInline(text), [text]);
});

test('long lines are text, long list items and quotes stay what they are', () => {
  const long = 'word '.repeat(300) + 'end';
  assert.deepEqual(types(`# ${long}`), ['paragraph']);
  assert.deepEqual(types(`- ${long}\n- b`), ['list']);
  assert.deepEqual(types(`> ${long}`), ['quote']);
  assert.deepEqual(types(`a|b\n-|-\n${long}|c`), ['table']);
});

test('what ends a heading and what names a language is cut as ever', () => {
  const texts = (lines) => parseBlocks(lines).map((b) => b.text);
  assert.deepEqual(texts('# a #\n## b ##  \n### c # d\n# \te\t'), ['a', 'b', 'c # d', 'e']);
  assert.deepEqual(parseBlocks('```  js title=x\n1\n```\n\n~~~\n2\n~~~').map((b) => b.language), ['js', '']);
  assert.deepEqual(parseBlocks('|a|b|\n| :-: | --: |\n|1|2|')[0].align, ['center', 'right']);
  assert.deepEqual(parseInline('` a `` b ` [x](https://a.b/  "t")').map((p) => p.text ?? p.href ?? p), ['a `` b', ' ', 'https://a.b/']);
});

test('a wide head over many short rows makes no more cells than were written', (t) => {
  const made = {};
  const node = () => ({childNodes: [], append() {}});
  globalThis.document = {
    createElement: (tag) => { made[tag] = (made[tag] ?? 0) + 1; return node(); },
    createTextNode: node,
  };
  t.after(() => { delete globalThis.document; });
  renderInto(node(), '|'.repeat(9_000) + '\n|-|-|\n' + '|x|\n'.repeat(1_000), {copy: '', copied: ''});
  assert.equal(made.tr, 1_001);
  assert.equal(made.td, 1_000);
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

test('another provider that starts over replaces what was shown', () => {
  const transcript = new Transcript();
  transcript.apply(welcome());
  transcript.apply({type: 'partial', seq: 1, turn: 't', kind: 'begin'});
  transcript.apply({type: 'partial', seq: 2, turn: 't', kind: 'text', text: 'wrong'});
  transcript.apply({type: 'partial', seq: 3, turn: 't', kind: 'reset'});
  transcript.apply({type: 'partial', seq: 4, turn: 't', kind: 'text', text: 'right'});
  assert.deepEqual(texts(transcript), ['right']);
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
