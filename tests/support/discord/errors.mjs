// The REST API's error answers.
const error = (status, code, message, more = {}) => ({ status, body: { message, code, ...more } });

export const errors = {
  unauthorized: error(401, 0, '401: Unauthorized'),
  notFound: error(404, 0, '404: Not Found'),
  badAgent: error(403, 40333, 'internal network error'),
  unknownChannel: error(404, 10003, 'Unknown Channel'),
  unknownMessage: error(404, 10008, 'Unknown Message'),
  unknownEmoji: error(400, 10014, 'Unknown Emoji'),
  unknownWebhook: error(404, 10015, 'Unknown Webhook'),
  missingAccess: error(403, 50001, 'Missing Access'),
  empty: error(400, 50006, 'Cannot send an empty message'),
  cannotDm: error(403, 50007, 'Cannot send messages to this user'),
  missingPermissions: error(403, 50013, 'Missing Permissions'),
  badJson: error(400, 50109, 'The request body contains invalid JSON.'),
  tooLong: error(400, 50035, 'Invalid Form Body', { errors: { content: { _errors: [
    { code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] } } }),
  badEmbed: error(400, 50035, 'Invalid Form Body', { errors: { embeds: { 0: { image: { url: { _errors: [
    { code: 'URL_TYPE_INVALID_URL', message: 'Not a well formed URL.' }] } } } } } }),
  invalidForm: (problems) => error(400, 50035, 'Invalid Form Body', { errors: { _errors: problems.map((message) => ({ code: 'INVALID', message })) } }),
  internal: error(500, 0, '500: Internal Server Error'),
  rateLimited: (seconds, global = false) => ({
    status: 429, body: { message: 'You are being rate limited.', retry_after: seconds, global },
    headers: { 'retry-after': String(Math.ceil(seconds)), 'x-ratelimit-scope': global ? 'global' : 'user', ...(global ? { 'x-ratelimit-global': 'true' } : {}) } }),
};
