// Reactions of the bot's own under messages.
import { errors } from './errors.mjs';

// Discord knows all of Unicode's; a server's own are name:id.
const isEmoji = (text) => /^\p{RGI_Emoji}$/v.test(text) || /^\w{2,32}:\d{17,20}$/.test(text);

function reacting(run) {
  return (server, { params: [channel, message, emoji] }) => {
    const entry = server.channels.get(channel);
    if (!entry) return errors.unknownChannel;
    if (entry.error) return entry.error;
    if (!server.messages.has(`${channel}:${message}`)) return errors.unknownMessage;
    if (!isEmoji(emoji)) return errors.unknownEmoji;
    run(server, { channel, message, emoji });
    return { status: 204 };
  };
}

/** server.reactions: "channel:message" → Set of emoji; server.reactionLog: each change. */
const put = reacting((server, { channel, message, emoji }) => {
  const key = `${channel}:${message}`;
  server.reactions.set(key, (server.reactions.get(key) ?? new Set()).add(emoji));
  server.reactionLog.push({ channel, message, emoji, on: true });
});
const remove = reacting((server, { channel, message, emoji }) => {
  server.reactions.get(`${channel}:${message}`)?.delete(emoji);
  server.reactionLog.push({ channel, message, emoji, on: false });
});

const path = '/channels/:id/messages/:id/reactions/:emoji/@me';
const options = { route: 'channels/messages/reactions' }; // one limit for both
export const reactionEndpoints = [['PUT', path, put, options], ['DELETE', path, remove, options]];
