// Puts the page together: connection, transcript, view, composer, panel.
import {keepLocal, showChips, sizeText} from './attachments.js';
import {Connection} from './connection.js';
import {Downloads} from './downloads.js';
import {closeWidget, isUnseen, startEmbedding, tellUnread} from './embedding.js';
import {errorText, t, translatePage} from './i18n.js';
import {startIntake} from './intake.js';
import * as storage from './storage.js';
import {Transcript} from './transcript.js';
import {Uploads} from './uploads.js';
import {View} from './view.js';

const $ = (id) => document.getElementById(id);
const ui = Object.fromEntries(['main', 'panel', 'panel-toggle', 'new-chat', 'conversations', 'scrim', 'title', 'status',
  'status-text', 'status-spoken', 'theme-toggle', 'notice', 'scroll', 'empty', 'messages', 'typing', 'latest', 'composer', 'input',
  'attach', 'files', 'chips', 'send', 'stop', 'counter', 'announcer'].map((id) => [id, $(id)]));

const kDefaultMaxText = 32 * 1024;
const kResendMs = 20_000;  // an acknowledgement that takes longer got lost

translatePage(document.documentElement);

let conversation = storage.conversations.current();
let maxText = kDefaultMaxText;
let limits = {};
let unread = 0;
const resendTimers = new Map();
const transcript = new Transcript();
const link = {send: (frame) => connection.send(frame), sendBytes: (bytes) => connection.sendBytes(bytes)};
const uploads = new Uploads(link, storage.randomId, filesChanged);
const downloads = new Downloads(link);
const view = new View(ui.messages, (file) => downloads.read(file));

// ---- connection

const socketUrl = () => {
  const path = document.querySelector('meta[name=socket]').content;
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
};

const connection = new Connection(socketUrl(), () => ({
  type: 'hello', protocol: 1, token: storage.token(), conversation, html: true,
  epoch: transcript.epoch, after: transcript.seq,
}), {state: connectionChanged, frame: received, bytes: (buffer) => downloads.bytes(buffer)});

function connectionChanged() {
  if (connection.state === 'online') {
    notify('');
    for (const message of storage.outbox.of(conversation)) transmit(message);
    uploads.online(limits);
    downloads.online();
  } else {
    uploads.offline();
    downloads.offline();
  }
  if (!storage.isPersistent()) notify(t('noStorage'));
  else if (connection.state === 'online' && !transcript.historyComplete) notify(t('history'));
  showStatus();
  render();
}

function received(frame) {
  if (uploads.frame(frame) || downloads.frame(frame)) return;
  if (frame.type === 'error') return failed(frame);
  if (frame.type === 'ack') acknowledged(frame.id);
  if (frame.type === 'message' && frame.role === 'user') {
    storage.conversations.touch(conversation, nameOf(frame));
    showConversations();
  }
  if (frame.type === 'welcome') {
    maxText = frame.limits?.text ?? kDefaultMaxText;
    limits = frame.limits ?? {};
    const first = [...(frame.history ?? []), ...frame.pending].find((m) => m.role === 'user');
    if (first && !title()) storage.conversations.touch(conversation, nameOf(first));
    showConversations();
  }
  const complete = transcript.apply(frame);
  if (complete) announce(complete);
  render();
}

function failed(frame) {
  const text = errorText(frame.code) ?? frame.message;
  if (!frame.id) return notify(text);
  if (frame.retryAfterMs) {
    if (frame.code !== 'rate_limited') notify(text);
    resendLater(frame.id, frame.retryAfterMs);
    return;
  }
  acknowledged(frame.id);
  transcript.fail(frame.id);
  notify(text);
  render();
}

// ---- sending

function transmit(message) {
  const files = (message.files ?? []).map((f) => f.file);
  if (!connection.send({type: 'message', id: message.id, text: message.text, ...(files.length ? {files} : {})})) return;
  resendLater(message.id, kResendMs);
}

function resendLater(id, ms) {
  clearTimeout(resendTimers.get(id));
  resendTimers.set(id, setTimeout(() => {
    const message = storage.outbox.of(conversation).find((m) => m.id === id);
    if (message) transmit(message);
  }, ms));
}

function acknowledged(id) {
  clearTimeout(resendTimers.get(id));
  resendTimers.delete(id);
  storage.outbox.remove(id);
}

function submit() {
  const text = ui.input.value.trim();
  if (!sendable(text)) return;
  const files = uploads.take().map(({file, name, mime, bytes, blob}) => {
    keepLocal(file, blob);
    return {file, name, mime, bytes};
  });
  const message = {id: storage.randomId(), conversation, text, ts: Date.now(), files};
  storage.outbox.add(message);
  storage.conversations.touch(conversation, nameOf(message));
  transcript.add(message);
  ui.input.value = '';
  composerChanged();
  showConversations();
  render(true);
  transmit(message);
}

function stop() {
  if (!transcript.answering) return;
  if (connection.send({type: 'stop'})) transcript.markStopped();
  render();
  ui.input.focus();
}

// ---- showing

const distanceFromEnd = () => ui.scroll.scrollHeight - ui.scroll.scrollTop - ui.scroll.clientHeight;
let following = true;
let frameRequested = false;

/** Once a frame at most, however fast tokens come. */
function render(jump = false) {
  if (jump) following = true;
  if (frameRequested) return;
  frameRequested = true;
  // A hidden tab gets no animation frames, but its title and state must be right.
  if (isUnseen()) setTimeout(draw, 100);
  else requestAnimationFrame(draw);
}

function draw() {
  frameRequested = false;
  view.render(transcript.items, connection.state !== 'online');
  const writing = transcript.items.some((i) => i.streaming && (i.text || i.html));
  ui.typing.hidden = !transcript.answering || writing;
  ui.stop.hidden = !transcript.answering;
  ui.empty.hidden = transcript.items.length > 0 || !transcript.epoch;
  if (following) ui.scroll.scrollTop = ui.scroll.scrollHeight;
  showLatest();
  ui.title.textContent = title() || t(conversation === 'main' ? 'main' : 'untitled');
  document.title = (unread ? t('newMessages', unread) : '') + 'OpenClaw';
}

function showLatest() {
  ui.latest.hidden = following || distanceFromEnd() < 80;
}

let countdown = 0;
function showStatus() {
  clearInterval(countdown);
  const {state} = connection;
  ui.status.dataset.state = state;
  // Without the countdown: a screen reader would speak every second.
  ui['status-spoken'].textContent = t(state === 'waiting' ? 'reconnect' : state);
  const write = () => {
    const seconds = Math.max(1, Math.ceil((connection.retryAt - Date.now()) / 1000));
    ui['status-text'].textContent = state === 'waiting' ? t('waiting', seconds) : t(state);
  };
  write();
  if (state === 'waiting') countdown = setInterval(write, 1000);
}

function notify(text) {
  ui.notice.hidden = !text;
  ui.notice.textContent = text;
}

function announce(item) {
  const text = item.text.length > 600 ? `${item.text.slice(0, 600)} …` : item.text;
  ui.announcer.textContent = `${t('answered')}: ${text}`;
  if (!isUnseen()) return;
  unread += 1;
  tellUnread(unread);
}

// ---- conversations

const title = () => storage.conversations.list().find((c) => c.id === conversation)?.title ?? '';

function showConversations() {
  const entries = storage.conversations.list();
  if (!entries.some((c) => c.id === conversation)) entries.unshift({id: conversation, title: ''});
  ui.conversations.replaceChildren(...entries.map((c) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = c.title || t(c.id === 'main' ? 'main' : 'untitled');
    if (c.id === conversation) button.setAttribute('aria-current', 'true');
    button.addEventListener('click', () => switchTo(c.id));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}

function switchTo(id) {
  showPanel(false);
  ui.input.focus();
  if (id === conversation) return;
  for (const timer of resendTimers.values()) clearTimeout(timer);
  resendTimers.clear();
  conversation = id;
  storage.conversations.setCurrent(id);
  restore();
  notify('');
  showConversations();
  connection.reopen();
  render(true);
}

/** An empty transcript with the messages that still wait for their acknowledgement. */
function restore() {
  transcript.clear();
  for (const message of storage.outbox.of(conversation)) transcript.add(message);
}

function showPanel(open) {
  document.body.classList.toggle('panel-open', open);
  ui['panel-toggle'].setAttribute('aria-expanded', String(open));
  ui.scrim.hidden = !open;
  ui.main.inert = open;
  if (open) ui['new-chat'].focus();
}

// ---- composer

const nameOf = ({text, files}) => text || files?.[0]?.name;
const sendable = (text) => (text || uploads.done.length > 0) && !uploads.uploading && tooLongBy(text) <= 0;

const tooLongBy = (text) => new TextEncoder().encode(text).length - maxText;

function composerChanged() {
  const {input} = ui;
  input.style.height = 'auto';
  input.style.height = `${Math.min(input.scrollHeight, innerHeight * 0.4)}px`;
  const excess = tooLongBy(input.value.trim());
  ui.send.disabled = !sendable(input.value.trim());
  ui.counter.textContent = excess > 0 ? t('tooLong', excess) : '';
}

ui.input.addEventListener('input', composerChanged);

// ---- files

const spoken = new Set();  // the files whose end was told

function filesChanged() {
  showChips(ui.chips, uploads.items, removeFile);
  ui.send.disabled = !sendable(ui.input.value.trim());
  for (const item of uploads.items) {
    if ((item.state !== 'done' && item.state !== 'failed') || spoken.has(item.id)) continue;
    spoken.add(item.id);
    if (item.error === 'file_too_large') notify(t('fileTooLarge', item.name, sizeText(uploads.limits.file)));
    else if (item.state === 'failed') notify(`${item.name}: ${errorText(item.error) ?? t('upload_failed')}`);
    else ui.announcer.textContent = t('uploaded', item.name);
  }
}

function removeFile(item) {
  uploads.remove(item);
  if (!uploads.items.some((i) => i.state === 'failed')) notify('');
  ui.input.focus();
}

function addFiles(files) {
  if (files.length === 0) return;
  notify('');
  const error = uploads.add(files);
  if (error) notify(errorText(error));
  ui.input.focus();
}

startIntake(ui, addFiles);

// ---- keys

ui.input.addEventListener('keydown', (event) => {
  // While an input method composes (Chinese, Japanese), Enter chooses a candidate.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
ui.composer.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
  ui.input.focus();
});
ui.stop.addEventListener('click', stop);
document.addEventListener('keydown', (event) => {
  // While an input method composes, Escape takes back its candidates.
  if (event.key !== 'Escape' || event.isComposing || event.keyCode === 229) return;
  if (document.body.classList.contains('panel-open')) {
    showPanel(false);
    ui['panel-toggle'].focus();
  } else if (transcript.answering) {
    stop();
  } else {
    closeWidget();
  }
});

// ---- the rest of the page

ui['panel-toggle'].addEventListener('click', () => showPanel(!document.body.classList.contains('panel-open')));
ui.scrim.addEventListener('click', () => showPanel(false));
ui['new-chat'].addEventListener('click', () => {
  // A conversation that is still empty is as good as a new one.
  if (transcript.epoch && transcript.items.length === 0) return switchTo(conversation);
  switchTo(storage.randomId(8));
});
let lastTop = 0;
ui.scroll.addEventListener('scroll', () => {
  const {scrollTop} = ui.scroll;
  // Whoever scrolls up while an answer grows is left alone, however little it was.
  following = scrollTop < lastTop ? distanceFromEnd() < 4 : distanceFromEnd() < 80;
  lastTop = scrollTop;
  showLatest();
}, {passive: true});
ui.latest.addEventListener('click', () => {
  following = true;
  const smooth = matchMedia('(prefers-reduced-motion: no-preference)').matches;
  ui.scroll.scrollTo({top: ui.scroll.scrollHeight, behavior: smooth ? 'smooth' : 'auto'});
  ui.input.focus({preventScroll: true});
});
new ResizeObserver(() => { if (following) ui.scroll.scrollTop = ui.scroll.scrollHeight; }).observe(ui.scroll);

const themeLabel = () => {
  ui['theme-toggle'].setAttribute('aria-label', t('theme'));
  ui['theme-toggle'].title = t('theme');
};
ui['theme-toggle'].addEventListener('click', () => {
  const {dataset} = document.documentElement;
  const dark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = dark ? 'light' : 'dark';
  storage.theme.set(dataset.theme);
});

function seen() {
  if (isUnseen()) return;
  if (unread) tellUnread(0);
  unread = 0;
  render();
}
document.addEventListener('visibilitychange', seen);
startEmbedding(() => {
  seen();
  if (!isUnseen()) ui.input.focus();
});
addEventListener('resize', composerChanged);

themeLabel();
restore();
showConversations();
showStatus();
composerChanged();
render(true);
connection.open();
if (matchMedia('(hover: hover)').matches) ui.input.focus();
