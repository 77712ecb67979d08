// My data (GDPR 15 and 20): the conversation, the consents and every stored value, for people and for programs.

import { openPage } from './page.js';
import { choices, details } from './receipt.js';
import { company, state } from './state.js';

const sender = ({ from, name }, bag, { say, texts }) => {
  if (from === 'visitor') return texts.from_visitor;
  const places = { name, company: company(bag) };
  return name ? say('from_member', places) : say('from_staff', places);
};

// A file that came with it; the file itself is saved beside this page.
const filed = ({ name, type, length, description }, say) =>
  say('file_is', { name, type, count: String(length) }) + (description ? `: ${description}` : '');

// What a message says of its sender, what came with it, and what an act means.
const notes = (item, { make }, { say, texts, day }) => {
  const rows = [
    [texts.name, item.from === 'visitor' ? item.name : undefined],
    [texts.email, item.email],
    [texts.phone, item.phone],
    [texts.wish, item.wish && texts['wish_' + item.wish]],
    [texts.topic, item.topic],
    [texts.page, item.page],
    ...(item.files ?? []).map((file) => [texts.file, filed(file, say)]),
    [item.act && texts['act_' + item.act], item.act && (item.until ? say('until', { time: day(item.until) }) : '✓')],
  ].filter(([heading, value]) => heading && value);
  return rows.length
    ? make('dl', {}, rows.flatMap(([heading, value]) => [make('dt', {}, heading), make('dd', {}, value)]))
    : null;
};

// Files whose content is in the bag: pictures are shown, everything else is a link that saves it.
const PICTURE = /^data:image\/(jpeg|png|gif|webp|avif);base64,/;
const contents = (item, { make }, { texts }) =>
  (item.files ?? [])
    .filter(({ content }) => content?.startsWith('data:'))
    .map(({ content, name, description }) =>
      PICTURE.test(content)
        ? make('figure', {}, make('img', { src: content, alt: description ?? name }), make('figcaption', {}, description ?? name))
        : make('p', {}, make('a', { href: content, download: name }, `${texts.file}: ${name}`)),
    );

const entry = (item, bag, page, words) => {
  const { make, written } = page;
  const { say, texts, time } = words;
  const at = make('time', { datetime: new Date(item.at * 1000).toISOString() }, time(item.at));
  return make(
    'li',
    {},
    make('p', { class: 'who' }, make('strong', {}, sender(item, bag, words)), ' · ', at),
    item.text ? written(item.text) : null,
    item.erased ? make('p', {}, texts.erased) : null,
    // What nobody wrote says so (MSG-07).
    item.told ? make('p', {}, make('strong', {}, texts.automatic), ' · ', item.told) : null,
    item.fault ? make('p', {}, say('fault', { fault: item.fault })) : null,
    notes(item, page, words),
    ...contents(item, page, words),
  );
};

const thread = (bag, page, words) => {
  const { make } = page;
  const items = bag.thread ?? [];
  if (!items.length) return make('p', {}, words.texts.thread_empty);
  return make('ol', { class: 'thread' }, items.map((item) => entry(item, bag, page, words)));
};

// What the server sees of each event.
const sealed = (bag, { make }, { texts, time }) => {
  const head = [texts.position, texts.stored, texts.size];
  const row = ({ event, at }, seq) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, String(seq)),
      make('td', {}, time(at)),
      make('td', {}, event ? String(Math.floor((event.ciphertext.length * 3) / 4)) : texts.size_erased),
    );
  return make(
    'table',
    {},
    make('caption', {}, texts.sealed),
    make('thead', {}, make('tr', {}, head.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, bag.data.conversation.events.map(row)),
  );
};

const stored = (bag, { facts, make }, { texts }) => {
  const rows = Object.entries(bag.data.stored);
  if (!rows.length) return make('p', {}, texts.values_empty);
  const lines = (values) => values.flatMap((value, at) => (at ? [make('br'), value] : [value]));
  const table = facts(texts.values, [texts.column, texts.value], rows.map(([name, values]) => [name, lines(values)]));
  table.classList.add('values');
  return table;
};

/** The page as text. */
export const dataPage = (bag, words) => {
  const { say, texts, time } = words;
  const title = `${texts.data_title} · ${company(bag)}`;
  const page = openPage(texts.lang, title);
  const { make, section } = page;
  return page.text(
    make('h1', {}, title),
    make('p', { class: 'lead' }, say('data_intro', { company: company(bag) })),
    make('p', { class: 'made' }, say('made', { time: time(bag.now) })),
    make('p', {}, texts.data_private, ' ', texts.same_json),
    section('state', texts.state, make('div', { class: 'state' }, state(bag, words).map((line) => make('p', {}, line)))),
    section('thread', texts.thread, thread(bag, page, words)),
    section('history', texts.history, ...choices(bag, page, words), details(bag, page, words)),
    section('sealed', texts.sealed, make('p', {}, texts.sealed_text), sealed(bag, page, words)),
    section('values', texts.values, make('p', {}, texts.values_text), stored(bag, page, words)),
  );
};

/** The same for programs: what was opened, and every answer of the relay as it came. */
export const dataFile = ({ now, site, cid, manifest, documents, choices: chosen, data, thread: items }) => ({
  typ: 'einwurf-data/1',
  made: now,
  site,
  cid,
  manifest,
  notices: documents,
  ...(chosen && { choices: chosen }),
  thread: items ?? [],
  ...data,
});
