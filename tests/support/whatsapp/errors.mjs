// The Graph API's error answers: { status, body }.
const error = (status, code, message, more = {}) => ({
  status,
  body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'AXsgnV2Cm3ZMGF3dF_cfYIn', ...more } },
});
const details = (text) => ({ error_data: { messaging_product: 'whatsapp', details: text } });

export const errors = {
  tokenInvalid: error(401, 190, 'Invalid OAuth access token - Cannot parse access token'),
  tokenRevoked: error(401, 190, 'Error validating access token: The session has been invalidated', { error_subcode: 460 }),
  numberUnknown: error(400, 100, 'Unsupported get request. Object does not exist or cannot be loaded', { error_subcode: 33 }),
  permission: error(403, 10, '(#10) Application does not have permission for this action'),
  parameter: error(400, 100, '(#100) Invalid parameter', details('a parameter is missing or has the wrong form')),
  unknownMessage: error(400, 131009, '(#131009) Parameter value is not valid', details('Message id is not valid')),
  outsideWindow: error(400, 131047, '(#131047) Re-engagement message',
    details('Message failed to send because more than 24 hours have passed since the customer last replied to this number.')),
  undeliverable: error(400, 131026, '(#131026) Message undeliverable', details('Message Undeliverable.')),
  throughput: error(400, 130429, '(#130429) Rate limit hit', details('Message failed to send because there were too many messages sent from this phone number in a short period of time')),
  pairRate: error(400, 131056, '(#131056) (Business Account, Consumer Account) pair rate limit hit',
    details('Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.')),
  spamRate: error(400, 131048, '(#131048) Spam rate limit hit'),
  appRate: error(400, 4, '(#4) Application request limit reached'),
  mediaDownload: error(400, 131052, '(#131052) Media download error', details('Unable to download the media sent by the user')),
  mediaUpload: error(400, 131053, '(#131053) Media upload error', details('Unable to upload the media used in the message')),
  mediaUnknown: error(400, 100, 'Unsupported get request. Object does not exist or cannot be loaded', { error_subcode: 33 }),
  unknown: error(500, 131000, '(#131000) Something went wrong'),
};
