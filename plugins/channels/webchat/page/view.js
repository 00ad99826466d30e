// Shows a transcript's items as bubbles, touching only what changed.
import {fileNodes} from './attachments.js';
import {codeBlock, renderHtml, renderText} from './html.js';
import {language, t} from './i18n.js';

const imageOrigins = new Set(document.querySelector('meta[name=image-origins]').content.split(' ').filter(Boolean));
const copyWords = () => ({copy: t('copy'), copied: t('copied'), showsImage: (url) => URL.canParse(url) && imageOrigins.has(new URL(url).origin)});
const timeFormat = new Intl.DateTimeFormat(language, {timeStyle: 'short'});
const dayFormat = new Intl.DateTimeFormat(language, {weekday: 'long', day: 'numeric', month: 'long'});

function dayName(date) {
  const start = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((start(new Date()) - start(date)) / 86_400_000);
  return days === 0 ? t('today') : days === 1 ? t('yesterday') : dayFormat.format(date);
}

function node(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** The command in a pairing notice, or made from the code it names. */
export function pairingCommand(text) {
  const whole = /openclaw pairing approve [\w/-]+ [A-HJ-NP-Z2-9]{8}\b/.exec(text);
  if (whole) return whole[0];
  const code = /\b[A-HJ-NP-Z2-9]{8}\b/.exec(text);
  return code ? `openclaw pairing approve webchat ${code[0]}` : undefined;
}

export class View {
  #list;
  #read;
  #shown = new Map();  // item → {element, its parts, key of what it shows}

  /** `read(file)` promises the bytes of a message's file. */
  constructor(list, read) {
    this.#list = list;
    this.#read = read;
  }

  /** `offline`: there is no connection to send unsent messages over. */
  render(items, offline) {
    const keep = new Set(items);
    for (const [item, entry] of this.#shown) {
      if (!keep.has(item)) {
        entry.element.remove();
        this.#shown.delete(item);
      }
    }
    let previous = null;
    let day = '';
    for (const item of items) {
      let entry = this.#shown.get(item);
      if (!entry) this.#shown.set(item, entry = this.#create(item));
      const date = new Date(item.ts);
      const name = item.ts ? dayName(date) : '';
      const key = `${item.rev}/${offline}/${name !== day}`;
      if (entry.key !== key) this.#update(entry, item, offline, name !== day ? name : '');
      entry.key = key;
      day = name || day;
      const after = previous ? previous.nextSibling : this.#list.firstChild;
      if (after !== entry.element) this.#list.insertBefore(entry.element, after);
      previous = entry.element;
    }
  }

  #create(item) {
    const element = node('li', `message ${item.role}`);
    const day = node('p', 'day');
    const bubble = node('div', 'bubble');
    const author = node('span', 'hidden-text', `${t(item.role === 'user' ? 'you' : item.role)}: `);
    const files = node('div', 'files');
    const body = node('div', 'body');
    const extra = node('div', 'extra');
    const meta = node('p', 'meta');
    bubble.append(author, files, body, extra);
    element.append(day, bubble, meta);
    return {element, day, files, body, extra, meta, key: '', filesKey: '[]'};
  }

  #update(entry, item, offline, day) {
    const {element} = entry;
    element.className = `message ${item.role}${item.streaming ? ' streaming' : ''}${item.state ? ` ${item.state}` : ''}`;
    element.hidden = item.streaming && !item.text && !item.html;  // the typing dots stand for it
    entry.day.textContent = day;
    entry.day.hidden = !day;
    this.#files(entry, item.files);
    entry.body.hidden = !item.text && !item.html && item.files.length > 0;
    if (item.role === 'user') entry.body.textContent = item.text;
    else if (item.html) renderHtml(entry.body, item.html, {...copyWords(), growing: item.streaming});
    else renderText(entry.body, item.text);
    if (item.role === 'system') this.#pairing(entry, item.text);
    const state = item.state === 'sending' ? t(offline ? 'queued' : 'sending')
                : ['failed', 'refused', 'stopped'].includes(item.state) ? t(item.state) : '';
    const time = item.ts && !item.streaming ? timeFormat.format(new Date(item.ts)) : '';
    entry.meta.textContent = [state, time].filter(Boolean).join(' · ');
    entry.meta.hidden = item.streaming;
  }

  /** Made anew only when they are others: a picture is not loaded twice. */
  #files(entry, files) {
    const key = JSON.stringify(files);
    if (key !== entry.filesKey) entry.files.replaceChildren(...fileNodes(files, this.#read));
    entry.filesKey = key;
    entry.files.hidden = files.length === 0;
  }

  #pairing(entry, text) {
    entry.extra.replaceChildren();
    const command = pairingCommand(text);
    if (!command) return;
    entry.extra.append(node('p', '', t('pairing')), codeBlock(command, 'sh', copyWords()));
  }
}
