// A conversation in the chat page, in a real browser: asked, streamed, stopped, reloaded, cut off, and begun anew.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {answered, checkAccessibility, screenshots, texts, write} from '../support/browser.mjs';
import {gateway, startChat, visit} from '../support/chat_page.mjs';

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
  const strict = await startChat('dmPolicy: pairing');
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
