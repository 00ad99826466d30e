// Colours code by highlight.js, in a worker: its expressions can take any time for a text made for
// it, and then the worker is ended, while the page goes on with plain code.
const kMaxText = 50_000;
const kLongestMs = 2_000;  // of one piece, once the library is loaded
const kLoadMs = 20_000;
const kMaxFailures = 3;

let worker;
let ready = false;
let failures = 0;
let timer;
const waiting = [];  // {code, language, text}; the first is with the worker

function next() {
  clearTimeout(timer);
  while (waiting.length > 0 && !waiting[0].code.isConnected) waiting.shift();
  if (waiting.length === 0 || failures >= kMaxFailures) return;
  if (!worker) {
    worker = new Worker(new URL('highlight_worker.js', import.meta.url));
    ready = false;
    worker.onmessage = ({data}) => {
      if (data.ready) ready = true;
      else show(waiting.shift(), data.html);
      next();
    };
    worker.onerror = giveUp;
    timer = setTimeout(giveUp, kLoadMs);
  } else if (ready) {
    timer = setTimeout(giveUp, kLongestMs);
    worker.postMessage({language: waiting[0].language, text: waiting[0].text});
  }
}

function giveUp() {
  failures += 1;
  worker.terminate();
  worker = undefined;
  waiting.shift();
  next();
}

/** What the library wrote, as nodes; undefined when it is not what it always is. */
export function spans(html) {
  const root = document.createDocumentFragment();
  const open = [root];
  const entities = {amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'"};
  const token = /<span class="([\w -]*)">|(<\/span>)|&(amp|lt|gt|quot|#x27);|([^<&]+)/gy;
  let end = 0;
  for (let match; (match = token.exec(html)); end = token.lastIndex) {
    const [, className, close, entity, text] = match;
    if (className !== undefined) {
      const span = document.createElement('span');
      span.className = className;
      open.at(-1).append(span);
      open.push(span);
    } else if (close) {
      open.pop();
      if (open.length === 0) return undefined;
    } else {
      open.at(-1).append(text ?? entities[entity]);
    }
  }
  return end === html.length && open.length === 1 ? root : undefined;
}

function show(job, html) {
  const nodes = html ? spans(html) : undefined;
  if (nodes && nodes.textContent === job.text) job.code.replaceChildren(nodes);
}

/** Colours what `code` shows, `text`, once there is time. */
export function highlight(code, language, text) {
  if (!language || text.length > kMaxText || failures >= kMaxFailures) return;
  waiting.push({code, language, text});
  if (waiting.length === 1) queueMicrotask(next);  // by then `code` is in the page
}
