// What the Bot API's methods do: each takes the server and the parameters, and returns a body.
import { chatOf } from './chat_of.mjs';
import { errors } from './errors.mjs';
import { parseHtml } from './html_text.mjs';
import { mediaMethods } from './media_methods.mjs';

const ok = (result) => ({ ok: true, result });
const ACTIONS = new Set(['typing', 'upload_photo', 'record_video', 'upload_video', 'record_voice',
  'upload_voice', 'upload_document', 'choose_sticker', 'find_location', 'record_video_note', 'upload_video_note']);

// The text as people see it: { text, entities } or { error }. The Markdown modes are not imitated.
function readText({ text = '', parse_mode: mode = '' }) {
  if (Buffer.byteLength(text) > 32768) return { error: errors.textTooLongBytes };
  if (!['', 'html'].includes(mode.toLowerCase())) return { error: errors.parseMode };
  const read = mode ? parseHtml(text) : { text };
  if (read.refusal) return { error: errors.cannotParse(read.refusal) };
  if ([...read.text].length > 4096) return { error: errors.tooLong };
  return { text: read.text, entities: read.entities?.length ? read.entities : undefined };
}

function readMessage(params) {
  const read = readText(params);
  return !read.error && read.text.trim() === '' ? { error: errors.empty } : read;
}

export const methods = {
  ...mediaMethods,

  getMe: (server) => ok(server.me),

  setWebhook(server, params) {
    const { url, secret_token: secret } = params;
    if (url && !url.startsWith('https://') && !server.allowHttpWebhook) return errors.httpWebhook;
    if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret)) return errors.secretToken;
    server.useWebhook(url, secret, params);
    return { ok: true, result: true, description: url ? 'Webhook was set' : 'Webhook is already deleted' };
  },

  deleteWebhook(server, params) {
    server.useWebhook('', undefined, params);
    return { ok: true, result: true, description: 'Webhook was deleted' };
  },

  getWebhookInfo: (server) => ok(server.webhookInfo()),

  sendMessage(server, params) {
    const { chat, error } = chatOf(server, params);
    if (error) return error;
    const read = readMessage(params);
    if (read.error) return read.error;
    // The General topic has no thread of its own to send to.
    if (params.message_thread_id === 1 && chat.type !== 'private') return errors.threadNotFound;
    const reply = params.reply_parameters;
    if (reply && !reply.allow_sending_without_reply && !server.hasMessage(chat.id, reply.message_id)) {
      return errors.replyNotFound;
    }
    return ok(server.record(chat, params, read));
  },

  editMessageText(server, params) {
    const { chat, error } = chatOf(server, params);
    if (error) return error;
    const read = readMessage(params);
    if (read.error) return read.error;
    const message = server.sent.find((m) => m.chat.id === chat.id && m.message_id === params.message_id);
    if (!message) return errors.editNotFound;
    const same = JSON.stringify([message.text, message.entities]) === JSON.stringify([read.text, read.entities]);
    if (same) return errors.notModified;
    message.text = read.text;
    message.entities = read.entities;
    message.edit_date = Math.floor(Date.now() / 1000);
    return ok(message);
  },

  deleteMessage(server, params) {
    const { chat, error } = chatOf(server, params);
    if (error) return error;
    const message = server.sent.find((m) => m.chat.id === chat.id && m.message_id === params.message_id);
    if (!message || server.deleted.includes(message)) return errors.deleteNotFound;
    server.deleted.push(message);
    return ok(true);
  },

  sendMessageDraft(server, params) {
    const { chat, error } = chatOf(server, params);
    if (error) return error;
    if (chat.type !== 'private') return errors.draftPeer;
    if (!params.draft_id) return errors.draftIdZero;
    const read = readText(params);
    if (read.error) return read.error;
    server.drafts.push(params);
    return ok(true);
  },

  sendChatAction(server, params) {
    const { error } = chatOf(server, params);
    if (error) return error;
    if (!ACTIONS.has(params.action)) return errors.wrongAction;
    server.actions.push(params);
    return ok(true);
  },
};
