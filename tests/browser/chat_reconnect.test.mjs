// The chat page while the gateway goes and comes: nothing that was said is missing, nothing is shown twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { launchBrowser, newProfile, write } from '../support/browser.mjs';
import { healthUntil, makeHome, startGateway } from '../support/gateway.mjs';
import { freePort } from '../support/free_port.mjs';

const config = (port) => `server: { host: 127.0.0.1, port: ${port} }
auth: { apiKey: test-key-of-the-browser-tests }
providers: [{ name: echo, plugin: echo, tokensPerSecond: 20 }]
channels:
  webchat: { dmPolicy: open, allowFrom: ["*"] }
`;
const long = (words) => Array.from({ length: words }, (_, i) => `w${i}`).join(' ');
const said = (page) => page.evaluate(() => [...document.querySelectorAll('.user .body, .assistant .body')]
  .map((b) => `${b.closest('.user') ? 'person' : 'agent'} ${b.textContent.trim().split(' ').at(-1)}`));
const online = (page) => page.waitForSelector('#status[data-state=online]', { timeout: 40_000 });
const answered = (page, word) => page.waitForFunction(
  (w) => [...document.querySelectorAll('.assistant:not(.streaming) .body')].some((b) => b.textContent.includes(w)), word, { timeout: 40_000 });

/** `run(page, gateway, again)`: again() starts another life of the gateway behind the same address. */
async function withPage(run, prepare = async () => {}) {
  const [home, port] = [makeHome(), await freePort()];
  const life = () => startGateway({ args: ['--dev'], config: config(port), home, env: { OPENCLAW_PORT: String(port) } });
  const gateways = [await life()];
  const browser = await launchBrowser();
  try {
    const page = await (await newProfile(browser, {})).newPage();
    await prepare(page);
    await page.goto(`${gateways[0].url}/chat`);
    await online(page);
    await run(page, gateways[0], async () => gateways.push(await life()));
  } finally {
    await browser.close();
    await gateways.at(-1).stop({ keepHome: true });
    home.remove();
  }
}

test('an answer that ends while the page is cut off is there afterwards, once', async () => {
  let cut;
  let away = false;
  const welcomes = [];
  const prepare = (page) => page.routeWebSocket(/\/ws$/, (socket) => {
    if (away) return void socket.close({ code: 1012 });
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const frame = JSON.parse(message);
      if (frame.type === 'welcome') welcomes.push(frame.replay);
      socket.send(message);
    });
    cut = async () => {
      await socket.close({ code: 1012 });
      await server.close({ code: 1000 });
    };
  });
  await withPage(async (page, gateway) => {
    await write(page, long(30));
    await page.waitForSelector('.streaming .body:has-text("w3")');
    away = true;
    await cut();
    await page.waitForSelector('#status[data-state=waiting]');
    await healthUntil(gateway, (h) => h.ledger.answered === 1);
    away = false;
    await online(page);
    await answered(page, 'w29');
    assert.deepEqual(welcomes, [false, true], 'what was missed is told again, not the whole history');
    assert.deepEqual(await said(page), ['person w29', 'agent w29']);
  }, prepare);
});

test('what was written before a kill -9 stays on the page, in its place, and is answered once', async () => {
  await withPage(async (page, gateway, again) => {
    await write(page, 'zero');
    await answered(page, 'zero');
    await write(page, long(60));
    await page.waitForSelector('.streaming .body:has-text("w3")');
    await gateway.kill();
    await again();
    await online(page);
    await answered(page, 'w59');
    const expected = ['person zero', 'agent zero', 'person w59', 'agent w59'];
    assert.deepEqual(await said(page), expected);
    await page.reload();
    await online(page);
    await answered(page, 'w59');
    assert.deepEqual(await said(page), expected, 'the transcript has the same');
  });
});
