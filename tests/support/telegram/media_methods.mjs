// The Bot API's methods for files, for messages that show them, and for reactions.
import { chatOf } from './chat_of.mjs';
import { errors } from './errors.mjs';
import { mediaFields } from './files.mjs';

const ok = (result) => ({ ok: true, result });
const MAX_CAPTION = 1024;
// "Currently, it can be one of" of ReactionTypeEmoji; a part of the list is enough to tell them from others.
const REACTIONS = new Set(['❤', '👍', '👎', '🔥', '🎉', '🤔', '👀', '👌', '🙏', '💯', '⚡', '✍', '🤝']);

/** Sends what an HTTP URL leads to; `server.failUrl` decides which cannot be had. */
const sender = (kind) => (server, params) => {
  const { chat, error } = chatOf(server, params);
  if (error) return error;
  if (params.parse_mode) return errors.parseMode; // captions are sent as plain text
  if (params.message_thread_id === 1 && chat.type !== 'private') return errors.threadNotFound;
  const url = params[kind];
  if (!/^https?:\/\/[^/]+/.test(url ?? '')) return errors.wrongUrl;
  const refused = server.badUrls.get(url);
  if (refused) return refused;
  if ((params.caption ?? '').length > MAX_CAPTION) return errors.captionTooLong;
  const reply = params.reply_parameters;
  if (reply && !reply.allow_sending_without_reply && !server.hasMessage(chat.id, reply.message_id)) return errors.replyNotFound;
  const shown = kind === 'animation' ? 'document' : kind;
  const file = server.files.add(Buffer.from(url), {});
  return ok(server.record(chat, params, { fields: mediaFields(shown, file, { caption: params.caption }) }));
};

export const mediaMethods = {
  getFile(server, params) {
    const { file, refusal } = server.files.look(params.file_id);
    if (refusal === 'tooBig') return errors.fileTooBig;
    return file ? ok(file) : errors.fileUnknown;
  },

  sendPhoto: sender('photo'),
  sendAnimation: sender('animation'),
  sendVideo: sender('video'),
  sendAudio: sender('audio'),
  sendDocument: sender('document'),

  setMessageReaction(server, params) {
    const { chat, error } = chatOf(server, params);
    if (error) return error;
    if (!server.hasMessage(chat.id, params.message_id)) return errors.reactNotFound;
    const wanted = params.reaction ?? [];
    if (wanted.length > 1) return errors.tooManyReactions;
    const allowed = server.chats.get(String(chat.id)).reactions ?? REACTIONS;
    if (wanted.some((r) => r.type !== 'emoji' || !allowed.has(r.emoji))) return errors.reactionInvalid;
    server.reactions.push({ chat: chat.id, message: params.message_id, emoji: wanted.map((r) => r.emoji) });
    return ok(true);
  },
};
