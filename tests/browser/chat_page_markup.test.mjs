// What becomes of text in the chat page, in a real browser: formatted and coloured, and never more markup than that.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {answered, checkAccessibility, screenshots, write} from '../support/browser.mjs';
import {visit} from '../support/chat_page.mjs';

test('what is written can never become markup', async () => {
  await visit({}, async ({page}) => {
    await write(page, '<img src=x onerror="window.hacked=1"> [a](javascript:window.hacked=1) **bold** <script>window.hacked=1</script>');
    await answered(page);
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    assert.equal(await page.locator('.messages img, .messages script').count(), 0);
    assert.equal(await page.locator('.assistant a').count(), 0);
    assert.equal(await page.locator('.assistant strong').innerText(), 'bold');
  });
});

test('of what the gateway writes only the known elements are built', async () => {
  // The browser says what its policy refuses even where nothing would run.
  await visit({expected: /Content Security Policy/}, async ({page}) => {
    const built = await page.evaluate(async () => {
      const {renderHtml} = await import('./chat/html.js');
      const options = {copy: 'Copy', copied: 'Copied', showsImage: (url) => url.startsWith('https://good.example/')};
      return [
        '<p onclick="window.hacked=1" style="color:red" id="input">a<script>window.hacked=1</script></p>',
        '<p><a href="javascript:window.hacked=1">x</a><a href="https://a.b/" onmouseover="x" target="_self">y</a></p>',
        '<p><img src="x" onerror="window.hacked=1" alt="p"><img src="https://evil.example/" alt="q"></p>',
        '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>', '<svg onload="window.hacked=1"><p>s</p></svg>',
        '<form action="/x"><input name="n">f</form>', '<style>*{display:none}</style>', '<meta http-equiv="refresh" content="0"><base href="//e">',
        '<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1></style></mglyph></table></mtext></math>',
        '<ol start="3" type="a"><li>[x] t</li><li>[ ] u</li></ol>', '<table><tr><td align="right" onclick="x">1</td></tr></table>',
        '<pre><code class="language-js evil">1 &lt; 2&#10;3</code></pre>', '<template><p>t</p></template>', '<b>b', 'text &lt;i&gt;',
      ].map((line) => {
        const container = document.createElement('div');
        renderHtml(container, line, options);
        return [container.childNodes.length, [...container.querySelectorAll('*')].map((n) => n.localName +
            [...n.attributes].map((a) => ` ${a.name}=${a.value}`).join('')).join(','), container.textContent];
      });
    });
    assert.equal(await page.evaluate(() => window.hacked), undefined);
    const link = 'rel=noopener noreferrer nofollow target=_blank';
    assert.deepEqual(built, [
      [1, 'p', 'awindow.hacked=1'],
      [1, `p,span,a href=https://a.b/ ${link}`, 'xy'],
      [1, `p,a href=https://evil.example/ ${link}`, 'pq'],
      [1, '', ''],
      [1, 'div,p', 's'],
      [1, '', 'f'],
      [1, 'div', ''],
      [1, 'div', ''],
      [1, '', '<img src=x onerror=window.hacked=1>'],
      [1, 'ol start=3,li class=task,input type=checkbox disabled= aria-label=✓,li class=task,input type=checkbox disabled= aria-label=–', 'tu'],
      [1, 'div class=table tabindex=0,table,tbody,tr,td class=align-right', '1'],
      [1, 'div class=code,div class=code-bar,span,button type=button class=copy,pre tabindex=0,code', 'jsCopy1 < 2\n3'],
      [1, 'div', ''],
      [1, '', 'b'],
      [1, '', 'text <i>'],
    ]);
  });
});

test('lines that did not change keep their nodes', async () => {
  await visit({}, async ({page}) => {
    const kept = await page.evaluate(async () => {
      const {renderHtml} = await import('./chat/html.js');
      const container = document.createElement('div');
      renderHtml(container, '<p>a</p>\n<p>b</p>', {growing: true});
      const [a, b] = container.childNodes;
      renderHtml(container, '<p>a</p>\n<p>bc</p>\n<hr>', {growing: true});
      const [c, d] = container.childNodes;
      renderHtml(container, '<p>a</p>', {growing: false});
      return [a === c, b === d, a === container.firstChild, container.childNodes.length];
    });
    assert.deepEqual(kept, [true, false, true, 1]);
  });
});

test('an answer is formatted while it is written, by the parser that every channel has', async () => {
  await visit({}, async ({page}) => {
    await write(page, `# Title and **bold** words and see https://a.b/c. ${Array.from({length: 30}, (_, i) => `w${i}`).join(' ')}`);
    await page.waitForSelector('.streaming .body h3 strong:has-text("bold")');
    assert.equal(await page.locator('.streaming .body h3 a').getAttribute('href'), 'https://a.b/c');
    await answered(page);
    assert.equal(await page.locator('.assistant .body h3 strong').innerText(), 'bold');
    await page.reload();
    await page.waitForSelector('.assistant .body h3 strong');
  });
});

test('the button beside code copies it', async () => {
  await visit({permissions: ['clipboard-read', 'clipboard-write']}, async ({page}) => {
    await page.fill('#input', '```js\nconst a = "<b>";\n  b();\n```');
    await page.press('#input', 'Enter');
    await answered(page);
    await page.click('.assistant .copy');
    await page.waitForSelector('.assistant .copy:has-text("Copied")');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'const a = "<b>";\n  b();');
  });
});

test('code is coloured, and nothing of it becomes markup', async () => {
  await visit({}, async ({page}) => {
    const code = "const a = '<b>&amp;</b>'; // <script>alert(1)</script>";
    await page.fill('#input', `\`\`\`js\n${code}\n\`\`\`\n\n\`\`\`none-such\nplain\n\`\`\``);
    await page.press('#input', 'Enter');
    await page.waitForSelector('.assistant .hljs-keyword:has-text("const")');
    assert.deepEqual(await page.locator('.assistant pre code').allInnerTexts(), [code, 'plain']);
    assert.equal(await page.locator('.assistant pre :not(code):not(span)').count(), 0);
    await checkAccessibility(page);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({colorScheme: scheme});
      await checkAccessibility(page);
      await page.screenshot({path: `${screenshots}code-${scheme}.png`});
    }
  });
});

test('only what highlight.js always writes becomes nodes', async () => {
  await visit({}, async ({page}) => {
    const shown = await page.evaluate(async () => {
      const {spans} = await import('/chat/highlight.js');
      const show = (html) => {
        const nodes = spans(html);
        if (!nodes) return undefined;
        const host = document.createElement('div');
        host.append(nodes);
        return [host.textContent, host.querySelectorAll('span').length];
      };
      return ['<span class="hljs-a b">x &lt;b&gt;</span>&amp;&quot;&#x27;', '', '<img src=x>', '<span onclick="x">y</span>',
        '<span class="a">', '</span>', '&copy;', '<span class="a" style="b">c</span>'].map(show);
    });
    assert.deepEqual(shown, [['x <b>&"\'', 1], ['', 0], undefined, undefined, undefined, undefined, undefined, undefined]);
  });
});

test('code that takes too long to colour stays as it is, and the page goes on', async () => {
  const stuck = "self.onmessage = () => { for (;;); }; self.postMessage({ready: true});";
  const prepare = (page) => page.route('**/highlight_worker.js', (route) => route.fulfill({contentType: 'text/javascript', body: stuck}));
  await visit({prepare}, async ({page}) => {
    const begun = page.waitForEvent('worker');
    await write(page, 'a\n```js\nconst a = 1;\n```');
    await (await begun).waitForEvent('close');
    assert.equal(await page.locator('.assistant pre code').innerText(), 'const a = 1;');
    assert.equal(await page.locator('.assistant pre span').count(), 0);
    await write(page, 'still there');
    await answered(page, 2);
  });
});
