// Markdown to DOM nodes: never through HTML, so that nothing a model writes becomes markup.
//
// parseBlocks() cuts the text into blocks; renderInto() renders them, keeping the nodes of blocks
// that did not change, so that a growing answer costs only its last block.

import {highlight} from './highlight.js';

const kMaxInline = 20_000;  // longer runs are shown as they are
const kMaxDepth = 8;
const kMaxSearches = 3_000;  // for closing marks, in one run of text
const kSearchLength = 32;    // characters that count as one search
const kMaxSyntax = 1_000;    // longer lines are no fence, heading, rule or table's rule

// A model may write anything, and history repeats it: each expression here takes time linear in its
// line. No two parts that repeat and match the same characters may stand side by side.
const fence = /^( {0,3})(`{3,}(?!`)|~{3,}(?!~))([^`]*)$/;
const heading = /^ {0,3}(#{1,6})[ \t]+(.*)$/s;
const rule = /^ {0,3}([-*_])\s*(?:\1\s*){2,}$/;
const listItem = /^( *)([-*+]|\d{1,9}[.)])(?:\s+(.*))?$/s;
const tableCell = /^:?-+:?$/;

const parsedFence = (line) => line.length <= kMaxSyntax ? fence.exec(line) : null;
const parsedHeading = (line) => line.length <= kMaxSyntax ? heading.exec(line) : null;
const isRule = (line) => line.length <= kMaxSyntax && rule.test(line);
const isTableRule = (line) => line.length <= kMaxSyntax && line.includes('|') && cells(line).every((c) => tableCell.test(c));

function startsBlock(line) {
  return parsedFence(line) || parsedHeading(line) || isRule(line) || /^ {0,3}>/.test(line) ||
         (listItem.test(line) && /\S/.test(line.replace(listItem, '$3')));
}

/** [{type, ...}] with `source`, the lines it was made of. */
export function parseBlocks(text, depth = 0) {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const blocks = [];
  let at = 0;
  const take = (type, from, fields) => blocks.push({type, source: lines.slice(from, at).join('\n'), ...fields});
  while (at < lines.length) {
    const line = lines[at];
    const from = at;
    let match;
    if (!line.trim()) {
      at += 1;
    } else if ((match = parsedFence(line))) {
      const [, indent, marks, info] = match;
      const closing = new RegExp(`^ {0,3}\\${marks[0]}{${marks.length},}\\s*$`);
      const body = [];
      at += 1;
      while (at < lines.length && !closing.test(lines[at])) {
        body.push(lines[at].startsWith(indent) ? lines[at].slice(indent.length) : lines[at]);
        at += 1;
      }
      const closed = at < lines.length;
      at += 1;
      take('code', from, {language: info.trim().split(/\s/, 1)[0], text: body.join('\n'), closed});
    } else if ((match = parsedHeading(line))) {
      at += 1;
      take('heading', from, {level: match[1].length, text: withoutClosingMarks(match[2])});
    } else if (isRule(line)) {
      at += 1;
      take('rule', from, {});
    } else if (/^ {0,3}>/.test(line) && depth < kMaxDepth) {
      const inner = [];
      while (at < lines.length && lines[at].trim() &&
             (/^ {0,3}>/.test(lines[at]) || !startsBlock(lines[at]))) {
        inner.push(lines[at].replace(/^ {0,3}> ?/, ''));
        at += 1;
      }
      take('quote', from, {blocks: parseBlocks(inner.join('\n'), depth + 1)});
    } else if ((match = listItem.exec(line)) && depth < kMaxDepth) {
      at = parseList(lines, at, match, depth, (fields, end) => { at = end; take('list', from, fields); });
    } else if (line.includes('|') && at + 1 < lines.length && isTableRule(lines[at + 1])) {
      const head = cells(line);
      const align = cells(lines[at + 1]).map((c) => /^:-+:$/.test(c) ? 'center' : /-:$/.test(c) ? 'right' : '');
      const rows = [];
      at += 2;
      while (at < lines.length && lines[at].trim() && lines[at].includes('|')) rows.push(cells(lines[at++]));
      take('table', from, {head, align, rows});
    } else {
      at += 1;
      while (at < lines.length && lines[at].trim() && !startsBlock(lines[at])) at += 1;
      take('paragraph', from, {text: lines.slice(from, at).map((l) => l.trim()).join('\n')});
    }
  }
  return blocks;
}

function parseList(lines, start, first, depth, done) {
  const ordered = /\d/.test(first[2]);
  const base = first[1].length;
  const items = [];
  let loose = false;
  let at = start;
  while (at < lines.length) {
    const match = listItem.exec(lines[at]);
    if (!match || match[1].length < base || match[1].length > base + 3 || /\d/.test(match[2]) !== ordered || isRule(lines[at])) break;
    const width = match[1].length + match[2].length + 1;
    const inner = [match[3] ?? ''];
    at += 1;
    while (at < lines.length) {
      const line = lines[at];
      if (!line.trim()) {
        const next = lines[at + 1] ?? '';
        if (!next.trim() || leading(next) < Math.min(width, base + 2)) break;
        inner.push('');
      } else if (leading(line) >= Math.min(width, base + 2)) {
        inner.push(line.slice(Math.min(width, leading(line))));
      } else if (!startsBlock(line) && !listItem.test(line)) {
        inner.push(line.trim());
      } else {
        break;
      }
      at += 1;
    }
    items.push(inner.join('\n'));
    if (at < lines.length && !lines[at].trim() && listItem.test(lines[at + 1] ?? '') && leading(lines[at + 1]) === base) {
      loose = true;
      at += 1;
    }
  }
  const parsed = items.map((item) => {
    const task = /^\[([ xX])\] /.exec(item);
    return {checked: task ? task[1] !== ' ' : undefined, blocks: parseBlocks(task ? item.slice(4) : item, depth + 1)};
  });
  done({ordered, start: ordered ? Number.parseInt(first[2], 10) : 1, loose, items: parsed}, at);
  return at;
}

/** A heading's text without the # marks and blanks that may end it. */
function withoutClosingMarks(text) {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (trimmed[end - 1] === '#') end -= 1;
  return trimmed.slice(0, end).trim();
}

const leading = (line) => line.length - line.trimStart().length;

function cells(line) {
  const trimmed = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return trimmed.split(/(?<!\\)\|/).map((c) => c.trim().replace(/\\\|/g, '|'));
}

/** http, https and mailto addresses; undefined for everything else. */
export function safeUrl(raw) {
  let url;
  try {
    url = new URL(raw);
  } catch {
    return undefined;  // relative or broken: shown as text
  }
  return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
}

/** The closing bracket for the opening one at `at`, or -1. */
function closing(text, at, open, close, budget) {
  let level = 0;
  let i = at;
  for (; i < text.length && i < at + 2000; ++i) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === open) level += 1;
    else if (text[i] === close && --level === 0) break;
  }
  budget.searches -= (i - at) / kSearchLength;
  return level === 0 && text[i] === close ? i : -1;
}

/** An address in running text, without the punctuation after it. */
function withoutPunctuation(address) {
  let end = address.length;
  while (end > 0 && ".,;:!?'*_~".includes(address[end - 1])) end -= 1;
  let surplus = 0;  // of closing brackets over opening ones
  for (let i = 0; i < end; ++i) surplus += address[i] === ')' ? 1 : address[i] === '(' ? -1 : 0;
  for (; surplus > 0 && address[end - 1] === ')'; --surplus) end -= 1;
  return address.slice(0, end);
}

/** ["text" | {tag, href?, children | text}] */
export function parseInline(text, depth = 0, budget = {searches: kMaxSearches}) {
  if (text.length > kMaxInline || depth > kMaxDepth) return [text];
  const out = [];
  let plain = '';
  const flush = () => { if (plain) out.push(plain); plain = ''; };
  const push = (node) => { flush(); out.push(node); };
  let i = 0;
  while (i < text.length) {
    const c = text[i];
    if (c === '\\' && /[!-/:-@[-`{-~]/.test(text[i + 1] ?? '')) {
      plain += text[i + 1];
      i += 2;
    } else if (c === '\n') {
      push({tag: 'br', children: []});
      i += 1;
    } else if (c === '`') {
      const marks = /^`+/.exec(text.slice(i))[0];
      let end = text.indexOf(marks, i + marks.length);
      while (end > 0 && text[end + marks.length] === '`') {
        const skip = /^`+/.exec(text.slice(end))[0].length;
        end = text.indexOf(marks, end + skip);
      }
      if (end < 0) {
        plain += marks;
        i += marks.length;
      } else {
        const code = text.slice(i + marks.length, end);
        push({tag: 'code', text: code.startsWith(' ') && code.endsWith(' ') && /[^ ]/.test(code) ? code.slice(1, -1) : code});
        i = end + marks.length;
      }
    } else if (c === '[' || (c === '!' && text[i + 1] === '[')) {
      const from = c === '!' ? i + 1 : i;
      const label = budget.searches-- > 0 ? closing(text, from, '[', ']', budget) : -1;
      const end = label > 0 && text[label + 1] === '(' ? closing(text, label + 1, '(', ')', budget) : -1;
      if (end < 0) {
        plain += c;
        i += 1;
      } else {
        const target = text.slice(label + 2, end).trim().replace(/\s["'(].*$/s, '').trimEnd().replace(/^<(.*)>$/, '$1');
        const href = safeUrl(target);
        const inner = text.slice(from + 1, label);
        if (href) push({tag: 'a', href, ...(c === '!' ? {image: true} : {}), children: parseInline(inner || target, depth + 1, budget)});
        else push({tag: 'span', children: parseInline(inner, depth + 1, budget)});
        i = end + 1;
      }
    } else if (c === '<' && /^<(https?:\/\/|mailto:)[^\s<>]+>/.test(text.slice(i, i + 2000))) {
      const end = text.indexOf('>', i);
      const href = safeUrl(text.slice(i + 1, end));
      if (href) push({tag: 'a', href, children: [text.slice(i + 1, end)]});
      else plain += text.slice(i, end + 1);
      i = end + 1;
    } else if (c === 'h' && !/\w/.test(text[i - 1] ?? '') && /^https?:\/\/[^\s<]/.test(text.slice(i, i + 10))) {
      const address = withoutPunctuation(/^[^\s<>"`]+/.exec(text.slice(i, i + 2000))[0]);
      const href = safeUrl(address);
      if (href) push({tag: 'a', href, children: [address]});
      else plain += address;
      i += address.length;
    } else if (c === '*' || c === '_' || (c === '~' && text[i + 1] === '~')) {
      const found = emphasis(text, i, c, budget);
      if (found) {
        push({tag: found.tag, children: parseInline(found.inner, depth + 1, budget)});
        i = found.end;
      } else {
        const run = /^(\*+|_+|~+)/.exec(text.slice(i))[0];
        plain += run;
        i += run.length;
      }
    } else {
      plain += c;
      i += 1;
    }
  }
  flush();
  return out;
}

function emphasis(text, at, mark, budget) {
  const double = text[at + 1] === mark;
  const size = double ? 2 : 1;
  const marks = mark.repeat(size);
  if (/\s/.test(text[at + size] ?? ' ')) return undefined;
  if (mark === '_' && /\w/.test(text[at - 1] ?? '')) return undefined;
  for (let end = text.indexOf(marks, at + size); end > 0 && end < at + 4000 && budget.searches-- > 0; end = text.indexOf(marks, end + 1)) {
    const before = text[end - 1];
    const after = text[end + size] ?? '';
    if (/\s/.test(before) || before === '\\') continue;
    if (size === 1 && (after === mark || (before === mark && text[end - 2] === mark))) { end += after === mark ? 1 : 0; continue; }
    if (size === 2 && after === mark) continue;  // *** closes the inner one first
    if (mark === '_' && /\w/.test(after)) continue;
    if (end === at + size) continue;
    return {tag: mark === '~' ? 'del' : double ? 'strong' : 'em', inner: text.slice(at + size, end), end: end + size};
  }
  return undefined;
}

function element(tag, children = [], fields = {}) {
  const node = document.createElement(tag);
  Object.assign(node, fields);
  for (const child of children) node.append(child);  // spread, thousands would overflow the stack
  return node;
}

const plainText = (part) => typeof part === 'string' ? part : part.text ?? part.children.map(plainText).join('');

function inline(text, {showsImage}) {
  const build = (part) => {
    if (typeof part === 'string') return document.createTextNode(part);
    if (part.text !== undefined) return element(part.tag, [part.text]);
    if (part.image && showsImage?.(part.href)) {
      // `src` last: how it is asked for must stand before it is.
      return element('img', [], {alt: plainText(part), loading: 'lazy', referrerPolicy: 'no-referrer', src: part.href});
    }
    const node = element(part.tag, part.children.map(build));
    if (part.href) Object.assign(node, {href: part.href, rel: 'noopener noreferrer nofollow', target: '_blank'});
    return node;
  };
  return parseInline(text).map(build);
}

function renderBlock(block, options) {
  const all = (blocks) => blocks.map((b) => renderBlock(b, options));
  switch (block.type) {
    case 'code': return codeBlock(block, options);
    case 'heading': return element(`h${Math.min(6, block.level + 2)}`, inline(block.text, options));
    case 'rule': return element('hr');
    case 'quote': return element('blockquote', all(block.blocks));
    case 'table': return tableBlock(block, options);
    case 'list': {
      const list = element(block.ordered ? 'ol' : 'ul', block.items.map((item) => {
        const children = item.blocks.flatMap((b) =>
            b.type === 'paragraph' && !block.loose ? inline(b.text, options) : [renderBlock(b, options)]);
        const node = element('li', children);
        if (item.checked !== undefined) {
          node.className = 'task';
          node.prepend(element('input', [], {type: 'checkbox', checked: item.checked, disabled: true, ariaLabel: item.checked ? '✓' : '–'}));
        }
        return node;
      }));
      if (block.ordered && block.start !== 1) list.start = block.start;
      return list;
    }
    default: return element('p', inline(block.text ?? block.source, options));
  }
}

function codeBlock(block, {copy, copied}) {
  const button = element('button', [copy], {type: 'button', className: 'copy'});
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.text);
    button.textContent = copied;
    setTimeout(() => { button.textContent = copy; }, 1500);
  });
  const bar = element('div', [element('span', [block.language])], {className: 'code-bar'});
  if (navigator.clipboard) bar.append(button);  // absent on plain http from another host
  const code = element('code', [block.text]);
  if (block.closed) highlight(code, block.language, block.text);
  const pre = element('pre', [code], {tabIndex: 0});
  return element('div', [bar, pre], {className: 'code'});
}

function tableBlock({head, align, rows}, options) {
  const cell = (tag, text, column) => element(tag, inline(text, options), {className: align[column] ? `align-${align[column]}` : ''});
  const table = element('table', [
    element('thead', [element('tr', head.map((text, i) => cell('th', text, i)))]),
    // Not filled up to the head's width: a wide head over many short rows would be millions of cells.
    element('tbody', rows.map((row) => element('tr', row.slice(0, head.length).map((text, i) => cell('td', text, i))))),
  ]);
  return element('div', [table], {className: 'table', tabIndex: 0});
}

const rendered = new WeakMap();  // container → the blocks it shows

/**
 * Makes `container` show `text`. options: {copy, copied}, the copy button's words; showsImage(url): true for a picture that
 * may be loaded, absent for none. Others become links: a model that was tricked could tell secrets in an address.
 */
export function renderInto(container, text, options) {
  const blocks = parseBlocks(text);
  const shown = rendered.get(container) ?? [];
  let same = 0;
  while (same < blocks.length && same < shown.length && blocks[same].type === shown[same].type && blocks[same].source === shown[same].source) same += 1;
  while (container.childNodes.length > same) container.lastChild.remove();
  for (const block of blocks.slice(same)) container.append(renderBlock(block, options));
  rendered.set(container, blocks);
}
