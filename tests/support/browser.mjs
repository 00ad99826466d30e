// Chromium, as the tests of the pages use it: one browser a file, a profile of its own for each visit.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

/** Where pictures of the pages go, for people to look at; ends with a slash. */
export const screenshots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
fs.mkdirSync(screenshots, {recursive: true});

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launchBrowser = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

export async function newProfile(browser, options) {
  const profile = await browser.newContext({viewport: {width: 1180, height: 820}, locale: 'en-US', reducedMotion: 'reduce', ...options});
  profile.setDefaultTimeout(15_000);
  return profile;
}

/** Collects what the page reports as an error, but for console lines that are `expected(line)`. */
export function watchErrors(page, problems, expected = () => false) {
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (line) => {
    if (line.type() === 'error' && !expected(line)) problems.push(line.text());
  });
}

/** No finding of axe-core that is serious or critical in `frame`; frames in it are looked at by themselves. */
export async function checkAccessibility(frame) {
  // Through the debugger: the page's own policy would refuse the script.
  await frame.evaluate(axe);
  const {violations} = await frame.evaluate(() => globalThis.axe.run({exclude: [['iframe']]}));
  const serious = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0].target}`), []);
}

// ---- the chat page ----

export async function write(page, text) {
  await page.fill('#input', text);
  await page.press('#input', 'Enter');
}

/** Until there are `n` answers that are complete. */
export const answered = (page, n = 1, options) =>
    page.waitForFunction((count) => document.querySelectorAll('.assistant:not(.streaming) .body').length >= count, n, options);
export const texts = (page, role) => page.locator(`.${role} .body`).allInnerTexts();
