// A page of its own, built by the DOM: what people wrote becomes text and attributes, never markup.

import style from 'einwurf:style';

const POLICY = "default-src 'none';style-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'";

// In a script element nothing may begin a tag.
const inert = (json) => json.replaceAll('<', '\\u003c');

/** A builder of elements for a new document in a language. */
export const openPage = (lang, title) => {
  const page = document.implementation.createHTMLDocument(title);
  const make = (tag, attributes, ...children) => {
    const element = page.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null));
    return element;
  };
  page.documentElement.lang = lang;
  page.head.prepend(
    make('meta', { charset: 'utf-8' }),
    make('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    make('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    make('meta', { name: 'color-scheme', content: 'light dark' }),
    make('meta', { name: 'referrer', content: 'no-referrer' }),
    make('meta', { name: 'robots', content: 'noindex' }),
  );
  page.head.append(make('style', {}, style));

  /**
   * Text as it was written, with its lines: also where the style does not count, as in a window that the widget opens and
   * that inherits the rules of its frame.
   */
  const written = (text) =>
    make('p', { class: 'written' }, text.split('\n').flatMap((line, at) => (at ? [make('br'), '\n' + line] : [line])));

  /** A link, if the address is one that a browser may open; else its words. */
  const link = (url, label = url) =>
    /^https?:\/\//.test(url) ? make('a', { href: url, rel: 'noopener noreferrer' }, label) : label;

  /** A table with a heading for every row. Rows are `[heading, cell]`; empty cells are left out. */
  const facts = (caption, heads, rows) => {
    const cell = ([heading, value]) =>
      make('tr', {}, make('th', { scope: 'row' }, heading), make('td', {}, ...[value].flat()));
    return make(
      'table',
      {},
      make('caption', {}, caption),
      make('thead', {}, make('tr', {}, heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, rows.filter(([, value]) => value !== undefined && value !== '').map(cell)),
    );
  };

  /** A section with its heading, which has an id to be named by. */
  const section = (id, heading, ...children) =>
    make('section', { 'aria-labelledby': id }, make('h2', { id }, heading), ...children);

  /** Data for programs, in the head. */
  const embed = (type, id, json) => page.head.append(make('script', { type, id }, inert(json)));

  /** The whole page as text. */
  const text = (...children) => {
    page.body.replaceChildren(make('main', {}, ...children));
    return '<!doctype html>\n' + page.documentElement.outerHTML + '\n';
  };

  return { embed, facts, link, make, section, text, written };
};
