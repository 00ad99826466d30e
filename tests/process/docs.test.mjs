// What the documents and the packaging say about the gateway must hold for the gateway that was built.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { cli, root, startGateway } from '../support/gateway.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const git = (...patterns) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns], { cwd: root, encoding: 'utf8' })
    .split('\n').filter(Boolean);
const withoutCode = (markdown) => markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

let home;
before(() => { home = mkdtempSync(path.join(tmpdir(), 'openclaw-docs-')); });
after(() => rmSync(home, { recursive: true, force: true }));

/** Validates YAML text with every variable that it names set; returns the command's outcome. */
async function validate(yaml) {
  const file = path.join(home, 'checked.yaml');
  writeFileSync(file, yaml);
  const env = Object.fromEntries([...yaml.matchAll(/\$\{(\w+)/g)].map(([, name]) => [name, 'a-value-of-sixteen-characters']));
  return cli(['gateway', 'validate', '--config', file], { home, env });
}

async function assertValid(yaml) {
  const { code, stdout, stderr } = await validate(yaml);
  assert.equal(code, 0, stderr + stdout);
  assert.equal(stderr, '');
}

/** As GitHub makes a heading's anchor. */
function anchors(markdown) {
  return [...markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ +(.*)$/gm)].map(([, heading]) =>
    heading.replace(/`|\[|\]\([^)]*\)/g, '').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-'));
}

/** The command line's tree, from its own help: {path: help text}. */
async function commands(words = []) {
  const { code, stdout } = await cli([...words, '--help'], { home });
  assert.equal(code, 0, `openclaw ${words.join(' ')} --help`);
  const listed = /^Subcommands:\n([\s\S]*)/m.exec(stdout)?.[1] ?? '';
  const found = { [words.join(' ')]: stdout };
  for (const [, name] of listed.matchAll(/^ {2}(\S+)/gm)) Object.assign(found, await commands([...words, name]));
  return found;
}

test('every relative link leads somewhere', () => {
  const files = git('*.md').filter((file) => existsSync(path.join(root, file)));
  assert.ok(files.includes('README.md') && files.length > 10);
  const broken = [];
  for (const file of files) {
    const text = withoutCode(read(file));
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map((m) => m[1] ?? m[2]);
    for (const link of links) {
      if (/^[a-z]+:/.test(link)) continue;
      const [target, anchor] = link.split('#');
      const full = target === '' ? path.join(root, file) : path.join(root, path.dirname(file), target);
      if (!existsSync(full)) broken.push(`${file}: ${link}`);
      else if (anchor && !anchors(readFileSync(full, 'utf8')).includes(anchor)) broken.push(`${file}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("the README's five lines are a configuration, and Telegram's lines fit in", async () => {
  const [five, telegram] = [...read('README.md').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((m) => m[1]);
  assert.equal(five.trimEnd().split('\n').length, 5);
  await assertValid(five);
  assert.match(telegram, /botToken/);
  await assertValid(five.replace(/^channels:[\s\S]*/m, telegram));
});

test('the packaged configuration is valid, also with all that it offers switched on', async () => {
  const text = read('packaging/config/gateway.yaml');
  await assertValid(text);
  const all = text.replace(/^( *)# ((?:  )*(?:- )?[a-zA-Z]+:.*)$/gm, '$1$2');
  assert.match(all, /^ +telegram:/m);
  assert.match(all, /^agents:/m);
  await assertValid(all);
});

test('a configuration that is wrong would be noticed here', async () => {
  const { code, stderr } = await validate('server: { prot: 3000 }\n');
  assert.equal(code, 1);
  assert.match(stderr, /prot/);
});

test('every command has help, and the manual page and completions know every command and option', async () => {
  const tree = await commands();
  assert.ok(Object.keys(tree).length >= 12, Object.keys(tree).join(', '));
  const man = read('packaging/man/openclaw.1').replaceAll('Fl -', '--').replace(/\\/g, '');
  const shells = { bash: read('packaging/completions/openclaw.bash'), zsh: read('packaging/completions/_openclaw') };
  for (const [words, help] of Object.entries(tree)) {
    const options = [...help.matchAll(/^ {2}(?:-\w,)?(--[a-z-]+)/gm)].map((m) => m[1]).filter((o) => o !== '--help');
    const last = words.split(' ').at(-1);
    assert.match(man, new RegExp(`Cm .*\\b${last || 'gateway'}\\b`), `${words} in the manual page`);
    const section = words === '' ? man : synopsis(man, words);
    for (const option of options) {
      if (option !== '--version') assert.ok(section.includes(option), `${words} ${option} in the manual page`);
    }
    for (const [shell, text] of Object.entries(shells)) {
      for (const word of [...words.split(' '), ...options]) assert.ok(text.includes(word), `${words} ${word} in ${shell}'s completion`);
    }
  }
});

/** The part of the synopsis that begins with the command's first word. */
function synopsis(man, words) {
  const [first, second] = words.split(' ');
  const parts = man.slice(man.indexOf('.Sh SYNOPSIS'), man.indexOf('.Sh DESCRIPTION')).split('\n.Nm');
  return parts.filter((part) => part.includes(`Cm ${first}`) && (!second || part.includes(second))).join('\n');
}

test('the architecture names exactly the failpoints that exist', () => {
  const code = git('core/*.cpp', 'core/**/*.cpp').map(read).join('\n');
  const exist = new Set([...code.matchAll(/OPENCLAW_FAILPOINT_HERE\("([^"]+)"\)/g)].map((m) => m[1]));
  const section = read('core/ARCHITECTURE.md').split('## Failpoints')[1].split('\n## ')[0];
  const named = new Set([...section.matchAll(/^\| `([a-z_.]+)` \|/gm)].map((m) => m[1]));
  assert.ok(exist.size > 0);
  assert.deepEqual([...named].sort(), [...exist].sort());
});

/** Of each channel: its page, the keys of its manifest, and its code, in which every literal stands on one line. */
function channels() {
  return git('plugins/channels/*/manifest.json').map((file) => {
    const folder = path.dirname(file);
    const name = path.basename(folder);
    const sources = git(`${folder}/*.cpp`).filter((source) => !/_(test|fuzz)\.cpp$/.test(source)).map(read);
    // What a channel uses of the SDK speaks for it.
    for (const [part, files] of [['Downloads', ['downloads']], ['Previews', ['previews', 'preview_list']]]) {
      if (!sources.some((text) => text.includes(`sdk::${part}`))) continue;
      sources.push(...files.map((file) => read(`plugin-api/sdk/channel/${file}.cpp`)));
    }
    const code = sources.join('\n').replace(/^\s*\/\/.*$/gm, '').replace(/\s+/g, ' ').replaceAll('" "', '');
    return { name, page: read(`docs/channels/${name}.md`), keys: Object.keys(JSON.parse(read(file)).config.properties), code };
  });
}

test('every key of a channel is on its page, also those that every channel has', () => {
  const common = Object.keys(JSON.parse(read('core/config/core.schema.json')).definitions.channel.properties);
  assert.ok(common.includes('ackReaction') && channels().length >= 5);
  const missing = channels().flatMap(({ name, page, keys }) =>
    [...common, ...keys].filter((key) => !page.includes(`\`${key}\``)).map((key) => `${name}: ${key}`));
  assert.deepEqual(missing, []);
});

test('every event that a channel logs is on its page', () => {
  const missing = channels().flatMap(({ name, page, code }) => {
    const events = [...code.matchAll(new RegExp(`"((?:${name}|previews)\\.[a-z_]+)"`, 'g'))].map((m) => m[1]);
    assert.ok(events.length > 0, name);
    return events.filter((event) => !page.includes(`\`${event}\``));
  });
  assert.deepEqual(missing, []);
});

/** What no operator reads: the channel's own end, and what the chat page says in words of its own. */
const unheard = [
  'the channel was stopped', 'the channel stops', 'the attachment is not wanted any more', 'the file is gone', 'the gateway is busy',
  'what came is not the attachment that',  // of WhatsApp alone: the others name no checksum
];

test('every sentence that a channel says to the operator is on its page', () => {
  const literal = /"((?:[^"\\]|\\.)*)"/.source;
  const sentences = [  // beside an error's code or a state, or handed to one of these
    new RegExp(`\\bOC_(?:E|STATE)_[A-Z]+, (?:[\\w.]+ \\+ )?${literal}`, 'g'),
    new RegExp(`\\b(?:refuse|reject|retry|lost|leave|hand_back|close_then)\\((?:(?:\\w+(?:\\([^)]*\\))?|"[a-zA-Z]+"), )?(?:[\\w.]+ \\+ )?${literal}`, 'g'),
  ];
  const missing = channels().flatMap(({ name, page, code }) => {
    const said = sentences.flatMap((form) => [...code.matchAll(form)]).map((m) => m[1].replaceAll('\\"', '"').trim());
    assert.ok(said.length > 5, name);
    // The page may leave out how a sentence goes on, and has other values in it.
    const begins = (text) => text.split(/ ?[:;(]/)[0].split(' ').slice(0, 6).join(' ');
    return said.filter((text) => text.includes(' ') && !unheard.includes(text) && !page.includes(begins(text))).map((text) => `${name}: ${text}`);
  });
  assert.deepEqual(missing, []);
});

test('every metric that a running gateway shows is explained', async () => {
  const gateway = await startGateway({ config: 'providers: [{name: echo}]\nchannels: {webchat: true}\n' });
  try {
    await gateway.json('/v1/chat/completions', {
      method: 'POST', body: JSON.stringify({ model: 'openclaw', messages: [{ role: 'user', content: 'hi' }] }) });
    await gateway.json('/v1/chat/completions', {
      method: 'POST', body: JSON.stringify({ model: 'echo/echo', messages: [{ role: 'user', content: 'hi' }] }) });
    const figures = await (await fetch(gateway.metricsUrl)).text();
    const names = [...figures.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1]).filter((n) => !n.startsWith('openclaw_plugin_'));
    assert.ok(names.includes('openclaw_provider_calls_total'), names.join(' '));
    const page = read('docs/operating.md');
    assert.deepEqual(names.filter((name) => !page.includes(`\`${name}\``)), []);
  } finally {
    await gateway.stop();
  }
});
