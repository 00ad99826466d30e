// The chat page in a real browser, against the real gateway with the echo provider: one of each a file of tests.
//
// OPENCLAW_CHAT_MOCK=/path/to/module.mjs replaces the gateway by that module's startGateway().
import assert from 'node:assert/strict';
import {after, before} from 'node:test';

import {launchBrowser, newProfile, watchErrors} from './browser.mjs';

const {startGateway} = await import(process.env.OPENCLAW_CHAT_MOCK ?? './gateway.mjs');

export const startChat = (policy = 'dmPolicy: open, allowFrom: ["*"]') => startGateway({args: ['--dev'], config: `
server: {host: 127.0.0.1, port: 0}
auth: {apiKey: test-key-of-the-browser-tests}
providers:
  - {name: echo, plugin: echo, tokensPerSecond: 20}
channels:
  webchat: {enabled: true, ${policy}}
`});

export let gateway;
let browser;

before(async () => {
  gateway = await startChat();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Runs `body` in a browser profile of its own and fails on any error the page reports. */
export async function visit(options, body) {
  const {url = gateway.url, mayDisconnect, expected = /^$/, ...context} = options;
  const profile = await newProfile(browser, context);
  const problems = [];
  const open = async (prepare) => {
    const page = await profile.newPage();
    watchErrors(page, problems, (line) => mayDisconnect || expected.test(line.text()));
    await prepare?.(page);
    await page.goto(`${url}/chat`);
    await page.waitForSelector('#status[data-state=online]');
    return page;
  };
  try {
    await body({profile, open, page: await open(options.prepare)});
    assert.deepEqual(problems, []);
  } finally {
    await profile.close();
  }
}
