// Discord's buckets: so many requests of a route and top-level resource in a window.
import { createHash } from 'node:crypto';

import { errors } from './errors.mjs';

export class RateLimits {
  #limits = new Map([['POST /channels/messages', { limit: 5, windowMs: 5000 }],
    ['channels/messages/reactions', { limit: 1, windowMs: 250 }]]);
  #windows = new Map();
  #default = { limit: 50, windowMs: 1000 };

  set(route, limit) {
    this.#limits.set(route, limit);
    this.#windows.clear();
  }

  /** { headers, refused }: refused is the answer when the limit is over. */
  take(route, resource) {
    const { limit, windowMs } = this.#limits.get(route) ?? this.#default;
    const key = `${route} ${resource}`;
    const now = performance.now();
    let window = this.#windows.get(key);
    if (!window || window.ends <= now) this.#windows.set(key, (window = { ends: now + windowMs, used: 0 }));
    const resetAfter = (window.ends - now) / 1000;
    const over = window.used >= limit;
    if (!over) window.used += 1;
    const headers = {
      'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(limit - window.used),
      'x-ratelimit-reset': (Date.now() / 1000 + resetAfter).toFixed(3), 'x-ratelimit-reset-after': resetAfter.toFixed(3),
      'x-ratelimit-bucket': createHash('md5').update(route).digest('hex'),
    };
    if (!over) return { headers };
    const refused = errors.rateLimited(Number(resetAfter.toFixed(3)));
    return { headers, refused: { ...refused, headers: { ...headers, ...refused.headers } } };
  }
}
