// Shows what the gateway wrote as HTML, a line for each block. The gateway escapes what models write; even so nothing here becomes
// markup but the elements of a fixed list, built anew one by one.
import {highlight} from './highlight.js';

const kMaxDepth = 64;
const kInline = {strong: 'strong', em: 'em', del: 'del', code: 'code', br: 'br'};
const kBlocks = {p: 'p', blockquote: 'blockquote', ul: 'ul', ol: 'ol', li: 'li', hr: 'hr', thead: 'thead', tbody: 'tbody', tr: 'tr', th: 'th', td: 'td',
                 // The page has headings of its own.
                 h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6', h6: 'h6'};

function element(tag, children = [], fields = {}) {
  const node = document.createElement(tag);
  Object.assign(node, fields);
  for (const child of children) node.append(child);  // spread, thousands would overflow the stack
  return node;
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

const linkFields = (href) => ({href, rel: 'noopener noreferrer nofollow', target: '_blank'});

function picture(source, {showsImage}) {
  const url = safeUrl(source.getAttribute('src'));
  const words = source.getAttribute('alt') || url || '';
  if (!url) return document.createTextNode(words);
  // `src` last: how it is asked for must stand before it is.
  if (showsImage?.(url)) return element('img', [], {alt: words, loading: 'lazy', referrerPolicy: 'no-referrer', src: url});
  return element('a', [words], linkFields(url));
}

/** A block of code with its language, a button that copies it, and its colours. */
export function codeBlock(text, language, {copy, copied, growing}) {
  const button = element('button', [copy], {type: 'button', className: 'copy'});
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = copied;
    setTimeout(() => { button.textContent = copy; }, 1500);
  });
  const bar = element('div', [element('span', [language])], {className: 'code-bar'});
  if (navigator.clipboard) bar.append(button);  // absent on plain http from another host
  const code = element('code', [text]);
  if (!growing) highlight(code, language, text);
  const pre = element('pre', [code], {tabIndex: 0});
  return element('div', [bar, pre], {className: 'code'});
}

/** "[x] " at an item's beginning is a box to tick. */
function withTaskBox(item) {
  const first = item.firstChild?.nodeName === 'P' ? item.firstChild.firstChild : item.firstChild;
  const task = first?.nodeType === 3 ? /^\[([ xX])\] /.exec(first.data) : null;
  if (!task) return item;
  first.data = first.data.slice(4);
  item.className = 'task';
  const checked = task[1] !== ' ';
  item.prepend(element('input', [], {type: 'checkbox', checked, disabled: true, ariaLabel: checked ? '✓' : '–'}));
  return item;
}

function children(source, options, depth) {
  const out = [];
  for (const child of source.childNodes) {
    if (child.nodeType === 3) out.push(document.createTextNode(child.data));
    else if (child.nodeType === 1) out.push(depth < kMaxDepth ? build(child, options, depth + 1) : document.createTextNode(child.textContent));
  }
  return out;
}

/** The element that stands for `source`; of one that is not known, the text. */
function build(source, options, depth) {
  const tag = source.localName;
  if (tag === 'pre') {
    const language = /^language-(\S+)/.exec(source.firstElementChild?.className ?? '')?.[1] ?? '';
    return codeBlock(source.textContent, language, options);
  }
  if (tag === 'img') return picture(source, options);
  if (tag === 'a') {
    const href = safeUrl(source.getAttribute('href'));
    return element(href ? 'a' : 'span', children(source, options, depth), href ? linkFields(href) : {});
  }
  if (tag === 'table') {
    return element('div', [element('table', children(source, options, depth))], {className: 'table', tabIndex: 0});
  }
  const known = kInline[tag] ?? kBlocks[tag];
  if (!known) return document.createTextNode(source.textContent);
  const node = element(known, children(source, options, depth));
  if (tag === 'ol' && source.start !== 1) node.start = source.start;
  if (tag === 'th' || tag === 'td') {
    const align = source.getAttribute('align');
    if (align === 'right' || align === 'center') node.className = `align-${align}`;
  }
  return tag === 'li' ? withTaskBox(node) : node;
}

/** One node for a line. Parsed in a document of its own, which loads and runs nothing. */
function block(line, options) {
  const body = new DOMParser().parseFromString(line, 'text/html').body;
  const nodes = children(body, options, 0);
  return nodes.length === 1 ? nodes[0] : element('div', nodes);
}

const shownLines = new WeakMap();  // container → the lines it shows

/** `html` with what stands behind its first `keep` UTF-16 units replaced. */
export function changedHtml(html, keep, rest) {
  return html.slice(0, keep) + rest;
}

/**
 * Makes `container` show `html`, keeping the nodes of lines that did not change. options: {copy, copied}, the copy button's words;
 * showsImage(url): true for a picture that may be loaded, absent for none, since others become links: a model that was tricked could
 * tell secrets in an address. growing: the last line is not complete.
 */
export function renderHtml(container, html, options) {
  const lines = html ? html.split('\n') : [];
  const shown = shownLines.get(container) ?? [];
  let same = 0;
  // The last line is made again when it is complete: only then are its colours worth while.
  while (same < lines.length && same < shown.length && lines[same] === shown[same].line && !shown[same].growing) same += 1;
  while (container.childNodes.length > same) container.lastChild.remove();
  for (let i = same; i < lines.length; ++i) container.append(block(lines[i], {...options, growing: options.growing && i === lines.length - 1}));
  shownLines.set(container, lines.map((line, i) => ({line, growing: Boolean(options.growing) && i === lines.length - 1})));
}

/** As it was written: for what came without HTML. */
export function renderText(container, text) {
  shownLines.delete(container);
  container.replaceChildren(element('p', [text], {className: 'as-written'}));
}
