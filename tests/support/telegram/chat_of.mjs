// Which chat a call is about.
import { errors } from './errors.mjs';

/** { chat } or { error }. */
export function chatOf(server, params) {
  if (params.chat_id === undefined || params.chat_id === '') return { error: errors.chatIdEmpty };
  const chat = server.chats.get(String(params.chat_id));
  if (!chat) return { error: errors.chatNotFound };
  if (chat.migratedTo) return { error: errors.migrated(chat.migratedTo) };
  if (chat.error) return { error: chat.error };
  return { chat: chat.chat };
}
