// Runs highlight.js apart from the page; see highlight.js. The library is Debian's, compiled in.
importScripts('highlight.min.js');

self.onmessage = ({data: {language, text}}) => {
  const known = self.hljs.getLanguage(language);
  self.postMessage({html: known ? self.hljs.highlight(language, text, true).value : ''});
};
self.postMessage({ready: true});
