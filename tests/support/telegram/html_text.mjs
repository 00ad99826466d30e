// What Telegram makes of a text with parse_mode HTML, following td's parse_html: the text that is left,
// its entities, or the sentence it is refused with.
const TYPES = {
  a: 'text_link', b: 'bold', strong: 'bold', i: 'italic', em: 'italic', s: 'strikethrough', strike: 'strikethrough',
  del: 'strikethrough', u: 'underline', ins: 'underline', pre: 'pre', code: 'code', blockquote: 'blockquote',
  'tg-spoiler': 'spoiler', span: 'spoiler',
};
const NAMED = { lt: '<', gt: '>', amp: '&', quot: '"' };

class Refusal extends Error {}

/** { text, entities } or { refusal }. */
export function parseHtml(source) {
  try {
    return new Parser(source).run();
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

class Parser {
  #source;
  #at = 0;
  #text = '';
  #entities = [];
  #open = []; // { tag, offset, begin, attributes }

  constructor(source) {
    this.#source = source;
  }

  run() {
    while (this.#at < this.#source.length) {
      const c = this.#source[this.#at];
      if (c === '&') this.#text += this.#reference();
      else if (c !== '<') this.#text += this.#source[this.#at++];
      else if (this.#source[this.#at + 1] === '/') this.#endTag();
      else this.#startTag();
    }
    const unclosed = this.#open.at(-1);
    if (unclosed) throw new Refusal(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
    const entities = this.#entities.filter((e) => e.length > 0);
    return { text: this.#text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) };
  }

  // Telegram counts in bytes of UTF-8.
  #offset(at) {
    return Buffer.byteLength(this.#source.slice(0, at));
  }

  // A reference that is unknown or not ended stays text.
  #reference() {
    const [whole, number, hex, name] = /^&(?:#(\d{1,7});|#x([\da-f]{1,6});|([a-z]+);)/.exec(this.#source.slice(this.#at, this.#at + 12)) ?? [];
    const code = number ? Number(number) : parseInt(hex, 16);
    const meant = NAMED[name] ?? (code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : undefined);
    if (meant === undefined) return this.#source[this.#at++];
    this.#at += whole.length;
    return meant;
  }

  #startTag() {
    const begin = this.#at++;
    const where = `at byte offset ${this.#offset(begin)}`;
    const tag = this.#until(/[\s>]/).toLowerCase();
    if (this.#at >= this.#source.length) throw new Refusal(`Unclosed start tag ${where}`);
    if (!Object.hasOwn(TYPES, tag)) throw new Refusal(`Unsupported start tag "${tag}" ${where}`);
    const attributes = {};
    for (;;) {
      this.#skipSpace();
      if (this.#source[this.#at] === '>') break;
      if (this.#at >= this.#source.length) throw new Refusal(`Unclosed start tag "${tag}" ${where}`);
      const name = this.#until(/[\s=>]/).toLowerCase();
      if (name === '') throw new Refusal(`Empty attribute name in the tag "${tag}" ${where}`);
      this.#skipSpace();
      if (this.#source[this.#at] !== '=') {
        attributes[name] = '';
        continue;
      }
      this.#at += 1;
      this.#skipSpace();
      attributes[name] = this.#attributeValue(tag, where);
    }
    this.#at += 1;
    if (tag === 'span' && attributes.class !== 'tg-spoiler') throw new Refusal(`Tag "span" must have class "tg-spoiler" ${where}`);
    this.#open.push({ tag, attributes, offset: this.#text.length });
  }

  #attributeValue(tag, where) {
    const quote = this.#source[this.#at];
    if (quote !== '"' && quote !== "'") return this.#until(/[^\w.-]/);
    this.#at += 1;
    let value = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== quote) {
      value += this.#source[this.#at] === '&' ? this.#reference() : this.#source[this.#at++];
    }
    if (this.#at >= this.#source.length) throw new Refusal(`Unclosed start tag "${tag}" ${where}`);
    this.#at += 1;
    return value;
  }

  #endTag() {
    const begin = this.#at;
    this.#at += 2;
    const where = `at byte offset ${this.#offset(begin)}`;
    const opened = this.#open.pop();
    if (!opened) throw new Refusal(`Unexpected end tag ${where}`);
    const tag = this.#until(/[\s>]/).toLowerCase();
    this.#skipSpace();
    if (this.#source[this.#at] !== '>') throw new Refusal(`Unclosed end tag ${where}`);
    this.#at += 1;
    if (tag !== '' && tag !== opened.tag) {
      throw new Refusal(`Unmatched end tag ${where}, expected "</${opened.tag}>", found "</${tag}>"`);
    }
    this.#close(opened);
  }

  #close({ tag, attributes, offset }) {
    const entity = { type: TYPES[tag], offset, length: this.#text.length - offset };
    const language = /^language-(.+)$/.exec(attributes.class ?? '')?.[1];
    const last = this.#entities.at(-1);
    // <pre><code class="language-x"> is one entity.
    if (tag === 'pre' && last?.type === 'code' && last.offset === offset && last.length === entity.length) {
      this.#entities.pop();
      if (last.language) entity.language = last.language;
    }
    if (tag === 'code' && language) entity.language = language;
    if (tag === 'a') {
      entity.url = attributes.href || this.#text.slice(offset);
      // An address that is none leaves the text without a link.
      if (!/^(https?|tg|ton):\/\/|^[\w-]+(\.[\w-]+)+/i.test(entity.url)) return;
    }
    this.#entities.push(entity);
  }

  #until(pattern) {
    const rest = this.#source.slice(this.#at);
    const found = rest.search(pattern);
    const taken = found < 0 ? rest : rest.slice(0, found);
    this.#at += taken.length;
    return taken;
  }

  #skipSpace() {
    while (/\s/.test(this.#source[this.#at] ?? '')) this.#at += 1;
  }
}
