// Discord's server for files: signed addresses, which are good for a while and want no token.
import { createHmac, randomBytes } from 'node:crypto';

import { snowflake } from './objects.mjs';

export class Cdn {
  requests = []; // { path, headers }
  #key = randomBytes(16);
  #files = new Map(); // path → { bytes, mime }

  /** The attachment object of a message; `root` is where this server answers. */
  add(root, channel, bytes, { name = 'a.png', mime = 'image/png', size = bytes.length } = {}) {
    const id = snowflake();
    const path = `/attachments/${channel}/${id}/${name}`;
    this.#files.set(path, { bytes, mime });
    const url = `${root}${path}?ex=1&is=0&hm=${this.#signature(path)}&`;
    return { id, filename: name, size, url, proxy_url: url, ...(mime ? { content_type: mime } : {}) };
  }
  /** From now on every address is over, as after a day. */
  expire() {
    this.#key = randomBytes(16);
  }
  /** True when the request was for a file, and is answered. */
  serve(url, request, response) {
    if (!url.pathname.startsWith('/attachments/')) return false;
    const path = decodeURIComponent(url.pathname);
    this.requests.push({ path, headers: request.headers });
    const file = this.#files.get(path);
    if (!file || url.searchParams.get('hm') !== this.#signature(path)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('This content is no longer available.');
    } else {
      response.writeHead(200, { 'content-type': file.mime || 'application/octet-stream' }).end(file.bytes);
    }
    return true;
  }

  #signature(path) {
    return createHmac('sha256', this.#key).update(path).digest('hex');
  }
}
