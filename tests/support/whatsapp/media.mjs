// Media that people sent: an id, which Meta gives an address for, which is good for a while.
import { createHash, randomBytes } from 'node:crypto';

export class Media {
  downloads = []; // { id, headers }
  #next = 1003383421387256n;
  #media = new Map(); // id → { bytes, mime, size }
  #hash = randomBytes(8).toString('hex');

  /** `size`, `sha256`: what Meta says of it, when that is not what it is. */
  add(bytes, { mime = 'image/jpeg', size = bytes.length, sha256 } = {}) {
    const id = String(this.#next++);
    this.#media.set(id, { bytes, mime, size, sha256: sha256 ?? createHash('sha256').update(bytes).digest('hex') });
    return id;
  }
  /** As Meta does after 30 days. */
  forget(id) {
    this.#media.delete(id);
  }
  /** What GET /{Media-ID} says, or undefined; `root` is where this server answers. */
  describe(root, id) {
    const media = this.#media.get(id);
    if (!media) return undefined;
    const url = `${root}/whatsapp_business/attachments/?mid=${id}&ext=1&hash=${this.#hash}`;
    return { messaging_product: 'whatsapp', url, mime_type: media.mime, sha256: media.sha256, file_size: String(media.size), id };
  }
  has(id) {
    return this.#media.has(id);
  }
  /** Answers a request for the bytes; false: it was none. */
  serve(url, request, response, allowed) {
    if (url.pathname !== '/whatsapp_business/attachments/') return false;
    const id = url.searchParams.get('mid');
    this.downloads.push({ id, headers: request.headers });
    const media = allowed && url.searchParams.get('hash') === this.#hash ? this.#media.get(id) : undefined;
    if (!media) response.writeHead(allowed ? 404 : 401).end();
    else response.writeHead(200, { 'content-type': media.mime }).end(media.bytes);
    return true;
  }
}
