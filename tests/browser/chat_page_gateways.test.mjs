// One person's chat pages at two gateways that share a store, in a real browser: both show the same, whichever gateway fails.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { answered, launchBrowser, newProfile, texts, watchErrors, write } from '../support/browser.mjs';
import { withCluster } from '../support/cluster.mjs';
import { PostgresServer } from '../support/postgres_server.mjs';
import { RedisServer } from '../support/redis_server.mjs';

const kLeaseSeconds = 4; // a gateway that a sanitizer slows down must be able to keep it
const kTakeover = { timeout: 60_000 };
const person = '0123456789abcdef'.repeat(3);
const config = `server: { host: 127.0.0.1, port: 0 }
providers: [{ name: echo, tokensPerSecond: 20 }]
channels:
  webchat: { dmPolicy: open, allowFrom: ["*"] }
`;
const long = Array.from({ length: 60 }, (_, i) => `w${i}`).join(' ');
const shown = async (page) => [await texts(page, 'user'), await texts(page, 'assistant')];

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

for (const [engine, Server] of Object.entries({ postgres: PostgresServer, redis: RedisServer })) {
  describe(engine, () => {
    let server;
    let places = 0;
    before(async () => {
      server = await new Server().start();
    });
    after(() => server.remove());

    /** `body` gets {cluster, pages}: a page of the same person at each of the gateways a and b. */
    async function withPages(body) {
      const options = { config: config + server.section(`pages_${++places}`), leaseSeconds: kLeaseSeconds };
      await withCluster(options, async (cluster) => {
        const profile = await newProfile(browser);
        try {
          // Each gateway is an origin of its own: the person is known by what a page keeps there.
          await profile.addInitScript((token) => localStorage.setItem('openclaw.webchat.token', token), person);
          const pages = [];
          for (const { url } of await cluster.startAll('a', 'b')) {
            const page = await profile.newPage();
            await page.goto(`${url}/chat`);
            await page.waitForSelector('#status[data-state=online]');
            pages.push(page);
          }
          await body({ cluster, pages });
        } finally {
          await profile.close();
        }
      });
    }

    test('what is asked in one page is shown with its answer in the other', () => withPages(async ({ cluster, pages: [a, b] }) => {
      const problems = [];
      for (const page of [a, b]) watchErrors(page, problems);
      await write(a, 'from the first');
      await answered(b);
      await write(b, 'from the second');
      await answered(a, 2);
      await answered(b, 2);
      const both = await shown(a);
      assert.deepEqual(both[0], ['from the first', 'from the second']);
      assert.equal(both[1].length, 2);
      assert.deepEqual(await shown(b), both);
      await b.reload();
      await answered(b, 2);
      assert.deepEqual(await shown(b), both);
      assert.deepEqual(problems, []);
      await cluster.stopAll();
    }));

    test('a gateway is killed while it answers: the page at the other one goes on', () => withPages(async ({ cluster, pages: [a, b] }) => {
      const problems = [];
      watchErrors(b, problems);
      await write(a, long);
      await b.waitForSelector('.streaming .body:has-text("w3")');
      await cluster.kill('a');
      await answered(b, 1, kTakeover);
      await write(b, 'still there?');
      await answered(b, 2);
      const [asked, said] = await shown(b);
      assert.deepEqual(asked, [long, 'still there?']);
      assert.equal(said.length, 2);
      assert.match(said[0], /w0 .* w59/);
      assert.match(said[1], /still there\?/);
      assert.deepEqual(problems, []);
      await cluster.stop('b');
    }));
  });
}
