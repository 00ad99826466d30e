// Shows files: as chips above the message box, as pictures and buttons within messages.
//
// Only pictures of four kinds are ever shown; whatever else people send is saved, never opened here.
import {errorText, language, t} from './i18n.js';

const kShown = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const kMaxUrls = 64;
const urls = new Map();  // file → object URL of its bytes, the latest last

export const isPicture = (mime) => kShown.includes(mime);

export function sizeText(bytes) {
  // By 1024, as the limits are.
  const [unit, factor] = bytes < 1024 ? ['byte', 1] : bytes < 1024 ** 2 ? ['kilobyte', 1024] : ['megabyte', 1024 ** 2];
  const unitDisplay = unit === 'byte' ? 'long' : 'short';
  return new Intl.NumberFormat(language, {style: 'unit', unit, unitDisplay, maximumFractionDigits: 1}).format(bytes / factor);
}

/** Keeps the bytes of a file for as long as there is room. */
function keep(file, parts, mime) {
  const url = URL.createObjectURL(new Blob(parts, {type: isPicture(mime) ? mime : 'application/octet-stream'}));
  urls.set(file, url);
  if (urls.size > kMaxUrls) {
    const [oldest, old] = urls.entries().next().value;
    URL.revokeObjectURL(old);
    urls.delete(oldest);
  }
  return url;
}

/** What was uploaded from here is shown from here. */
export const keepLocal = (file, blob) => keep(file, [blob], blob.type);

function node(tag, className, fields = {}, children = []) {
  const element = Object.assign(document.createElement(tag), fields);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function drawing(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
const sheet = () => drawing('M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5V6H15');
const cross = () => drawing('M5 5l10 10M15 5L5 15');

// ---- chips

const chips = new WeakMap();  // item → its parts

function makeChip(item, remove) {
  const thumb = node('span', 'thumb');
  if (isPicture(item.mime)) {
    const url = URL.createObjectURL(item.blob);
    const image = node('img', '', {alt: '', src: url});
    image.addEventListener('load', () => URL.revokeObjectURL(url));
    image.addEventListener('error', () => image.replaceWith(sheet()));
    thumb.append(image);
  } else {
    thumb.append(sheet());
  }
  const state = node('span', 'chip-state');
  const progress = node('progress', '', {max: item.bytes || 1});
  progress.setAttribute('aria-label', t('uploading', item.name));
  const button = node('button', 'chip-remove', {type: 'button', title: t('removeFile', item.name)}, [cross()]);
  button.setAttribute('aria-label', t('removeFile', item.name));
  button.addEventListener('click', () => remove(item));
  const name = node('span', 'chip-name', {textContent: item.name, title: item.name});
  const element = node('li', 'chip', {}, [thumb, node('span', 'chip-words', {}, [name, state, progress]), button]);
  return {element, state, progress};
}

/** Makes `list` show the items; `remove` is called with the one whose button was pressed. */
export function showChips(list, items, remove) {
  for (const [at, item] of items.entries()) {
    if (!chips.has(item)) chips.set(item, makeChip(item, remove));
    const {element, state, progress} = chips.get(item);
    const failed = item.state === 'failed';
    element.classList.toggle('failed', failed);
    element.dataset.state = item.state;
    state.textContent = failed ? errorText(item.error) ?? t('upload_failed') : sizeText(item.bytes);
    progress.hidden = failed || item.state === 'done';
    progress.value = item.received;
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  }
  while (list.children.length > items.length) list.lastChild.remove();
  list.hidden = items.length === 0;
}

// ---- in messages

const waiting = new WeakMap();  // element → what to do once it is to be seen
const seen = typeof IntersectionObserver === 'undefined' ? null : new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.get(target)?.();
  }
});

const save = (url, name) => node('a', '', {href: url, download: name}).click();

function fileButton({file, name, mime, bytes}, read) {
  const label = name || mime || t('file');
  const state = node('span', 'chip-state', {textContent: bytes ? sizeText(bytes) : ''});
  const words = [node('span', 'thumb', {}, [sheet()]), node('span', 'chip-words', {}, [node('span', 'chip-name', {textContent: label}), state])];
  if (!file) return node('span', 'file', {}, words);
  const button = node('button', 'file', {type: 'button', title: t('saveFile', label)}, words);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      save(urls.get(file) ?? keep(file, await read(file), mime), label);
    } catch {
      state.textContent = t('file_gone');
    }
    button.disabled = false;
  });
  return button;
}

function picture(attached, read) {
  const {file, name, mime} = attached;
  const image = node('img', '', {alt: name || t('file')});
  const button = node('button', 'picture', {type: 'button', title: t('saveFile', name)}, [image]);
  const instead = () => button.replaceWith(fileButton(attached, read));
  button.addEventListener('click', () => {
    if (image.src) save(image.src, name || 'picture');
  });
  image.addEventListener('error', instead);
  const show = async () => {
    try {
      image.src = urls.get(file) ?? keep(file, await read(file), mime);
    } catch {
      instead();
    }
  };
  if (urls.has(file) || !seen) {
    show();
  } else {
    waiting.set(button, show);
    seen.observe(button);
  }
  return button;
}

/** A message's files; `read(file)` promises the bytes of one. */
export const fileNodes = (files, read) =>
    files.map((f) => (f.file && isPicture(f.mime) ? picture(f, read) : fileButton(f, read)));
