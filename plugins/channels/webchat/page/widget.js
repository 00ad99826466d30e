// The chat on somebody else's page: <script src="https://GATEWAY/chat/widget.js" defer></script>
//
// A button that opens the chat page in a frame. Only origins under allowedOrigins may frame it. All of
// it lives in a shadow root, with a constructed style sheet, so neither page touches the other's look,
// and a page whose policy forbids inline styles shows it as well. Attributes of the script's element:
// data-label (the button's words), data-side="left".
(() => {
  const script = document.currentScript;
  const base = new URL('.', script.src).href.replace(/\/$/, '');
  const {origin} = new URL(base);
  const kReadyMs = 10_000;

  const words = {
    en: {open: 'Open the chat', close: 'Close the chat', frame: 'Chat', unread: (n) => `${n} new`,
         refused: 'The chat cannot be shown here.', apart: 'Open it in a new tab'},
    de: {open: 'Chat öffnen', close: 'Chat schließen', frame: 'Chat', unread: (n) => `${n} neu`,
         refused: 'Der Chat kann hier nicht gezeigt werden.', apart: 'In einem neuen Tab öffnen'},
    zh: {open: '打开聊天', close: '关闭聊天', frame: '聊天', unread: (n) => `${n} 条新消息`,
         refused: '无法在此显示聊天。', apart: '在新标签页中打开'},
  };
  const language = (navigator.languages ?? ['en']).map((l) => l.slice(0, 2)).find((l) => words[l]) ?? 'en';
  const t = {...words[language]};
  if (script.dataset.label) t.open = script.dataset.label;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; color-scheme: light dark; --accent: #b93a27; --on-accent: #fff; --surface: #faf7f4; --text: #26211d; --line: #8f857c; }
    @media (prefers-color-scheme: dark) { :host { --accent: #ff8b70; --on-accent: #2b0d06; --surface: #171412; --text: #ede7e1; --line: #867a70; } }
    .corner { position: fixed; z-index: 2147483000; right: max(1rem, env(safe-area-inset-right)); bottom: max(1rem, env(safe-area-inset-bottom)); font: 16px/1.5 system-ui, sans-serif; }
    .corner.left { right: auto; left: max(1rem, env(safe-area-inset-left)); }
    button { position: relative; display: grid; place-items: center; width: 3.5rem; height: 3.5rem; margin-left: auto; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 2px 14px rgb(0 0 0 / 28%); cursor: pointer; }
    .left button { margin-left: 0; }
    button:focus-visible, a:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
    svg { width: 1.6rem; height: 1.6rem; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    .badge { position: absolute; top: -.2rem; right: -.2rem; min-width: 1.35rem; height: 1.35rem; padding: 0 .3rem; box-sizing: border-box; border-radius: 99px; background: var(--text); color: var(--surface); font: 600 .8rem/1.35rem system-ui, sans-serif; text-align: center; }
    .panel { box-sizing: border-box; width: min(25rem, calc(100vw - 2rem)); height: min(40rem, calc(100dvh - 6.5rem)); margin-bottom: .75rem; border: 1px solid var(--line); border-radius: 1rem; overflow: hidden; background: var(--surface); color: var(--text); box-shadow: 0 10px 40px rgb(0 0 0 / 30%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .refused { padding: 1.5rem; }
    a { color: var(--accent); }
    [hidden] { display: none !important; }
    @media (max-width: 480px) { .corner.open { inset: 0; display: flex; flex-direction: column; background: var(--surface); } .corner.open .panel { flex: 1; width: auto; height: auto; margin: 0; border: 0; border-radius: 0; } .corner.open button { width: 2.75rem; height: 2.75rem; margin: .35rem .5rem; } }
  `);

  const element = (tag, fields = {}, children = []) => {
    const node = Object.assign(document.createElement(tag), fields);
    node.append(...children);
    return node;
  };
  const drawing = (path) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  };

  const bubble = drawing('M4 12a8 7 0 1 1 3.6 5.8L4 19l1-3.4A6.6 6.6 0 0 1 4 12Z');
  const cross = drawing('M6 6l12 12M18 6 6 18');
  const badge = element('span', {className: 'badge', hidden: true});
  const button = element('button', {type: 'button'}, [bubble, badge]);
  const refused = element('div', {className: 'refused', hidden: true}, [
    element('p', {textContent: t.refused}),
    element('a', {href: base, target: '_blank', rel: 'noopener', textContent: t.apart}),
  ]);
  const panel = element('div', {id: 'panel', className: 'panel', hidden: true}, [refused]);
  const corner = element('div', {className: script.dataset.side === 'left' ? 'corner left' : 'corner'}, [panel, button]);
  button.setAttribute('aria-controls', 'panel');

  let frame;
  let ready = false;
  let unread = 0;
  const isOpen = () => !panel.hidden;
  const tellShown = () => {
    if (ready) frame.contentWindow.postMessage({openclaw: 'shown', shown: isOpen()}, origin);
  };

  function show() {
    corner.classList.toggle('open', isOpen());
    button.replaceChildren(isOpen() ? cross : bubble, badge);
    badge.hidden = isOpen() || unread === 0;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    const label = isOpen() ? t.close : unread ? `${t.open} (${t.unread(unread)})` : t.open;
    button.setAttribute('aria-label', label);
    button.title = label;
    button.setAttribute('aria-expanded', String(isOpen()));
  }

  function makeFrame() {
    frame = element('iframe', {title: t.frame, allow: 'clipboard-write', src: `${base}?embedded`});
    panel.prepend(frame);
    const timer = setTimeout(() => {
      frame.hidden = true;
      refused.hidden = false;
    }, kReadyMs);
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      const {openclaw, count} = event.data ?? {};
      if (openclaw === 'ready') {
        clearTimeout(timer);
        frame.hidden = false;
        refused.hidden = true;
        ready = true;
        tellShown();
      } else if (openclaw === 'close') {
        toggle(false);
      } else if (openclaw === 'unread' && Number.isSafeInteger(count)) {
        unread = count;
        show();
      }
    });
  }

  function toggle(open) {
    panel.hidden = !open;
    if (open && !frame) makeFrame();
    if (open) unread = 0;
    tellShown();
    show();
    if (open) frame.focus();
    else button.focus();
  }

  button.addEventListener('click', () => toggle(!isOpen()));
  corner.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && isOpen()) toggle(false);
  });

  function place() {
    const host = document.createElement('openclaw-chat');
    const root = host.attachShadow({mode: 'open'});
    root.adoptedStyleSheets = [sheet];
    root.append(corner);
    document.body.append(host);
    show();
  }
  if (document.body) place();
  else addEventListener('DOMContentLoaded', place);
})();
