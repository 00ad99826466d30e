// Posts webhooks as Meta does: what is not ASCII is escaped in the bytes, and the bytes are signed.
import { createHmac } from 'node:crypto';

/** JSON as Meta writes it on the wire. */
export function wireBytes(payload) {
  const escaped = JSON.stringify(payload).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.from(escaped, 'ascii');
}

export function signature(bytes, secret) {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
}

/** One request; `header` overrides the signature, null leaves it out. Resolves to the status. */
export async function post(url, bytes, secret, { header = signature(bytes, secret) } = {}) {
  const headers = { 'content-type': 'application/json', 'user-agent': 'facebookexternalua' };
  if (header !== null) headers['x-hub-signature-256'] = header;
  const response = await fetch(url, { method: 'POST', headers, body: bytes });
  await response.arrayBuffer();
  return response.status;
}

/** A payload around one value, or several. */
export function payloadOf(...values) {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: values.map((value) => ({ value, field: 'messages' })) }],
  };
}
