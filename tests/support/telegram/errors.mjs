// The Bot API's error answers, word for word as its server gives them.
const error = (error_code, description, parameters) =>
  ({ ok: false, error_code, description, ...(parameters ? { parameters } : {}) });

export const errors = {
  badToken: error(401, 'Unauthorized: invalid token specified'),
  revokedToken: error(401, 'Unauthorized'),
  pathUnknown: error(404, 'Not Found'),
  methodUnknown: error(404, 'Not Found: method not found'),
  webhookActive: error(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"),
  secondPoller: error(409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running'),
  pollEndedBySetWebhook: error(409, 'Conflict: terminated by setWebhook request'),
  restart: error(500, 'Internal Server Error: restart'),
  textTooLongBytes: error(400, 'Bad Request: text is too long'),
  tooLong: error(400, 'Bad Request: message is too long'),
  empty: error(400, 'Bad Request: message text is empty'),
  notModified: error(400, 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message'),
  editNotFound: error(400, 'Bad Request: message to edit not found'),
  chatNotFound: error(400, 'Bad Request: chat not found'),
  chatIdEmpty: error(400, 'Bad Request: chat_id is empty'),
  replyNotFound: error(400, 'Bad Request: message to be replied not found'),
  threadNotFound: error(400, 'Bad Request: message thread not found'),
  wrongAction: error(400, 'Bad Request: wrong parameter action in request'),
  draftIdZero: error(400, 'Bad Request: DRAFT_ID_INVALID'),
  draftPeer: error(400, 'Bad Request: PEER_ID_INVALID'),
  unparsableBody: error(400, "Bad Request: can't parse JSON object"),
  httpWebhook: error(400, 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook'),
  secretToken: error(400, 'Bad Request: secret token contains unallowed characters'),
  blocked: error(403, 'Forbidden: bot was blocked by the user'),
  kicked: error(403, 'Forbidden: bot was kicked from the supergroup chat'),
  deactivated: error(403, 'Forbidden: user is deactivated'),
  flood: (seconds) => error(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
  migrated: (id) => error(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: id }),
};
