// What the REST endpoints do: each takes the server and the request, and returns { status, body }.
import { errors } from './errors.mjs';
import { makeChannel, makeMessage, snowflake } from './objects.mjs';
import { reactionEndpoints } from './reactions.mjs';

const MAX_CONTENT = 2000;
const THINKING = 1 << 7;
/** SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS: what a bot may set of a message's flags. */
const SETTABLE = (1 << 2) | (1 << 12);

const ok = (body, status = 200) => ({ status, body });

function contentProblem(body) {
  if ([...(body.content ?? '')].length > MAX_CONTENT) return errors.tooLong;
  if (!body.content?.trim() && !body.embeds?.length && !body.components?.length) return errors.empty;
  if (body.embeds?.some((e) => e.image && !/^https?:\/\/[^/]/.test(e.image.url ?? ''))) return errors.badEmbed;
  return undefined;
}

/** As Discord gives them back: with their type. */
const embedsOf = (body) => (body.embeds ?? []).map((embed) => ({ type: 'rich', ...embed }));

function postMessage(server, { params: [id], body }) {
  const entry = server.channels.get(id);
  if (!entry) return errors.unknownChannel;
  if (entry.error) return entry.error;
  const problem = contentProblem(body);
  if (problem) return problem;
  const nonce = body.enforce_nonce && body.nonce !== undefined ? `${id}:${body.nonce}` : undefined;
  if (nonce && server.nonces.has(nonce)) return ok(server.nonces.get(nonce));
  const message = makeMessage({
    channel: entry.channel, author: server.me, content: body.content ?? '', embeds: embedsOf(body),
    ...(body.nonce !== undefined ? { nonce: body.nonce } : {}),
    ...(body.flags !== undefined ? { flags: body.flags & SETTABLE } : {}),
    ...(body.message_reference ? { type: 19, message_reference: { channel_id: id, type: 0, ...body.message_reference } } : {}),
  });
  if (nonce) server.nonces.set(nonce, message);
  server.record(message, body);
  return ok(message);
}

function editMessage(server, { params: [channel, id], body }) {
  const message = server.sent.find((m) => m.id === id && m.channel_id === channel);
  if (!message || server.deleted.includes(id)) return errors.unknownMessage;
  const problem = contentProblem(body);
  if (problem) return problem;
  Object.assign(message, { content: body.content, edited_timestamp: new Date().toISOString() });
  return ok(message);
}

/** A bot may delete what it wrote itself. */
function deleteMessage(server, { params: [channel, id] }) {
  const message = server.sent.find((m) => m.id === id && m.channel_id === channel);
  if (!message || server.deleted.includes(id)) return errors.unknownMessage;
  server.deleted.push(id);
  return { status: 204 };
}

function openDm(server, { body }) {
  const user = server.users.get(String(body.recipient_id));
  const found = [...server.channels.values()].find((c) => c.channel.type === 1 && c.channel.recipients[0].id === body.recipient_id);
  if (found) return ok(found.channel);
  return ok(server.addChannel(makeChannel({ recipient: user })));
}

function upsertCommand(server, { params: [app], body }) {
  if (app !== server.applicationId) return errors.missingAccess;
  const known = server.commands.find((c) => c.name === body.name);
  const command = { id: known?.id ?? snowflake(), application_id: app, version: snowflake(), default_member_permissions: null,
    type: 1, ...body };
  server.commands = [...server.commands.filter((c) => c !== known), command];
  return ok(command, known ? 200 : 201);
}

function putCommands(server, { params: [app], body }) {
  if (app !== server.applicationId) return errors.missingAccess;
  server.commands = [];
  for (const command of body) upsertCommand(server, { params: [app], body: command });
  return ok(server.commands);
}

/** The message that an interaction is answered with: "thinking" until it is edited. */
function original(server, { params: [app, token] }) {
  const interaction = server.interactions.get(token);
  return app === server.applicationId && interaction?.original ? interaction : undefined;
}

function getOriginal(server, request) {
  const found = original(server, request);
  return found ? ok(found.original) : errors.unknownWebhook;
}

function editOriginal(server, request) {
  const found = original(server, request);
  if (!found) return errors.unknownWebhook;
  const problem = contentProblem(request.body);
  if (problem) return problem;
  Object.assign(found.original, { content: request.body.content ?? '', embeds: embedsOf(request.body), flags: found.original.flags & ~THINKING });
  if (!server.sent.includes(found.original)) server.record(found.original, request.body);
  return ok(found.original);
}

/** Method and path template → handler; in this order. `auth: false`: no token is wanted. */
export const endpoints = [
  ['GET', '/gateway', (s) => ok({ url: s.gatewayUrl }), { auth: false }],
  ['GET', '/gateway/bot', (s) => ok({ url: s.gatewayUrl, shards: 1, session_start_limit: { ...s.gateway.limit } })],
  ['GET', '/users/@me', (s) => ok({ ...s.me, mfa_enabled: false, locale: 'en-US', verified: true })],
  ['GET', '/applications/@me', (s) => ok({ id: s.applicationId, name: 'Bot', flags: 0 })],
  ['POST', '/users/@me/channels', openDm],
  ['GET', '/channels/:id', (s, { params: [id] }) => (s.channels.has(id) ? ok(s.channels.get(id).channel) : errors.unknownChannel)],
  ['POST', '/channels/:id/messages', postMessage],
  ['PATCH', '/channels/:id/messages/:id', editMessage],
  ['DELETE', '/channels/:id/messages/:id', deleteMessage],
  ...reactionEndpoints,
  ['POST', '/channels/:id/typing', (s, { params: [id] }) => {
    if (!s.channels.has(id)) return errors.unknownChannel;
    s.typings.push(id);
    return { status: 204 };
  }],
  ['POST', '/applications/:id/commands', upsertCommand],
  ['PUT', '/applications/:id/commands', putCommands],
  ['GET', '/applications/:id/commands', (s) => ok(s.commands)],
  ['GET', '/webhooks/:id/:token/messages/@original', getOriginal, { auth: false }],
  ['PATCH', '/webhooks/:id/:token/messages/@original', editOriginal, { auth: false }],
].map(([method, template, run, options = {}]) => ({
  method, template, run, auth: true,
  pattern: new RegExp(`^${template.replace(/:\w+/g, '([^/]+)')}$`),
  route: `${method} ${template.replace(/\/:\w+/g, '')}`,
  ...options,
}));
