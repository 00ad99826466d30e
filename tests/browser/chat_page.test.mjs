// The chat page in a real browser, against the real gateway with the echo provider.
//
// OPENCLAW_CHAT_MOCK=/path/to/module.mjs replaces the gateway by that module's startGateway().
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {checkAccessibility, launchBrowser, newProfile, screenshots, watchErrors} from '../support/browser.mjs';

const {startGateway} = await import(process.env.OPENCLAW_CHAT_MOCK ?? '../support/gateway.mjs');

const config = (policy) => `
server: {host: 127.0.0.1, port: 0}
auth: {apiKey: test-key-of-the-browser-tests}
providers:
  - {name: echo, plugin: echo, tokensPerSecond: 20}
channels:
  webchat: {enabled: true, ${policy}}
`;

let gateway;
let browser;

before(async () => {
  gateway = await startGateway({args: ['--dev'], config: config('dmPolicy: open, allowFrom: ["*"]')});
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Runs `body` in a browser profile of its own and fails on any error the page reports. */
async function visit(options, body) {
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

async function write(page, text) {
  await page.fill('#input', text);
  await page.press('#input', 'Enter');
}

const answered = (page, n = 1) =>
    page.waitForFunction((count) => document.querySelectorAll('.assistant:not(.streaming) .body').length >= count, n);
const texts = (page, role) => page.locator(`.${role} .body`).allInnerTexts();


test('the root leads to the chat page', async () => {
  const response = await fetch(gateway.url, {redirect: 'manual'});
  assert.equal(response.status, 302);
  assert.equal(response.headers.get('location'), '/chat');
});

test('an answer streams in, and a reload shows the conversation again', async () => {
  await visit({}, async ({page}) => {
    const words = 'one two three four five six seven eight nine ten';
    await page.evaluate(() => {
      window.seen = new Set();
      new MutationObserver(() => {
        const text = document.querySelector('.streaming .body')?.textContent;
        if (text) window.seen.add(text);
      }).observe(document.getElementById('messages'), {childList: true, subtree: true, characterData: true});
    });
    await write(page, words);
    await answered(page);
    const stages = await page.evaluate(() => [...window.seen]);
    assert.ok(stages.length >= 3, `seen at once: ${stages}`);
    assert.match((await texts(page, 'assistant'))[0], /one two three .* ten/);
    await page.reload();
    await answered(page);
    assert.deepEqual(await texts(page, 'user'), [words]);
    assert.equal((await texts(page, 'assistant')).length, 1);
  });
});

test('a reload in the middle of an answer shows question and answer', async () => {
  await visit({}, async ({page}) => {
    const words = Array.from({length: 40}, (_, i) => `word${i}`).join(' ');
    await write(page, words);
    await page.waitForSelector('.streaming .body:has-text("word5")');
    await page.reload();
    await page.waitForSelector('.assistant .body:has-text("word5")');
    assert.deepEqual(await texts(page, 'user'), [words]);
    await answered(page);
    assert.match((await texts(page, 'assistant'))[0], /word0 .* word39/);
    assert.equal((await texts(page, 'assistant')).length, 1);
  });
});

test('the token is in no address and no other place than its storage', async () => {
  await visit({}, async ({profile, page}) => {
    const urls = [];
    profile.on('request', (request) => urls.push(request.url()));
    await page.reload();
    await page.waitForSelector('#status[data-state=online]');
    await write(page, 'hello');
    await answered(page);
    const token = await page.evaluate(() => localStorage.getItem('openclaw.webchat.token'));
    assert.match(token, /^[0-9a-f]{48}$/);
    assert.ok(urls.length > 0);
    for (const url of [...urls, page.url()]) assert.ok(!url.includes(token));
    assert.ok(!(await page.content()).includes(token));
    assert.deepEqual(await profile.cookies(), []);
  });
});

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

test('the stop button ends the answer, and what was written stays', async () => {
  await visit({}, async ({page}) => {
    await write(page, Array.from({length: 60}, (_, i) => `w${i}`).join(' '));
    await page.waitForSelector('.streaming .body:has-text("w3")');
    await page.click('#stop');
    await page.waitForSelector('#stop', {state: 'hidden'});  // the gateway's word that it ended
    await page.waitForSelector('.assistant.stopped');
    const [text] = await texts(page, 'assistant');
    assert.match(text, /w3/);
    assert.ok(!text.includes('w59'));
  });
});

test('Shift+Enter makes a new line, Escape stops the answer', async () => {
  await visit({}, async ({page}) => {
    await page.fill('#input', 'one');
    await page.press('#input', 'Shift+Enter');
    await page.keyboard.type(Array.from({length: 60}, (_, i) => `w${i}`).join(' '));
    assert.equal(await page.locator('.user').count(), 0);
    await page.press('#input', 'Enter');
    await page.waitForSelector('.streaming .body:has-text("w3")');
    await page.press('#input', 'Escape');
    await page.waitForSelector('#stop', {state: 'hidden'});
    assert.ok(!(await texts(page, 'assistant')).join().includes('w59'));
    assert.equal(await page.evaluate(() => document.activeElement.id), 'input');
  });
});

test('two tabs of one person show the same conversation', async () => {
  await visit({}, async ({page, open}) => {
    const other = await open();
    await write(page, 'from the first tab');
    await answered(other);
    assert.deepEqual(await texts(other, 'user'), ['from the first tab']);
    await write(other, 'from the second tab');
    await answered(page, 2);
    assert.deepEqual(await texts(page, 'user'), ['from the first tab', 'from the second tab']);
  });
});

test('a cut connection comes back, and what was written meanwhile is sent once', async () => {
  let cut = () => {};
  let refuse = false;
  const prepare = (page) => page.routeWebSocket(/\/ws$/, (socket) => {
    if (refuse) return void socket.close({code: 1012});
    socket.connectToServer();
    cut = () => socket.close({code: 1012});
  });
  await visit({mayDisconnect: true, prepare}, async ({page}) => {
    await write(page, 'before');
    await answered(page);
    refuse = true;
    await cut();
    await page.waitForSelector('#status[data-state=waiting]');
    await write(page, 'while it was away');
    await page.waitForSelector('.user.sending');
    refuse = false;
    await page.waitForSelector('#status[data-state=online]');
    await answered(page, 2);
    assert.deepEqual(await texts(page, 'user'), ['before', 'while it was away']);
    assert.equal((await texts(page, 'assistant')).length, 2);
  });
});

test('a new conversation is another one, and the first is still there', async () => {
  await visit({}, async ({page}) => {
    await write(page, 'in the first');
    await answered(page);
    await page.click('#new-chat');
    await page.waitForSelector('#empty:not([hidden])');
    await write(page, 'in the second');
    await answered(page);
    assert.deepEqual(await texts(page, 'user'), ['in the second']);
    await page.click('#conversations button:has-text("in the first")');
    await page.waitForSelector('.user .body:has-text("in the first")');
    assert.deepEqual(await texts(page, 'user'), ['in the first']);
  });
});

test('a stranger sees the command that lets them in', async () => {
  const strict = await startGateway({args: ['--dev'], config: config('dmPolicy: pairing')});
  try {
    await visit({url: strict.url}, async ({page}) => {
      await write(page, 'hello?');
      const notice = page.locator('.system .extra pre');
      await notice.waitFor();
      assert.match(await notice.innerText(), /^openclaw pairing approve webchat [A-HJ-NP-Z2-9]{8}$/);
      await page.waitForSelector('.user.refused');
      await checkAccessibility(page);
      await page.screenshot({path: `${screenshots}chat-pairing.png`});
    });
  } finally {
    await strict.stop();
  }
});

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

test('an answer does not pull the reader away from what they scrolled to', async () => {
  await visit({viewport: {width: 600, height: 400}}, async ({page}) => {
    await write(page, Array.from({length: 120}, (_, i) => `w${i}`).join(' '));
    await page.waitForSelector('.streaming .body:has-text("w20")');
    await page.evaluate(() => document.getElementById('scroll').scrollTo(0, 0));
    await page.waitForSelector('.streaming .body:has-text("w40")');
    assert.equal(await page.evaluate(() => document.getElementById('scroll').scrollTop), 0);
    await page.click('#latest');
    await page.waitForSelector('#latest', {state: 'hidden'});
  });
});
