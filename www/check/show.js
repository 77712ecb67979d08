// What was found, as elements. Everything from the file becomes text.

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};

const say = (text, places) => text.replace(/\{(\w+)\}/g, (place, name) => places[name] ?? place);

const time = (seconds, { lang }) => {
  const options = { dateStyle: 'long', timeStyle: 'long' };
  return new Intl.DateTimeFormat(lang === 'de' ? 'de-DE' : 'en-GB', options).format(seconds * 1000);
};

const table = (heads, rows) =>
  make(
    'table',
    {},
    make('thead', {}, make('tr', {}, heads.map((head) => make('th', { scope: 'col' }, head)))),
    make(
      'tbody',
      {},
      rows
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([heading, value]) => make('tr', {}, make('th', { scope: 'row' }, heading), make('td', {}, value))),
    ),
  );

const chosen = (given, choices, purpose, texts) => {
  const own = choices?.digest === given.digest ? choices : {};
  if (purpose === 'special') {
    if (own.special === undefined || own.special === null) return given.grant.choices ? texts.sealed : texts.no;
    return own.special ? texts.yes : texts.no;
  }
  return given.grant.grants[purpose] ? texts.yes : texts.no;
};

const words = ({ title, lead, summary, facts, details }, texts) =>
  make(
    'details',
    {},
    make('summary', {}, texts.more),
    make('h3', {}, title),
    make('p', {}, lead),
    make('ul', {}, summary.map((line) => make('li', {}, line))),
    [...facts, ...details].flatMap(({ heading, text }) => [make('h3', {}, heading), make('p', {}, text)]),
  );

const consent = (given, { choices, events }, next, texts) => {
  const { at, grant, notice } = given;
  const boxes = (notice?.statements ?? []).map(({ purpose, text }) => [text, chosen(given, choices, purpose, texts)]);
  const by = choices?.digest === given.digest ? choices.by : null;
  const covered = events?.filter((event) => event.isMessage && event.at >= at && !(next && event.at >= next.at));
  return make(
    'section',
    {},
    make('h2', {}, texts['given_' + grant.mode]),
    table([texts.statement, texts.answer], [
      [texts.company, notice?.company],
      [texts.when, time(at, texts)],
      [texts.words, notice ? notice.title : texts.no_words],
      [texts.how, texts[grant.how]],
      ...boxes,
      [texts.by, by && texts[by]],
    ]),
    covered ? make('p', {}, say(texts.messages, { count: covered.length })) : null,
    notice ? words(notice, texts) : null,
    values(
      [
        [texts.notice, grant.notice],
        [texts.digest, given.digest],
        [texts.build, grant.build],
      ],
      texts,
    ),
  );
};

const values = (rows, texts) =>
  make('details', { class: 'values' }, make('summary', {}, texts.details), table([texts.statement, texts.answer], rows));

// Where nobody was asked for consent, nothing is withdrawn.
const standing = ({ end, given }, texts) => {
  const mode = given.some(({ grant }) => grant.mode === 'consent') ? '' : '_request';
  const name = end?.how ?? 'in_force';
  return say(texts[name + mode] ?? texts[name], { time: end && time(end.at, texts) });
};

const proof = (one, many, texts) => [
  many ? make('h2', { class: 'one' }, say(texts.proof, { cid: one.cid })) : null,
  make('p', { class: one.end ? 'state ended' : 'state' }, standing(one, texts)),
  one.given.map((given, at) => consent(given, one, one.given[at + 1], texts)),
];

// Whose word the key of the log is. A key that the site's own does not name may be anybody's.
const vouching = ({ signer, site, logKey }, texts) => {
  if (!signer) return say(texts.unvouched, { logKey });
  return say(signer === site ? texts.vouched : texts.claimed, { signer, site });
};

const shown = (found, name, texts) => {
  const { proofs, site, logKey } = found;
  const many = proofs.length !== 1;
  return [
    make('p', { class: 'verdict good' }, many ? say(texts.goods, { count: proofs.length }) : texts.good),
    make('p', { class: 'quiet' }, say(texts.file, { name })),
    make('p', {}, vouching(found, texts)),
    ...proofs.flatMap((one) => proof(one, many, texts)).flat().filter(Boolean),
    make('h2', {}, texts.limits),
    make('p', {}, texts.limits_text),
    values(
      [
        [texts.site, site],
        [texts.logKey, logKey],
        [texts.cid, many ? null : proofs[0].cid],
      ],
      texts,
    ),
  ];
};

/** A file that holds. What cannot be said, such as a time that no calendar has, makes it unreadable. */
export const show = (found, name, texts) => {
  try {
    return shown(found, name, texts);
  } catch {
    return showFault('unreadable', undefined, name, texts);
  }
};

/** A file that does not. */
export const showFault = (code, at, name, texts) => {
  const unread = ['form', 'size', 'unreadable', 'crypto'].includes(code);
  return [
    make('p', { class: 'verdict bad' }, unread ? texts.unread : texts.bad),
    make('p', { class: 'quiet' }, say(texts.file, { name })),
    make('p', {}, texts['fault_' + code], at === undefined ? '' : ' ' + say(texts.place, { at: at + 1 })),
  ];
};
