// The chat as a widget on somebody else's page, in a real browser.
import assert from 'node:assert/strict';
import http from 'node:http';
import {once} from 'node:events';
import {after, before, test} from 'node:test';

import {checkAccessibility, launchBrowser, newProfile, screenshots, watchErrors} from '../support/browser.mjs';
import {startGateway} from '../support/gateway.mjs';

/** A site of one page, whose policy allows the gateway and nothing inline. */
async function startSite() {
  const site = {attributes: ''};
  const server = http.createServer((_, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; script-src ${site.gateway}; frame-src ${site.gateway}`,
    });
    response.end(`<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>A shop</title>
      <script src="${site.gateway}/chat/widget.js" defer ${site.attributes}></script></head>
      <body><main><h1>A shop</h1><p>Things to buy.</p></main></body></html>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  site.url = `http://127.0.0.1:${server.address().port}`;
  site.close = () => server.close();
  return site;
}

let gateway;
let browser;
let shop;
let stranger;

before(async () => {
  [shop, stranger] = [await startSite(), await startSite()];
  gateway = await startGateway({args: ['--dev'], config: `
server: {host: 127.0.0.1, port: 0}
auth: {apiKey: test-key-of-the-browser-tests}
providers:
  - {name: echo, plugin: echo, tokensPerSecond: 20}
channels:
  webchat: {enabled: true, dmPolicy: open, allowFrom: ["*"], allowedOrigins: ["${shop.url}"]}
`});
  shop.gateway = stranger.gateway = gateway.url;
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
  shop?.close();
  stranger?.close();
});

/** Opens `site` in a profile of its own; fails on any error that the pages report. */
async function visit(site, options, body) {
  const profile = await newProfile(browser, options);
  const page = await profile.newPage();
  const problems = [];
  watchErrors(page, problems, (line) => /favicon/.test(line.location().url));
  try {
    await page.goto(site.url);
    await body({page, problems, button: page.locator('openclaw-chat button'), chat: page.frameLocator('openclaw-chat iframe')});
  } finally {
    await profile.close();
  }
}

const online = (chat) => chat.locator('#status[data-state=online]').waitFor();
const answer = (chat) => chat.locator('.assistant:not(.streaming) .body');
async function write(chat, text) {
  await chat.locator('#input').fill(text);
  await chat.locator('#input').press('Enter');
}

test('a conversation in the corner of another site, and again after a reload', async () => {
  await visit(shop, {}, async ({page, problems, button, chat}) => {
    await page.getByRole('button', {name: 'Open the chat'}).waitFor();
    await checkAccessibility(page);
    await page.screenshot({path: `${screenshots}widget-closed.png`});
    assert.equal(await page.locator('openclaw-chat iframe').count(), 0, 'nothing is loaded before it is wanted');
    await button.click();
    await online(chat);
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    await write(chat, 'hello from the shop');
    await answer(chat).waitFor();
    assert.match(await answer(chat).innerText(), /hello from the shop/);
    await page.screenshot({path: `${screenshots}widget-open.png`});
    await checkAccessibility(page);
    await checkAccessibility(page.frames().find((frame) => frame.url().startsWith(`${gateway.url}/chat`)));
    await page.reload();
    await button.click();
    await answer(chat).waitFor();
    assert.equal(await chat.locator('.user .body').innerText(), 'hello from the shop');
    assert.deepEqual(problems, []);
  });
});

test('Escape closes it, and an answer that comes then is counted on the button', async () => {
  await visit(shop, {}, async ({page, problems, button, chat}) => {
    await button.click();
    await online(chat);
    await write(chat, Array.from({length: 60}, (_, i) => `word${i}`).join(' '));
    await chat.locator('.streaming .body').filter({hasText: 'word0'}).waitFor();
    await button.click();  // Escape would stop the answer first
    await page.getByRole('button', {name: 'Open the chat (1 new)'}).waitFor();
    assert.equal(await page.locator('openclaw-chat .badge').innerText(), '1');
    await button.click();
    await page.getByRole('button', {name: 'Close the chat'}).waitFor();
    await answer(chat).waitFor();
    assert.equal(await page.locator('openclaw-chat .badge').isVisible(), false);
    await chat.locator('#input').press('Escape');
    await page.getByRole('button', {name: 'Open the chat', exact: true}).waitFor();
    assert.equal(await page.evaluate(() => document.querySelector('openclaw-chat').shadowRoot.activeElement?.tagName), 'BUTTON');
    assert.deepEqual(problems, []);
  });
});

test('a site that is not allowed gets no chat', async () => {
  await visit(stranger, {}, async ({page, button, problems}) => {
    await button.click();
    // The browser says which rule kept it out.
    await page.waitForFunction(() => document.querySelector('openclaw-chat').shadowRoot.querySelector('.refused:not([hidden])'));
    assert.equal(await page.getByRole('link', {name: 'Open it in a new tab'}).getAttribute('href'), `${gateway.url}/chat`);
    assert.equal(page.frames().some((frame) => frame.url().startsWith(`${gateway.url}/chat`)), false);
    assert.match(problems.join('\n'), /frame-ancestors/);
  });
});

test('other words, the other corner, a telephone, German', async () => {
  shop.attributes = 'data-side="left"';
  await visit(shop, {viewport: {width: 390, height: 780}, locale: 'de-DE', colorScheme: 'dark'}, async ({page, problems, button, chat}) => {
    await page.getByRole('button', {name: 'Chat öffnen'}).waitFor();
    assert.ok((await button.boundingBox()).x < 100);
    await button.click();
    await online(chat);
    const {width, height} = await page.locator('openclaw-chat .panel').boundingBox();
    assert.ok(width >= 389 && height > 650, `${width}x${height}`);
    await page.screenshot({path: `${screenshots}widget-phone.png`});
    await page.getByRole('button', {name: 'Chat schließen'}).click();
    assert.deepEqual(problems, []);
  });
  shop.attributes = 'data-label="Ask &amp; buy"';
  await visit(shop, {}, async ({page}) => {
    await page.getByRole('button', {name: 'Ask & buy'}).waitFor();
  });
});
