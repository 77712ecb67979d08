// The receipt for people: what was agreed to, when, in which words, how it stands and how it ends.

import { openPage } from './page.js';
import { asked, company, state } from './state.js';

/** The button that ends it, from the newest notice that is there. */
const label = ({ consents }) => consents.findLast(({ notice }) => notice)?.notice.withdrawal.label;

const answer = ({ boxes, grant, notice }, purpose, { texts }) => {
  if (purpose === 'special' && grant.choices && boxes.special === undefined) return texts.special_hidden;
  return boxes[purpose] ? texts.yes : texts.no;
};

// What stood beside each box, in the words of the notice.
const statements = (consent, words) => {
  const { boxes, by, notice } = consent;
  const { texts } = words;
  const said = (notice?.statements ?? []).map(({ purpose, text }) => [
    text.replaceAll('{page_title}', texts.page_title),
    answer(consent, purpose, words),
  ]);
  const known = new Set(notice?.statements.map(({ purpose }) => purpose));
  const unsaid = Object.keys(boxes)
    .filter((purpose) => !known.has(purpose))
    .map((purpose) => [texts['purpose_' + purpose], answer(consent, purpose, words)]);
  return [...unsaid, ...said, [texts.age, by && texts['age_' + by]]];
};

/** One table for each time that something was chosen, by that time. */
export const choices = (bag, { facts }, words) =>
  bag.consents.map((consent) => {
    const { grant, notice, record } = consent;
    const { say, texts, time } = words;
    const accept = notice?.accept ?? '–';
    return facts(record ? time(record.at) : texts.not_recorded, [texts.statement, texts.answer], [
      [texts.how, say(grant.how === 'button' ? 'button' : 'tick', { accept })],
      ...statements(consent, words),
    ]);
  });

// How to end it, and where: the law asks that it is as easy as agreeing.
const ending = (bag, { link, make, section }, { say, texts }) => {
  const { display, end, receipt, where } = bag;
  const heading = asked(bag) ? texts.end : texts.end_request;
  if (end || receipt.withdrawn || receipt.erased) {
    return section('end', heading, make('p', {}, texts.end_done));
  }
  const named = label(bag) ?? heading;
  const ways = [display.phone, display.email].filter(Boolean).join(', ');
  return section(
    'end',
    heading,
    make('p', {}, where ? say('end_text', { where, label: named }) : say('end_text_nowhere', { label: named })),
    where && !bag.link ? make('p', {}, link(where)) : null,
    bag.link ? make('p', {}, link(bag.link, texts.end_link)) : null,
    bag.link ? make('p', {}, texts.link_warning) : null,
    ways ? make('p', {}, say('contact', { ways })) : null,
  );
};

const fact = ({ heading, text }, { make, written }) => [make('h3', {}, heading), written(text)];

// The whole text, once for each version that was agreed to.
const notices = (bag, page, { say, texts }) => {
  const { link, make, section, written } = page;
  const shown = new Map(bag.consents.map(({ grant, notice }) => [grant.notice, notice]));
  return [...shown].map(([digest, notice], at) =>
    section(
      'notice-' + at,
      texts.notice,
      ...(notice
        ? [
            make('h3', {}, notice.title),
            written(notice.lead),
            make('ul', {}, notice.summary.map((line) => make('li', {}, line))),
            ...[...notice.facts, ...notice.details].flatMap((item) => fact(item, page)),
            make('h3', {}, texts.links),
            make('ul', {}, notice.links.map(({ label, url }) => make('li', {}, link(url, label), ': ', url))),
          ]
        : [make('p', {}, say('notice_missing', { digest }))]),
    ),
  );
};

/** What a check compares. */
export const details = (bag, { facts }, { texts }) => {
  const each = bag.consents.flatMap(({ digest, grant, record, notice }) => [
    [texts.register, grant.register],
    [texts.profile, notice?.profile],
    [texts.notice_digest, grant.notice],
    [texts.build, grant.build],
    [texts.grant_digest, digest],
    [texts.record, record && String(record.seq)],
    [texts.record_digest, record?.digest],
  ]);
  const table = facts(texts.details, [texts.detail, texts.value], [
    [texts.cid, bag.cid],
    [texts.site, bag.site],
    ...each,
  ]);
  table.classList.add('values');
  return table;
};

const checking = (bag, page, words) => {
  const { link, make, section } = page;
  const { texts } = words;
  return section(
    'check',
    texts.check,
    make('p', {}, texts.check_text),
    make('p', {}, link(bag.check, texts.check_link), ' ', bag.check),
    details(bag, page, words),
  );
};

/** The page as text; `file` and `linked` are what it carries for programs. */
export const receiptPage = (bag, { file, linked }, words) => {
  const { say, texts, time } = words;
  const mode = asked(bag) ? 'consent' : 'request';
  const title = `${texts[mode + '_title']} · ${company(bag)}`;
  const page = openPage(texts.lang, title);
  const { make, section } = page;
  page.embed('application/json', 'einwurf-proof', file);
  page.embed('application/ld+json', undefined, linked);
  return page.text(
    make('h1', {}, title),
    make('p', { class: 'lead' }, say(mode + '_intro', { company: company(bag) })),
    make('p', { class: 'made' }, say('made', { time: time(bag.now) })),
    make('p', {}, texts.keep),
    section('state', texts.state, make('div', { class: 'state' }, state(bag, words).map((line) => make('p', {}, line)))),
    section('choices', texts.choices, ...choices(bag, page, words)),
    ending(bag, page, words),
    ...notices(bag, page, words),
    checking(bag, page, words),
  );
};
