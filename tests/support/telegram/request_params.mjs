// A Bot API call's parameters, from the query and a JSON or form body.

/** Reads a request's body whole, at most 10 MiB. */
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > 10 << 20) throw new Error('the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Undefined when the body cannot be parsed. `schemaOf(name)` tells which values are not text. */
export function parseParams(url, contentType, body, schemaOf) {
  const params = {};
  const fromText = (entries) => {
    for (const [name, value] of entries) {
      params[name] = schemaOf(name)?.type === 'string' ? value : parsedOrText(value);
    }
  };
  fromText(url.searchParams);
  if (body === '') return params;
  if (contentType?.startsWith('application/x-www-form-urlencoded')) {
    fromText(new URLSearchParams(body));
    return params;
  }
  try {
    const parsed = JSON.parse(body);
    return parsed && typeof parsed === 'object' && !Array.isArray(parsed) ? { ...params, ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function parsedOrText(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
