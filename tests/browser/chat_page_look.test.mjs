// How the chat page looks, in a real browser: on a phone, in the dark, in whose language, for whoever cannot see it.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {answered, checkAccessibility, screenshots, write} from '../support/browser.mjs';
import {visit} from '../support/chat_page.mjs';

for (const [locale, words] of [['de-DE', 'Nachricht schreiben'], ['zh-CN', '输入消息'], ['fr-FR', 'Write a message']]) {
  test(`the page speaks to a browser set to ${locale}`, async () => {
    await visit({locale}, async ({page}) => {
      assert.equal(await page.getAttribute('#input', 'placeholder'), words);
    });
  });
}

const demo = `Here is **what happens** to a message:

1. A plugin takes it in: \`oc.inbound/1\`.
2. The gateway stores it.
3. An agent answers.

\`\`\`yaml
channels:
  webchat: {enabled: true}
\`\`\`

| Channel | Limit |
|---|---:|
| Telegram | 4096 |
| Discord | 2000 |

> Nothing that was accepted is lost. [More](https://example.com)`;

for (const look of [
  {name: 'light', colorScheme: 'light'},
  {name: 'dark', colorScheme: 'dark'},
  {name: 'phone', colorScheme: 'light', viewport: {width: 360, height: 720}},
  {name: 'phone-dark', colorScheme: 'dark', viewport: {width: 360, height: 720}},
]) {
  test(`the page is accessible and fits: ${look.name}`, async () => {
    const {name, ...context} = look;
    await visit(context, async ({page}) => {
      await checkAccessibility(page);
      await page.screenshot({path: `${screenshots}chat-empty-${name}.png`});
      await write(page, demo);
      await answered(page);
      await page.waitForSelector('.assistant table');
      await checkAccessibility(page);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(content <= window, `${content} px wide in ${window} px`);
      await page.screenshot({path: `${screenshots}chat-${name}.png`});
    });
  });
}

test('the theme toggle is remembered', async () => {
  await visit({colorScheme: 'light'}, async ({page}) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.click('#theme-toggle');
    const dark = await background();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await background(), dark);
  });
});
