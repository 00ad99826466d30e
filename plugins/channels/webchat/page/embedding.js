// The page within the widget's frame (widget.js): what it tells the page around it, and hears from it.
// Nothing that was said goes out: that it is there, how many answers wait, that it is to be closed.
const embedded = parent !== window && new URLSearchParams(location.search).has('embedded');
let shown = true;

const tell = (message) => {
  // Who may stand around it, the gateway has told the browser (frame-ancestors).
  if (embedded) parent.postMessage(message, '*');
};

/** True when nobody sees the page: its tab is in the background, or the widget is closed. */
export const isUnseen = () => document.hidden || !shown;

export const tellUnread = (count) => tell({openclaw: 'unread', count});

/** True when there is a widget, which closes now. */
export function closeWidget() {
  tell({openclaw: 'close'});
  return embedded;
}

/** `changed` is called when the widget was opened or closed. */
export function startEmbedding(changed) {
  if (!embedded) return;
  addEventListener('message', (event) => {
    if (event.source !== parent || event.data?.openclaw !== 'shown') return;
    shown = event.data.shown === true;
    changed();
  });
  tell({openclaw: 'ready'});
}
