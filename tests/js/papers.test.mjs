// What papers say, and that every term of their JSON-LD exists. The pages themselves are tested in a browser.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { encode } from 'uqr';
import { picture } from '../../www/papers/code.js';
import { jsonld } from '../../www/papers/jsonld.js';
import { proof } from '../../www/papers/proof.js';
import { code, grantDigest, noticeDigest, open, toBase64url } from '../../www/papers/read.js';
import { sha256 } from '../../www/papers/sha256.js';
import { state } from '../../www/papers/state.js';
import { TEXTS, words } from '../../www/papers/words.js';

const TERMS = JSON.parse(readFileSync(new URL('../../www/papers/terms.json', import.meta.url), 'utf8'));

const notice = (mode, purposes, required) =>
  JSON.stringify({
    typ: 'einwurf-notice/1',
    register: 'de-formal',
    mode,
    profile: 'self-hosted',
    company: 'Muster Fensterbau GmbH',
    days: 90,
    title: 'Bevor Sie uns schreiben',
    lead: 'Kurz:',
    summary: ['a', 'b', 'c'],
    facts: [{ field: 'controller', heading: 'Verantwortlich', text: 'Telefon {phone}' }],
    details: [{ field: 'basis', heading: 'Grundlage', text: 'Art. 6 Abs. 1 b' }],
    links: [{ label: 'Datenschutz', url: 'https://www.muster.example/datenschutz' }],
    statements: purposes.map((purpose) => ({ purpose, text: `Ja, ${purpose}`, required: required.includes(purpose) })),
    accept: 'Zustimmen und schreiben',
    withdrawal: { label: 'Einwilligung widerrufen' },
  });

const SALT = toBase64url(new Uint8Array(32).fill(7));
const part = (value) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
const jws = (payload) => `${part({ alg: 'ES256' })}.${part(payload)}.AAAA`;
const choicesOf = (special, by) => {
  const label = Buffer.from('\u0011einwurf/1 choices', 'latin1');
  return createHash('sha256').update(label).update(Buffer.alloc(32, 7)).update(Buffer.of(special, by)).digest('base64url');
};

// A bag as an app hands it over: consent with every box, refused ones too, by a parent, and withdrawn.
const bag = ({ mode = 'consent', required = ['answer'], end = { withdrawal: SALT }, choices = { salt: SALT, special: true, by: 'parent' } } = {}) => {
  const purposes = [...(mode === 'consent' ? ['answer'] : []), 'special', 'remember', 'notify', 'context', 'guest'];
  const document = notice(mode, purposes, required);
  const grants = { answer: true, remember: false, notify: true, context: false, guest: false };
  const grant = jws({
    v: 1,
    site: SALT,
    notice: noticeDigest(document),
    register: 'de-formal',
    mode,
    grants,
    choices: choicesOf(choices.special ? 2 : 1, 2),
    how: mode === 'consent' ? 'tick+button' : 'button',
    build: SALT,
  });
  const records = [jws({ v: 1, grant: grantDigest(grant), at: 1795000000, seq: 0 })];
  if (end) records.push(jws({ v: 1, ...end, at: 1795100000, seq: 1 }));
  const display = { name: 'Muster', phone: '+49 1', email: 'post@muster.example' };
  return {
    now: 1795200000,
    site: SALT,
    cid: SALT,
    manifest: jws({ v: 1, display }),
    notices: [document, '{"typ":"einwurf-notice/1","other":true}'],
    receipt: { grants: [grant], records, events: [], deleted: 1803000000, proof_until: 1900000000 },
    choices,
    check: 'https://relay.example/check',
    where: 'https://www.muster.example/post',
  };
};

const linked = (given) => {
  const opened = open(given);
  return jsonld(opened, JSON.stringify(proof(opened)), TEXTS['de-formal']);
};

// Every name with a prefix, as key or as value of `@id` and `@type`.
const terms = (value, found = new Set()) => {
  if (Array.isArray(value)) value.forEach((item) => terms(item, found));
  else if (value && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (key === '@context') continue;
      if (key.includes(':')) found.add(key);
      const names = key === '@id' || key === '@type' ? [item].flat() : [];
      names.filter((name) => /^[\w-]+:[\w-]+$/.test(name)).forEach((name) => found.add(name));
      terms(item, found);
    }
  }
  return found;
};

const ALL = [
  bag(),
  bag({ end: null }),
  bag({ end: { ended: 'expired' } }),
  bag({ end: { ended: 'invalidated' } }),
  bag({ choices: { salt: SALT, special: false, by: 'parent' } }),
  bag({ mode: 'request' }),
];

test('rec_05_every term of the receipt stands in the list with its source', () => {
  const used = new Set(ALL.flatMap((one) => [...terms(linked(one))]));
  assert.ok(used.size > 40, String(used.size));
  for (const term of used) {
    const [prefix, name] = term.split(':');
    assert.ok(TERMS.prefixes[prefix], `no vocabulary ${prefix}`);
    assert.ok(TERMS.terms[prefix]?.includes(name), `${term} is in no list`);
  }
  const listed = Object.entries(TERMS.terms).flatMap(([prefix, names]) => names.map((name) => `${prefix}:${name}`));
  assert.deepEqual(listed.filter((term) => !used.has(term)), [], 'listed and never used');
});

test('rec_05_prefixes are those of the list', () => {
  for (const [prefix, iri] of Object.entries(linked(bag())['@context'])) {
    assert.equal(TERMS.prefixes[prefix].iri, iri, prefix);
    assert.ok(TERMS.prefixes[prefix].source, prefix);
  }
});

test('rgt_06_the paper names the code by which a member finds the conversation', () => {
  // As `Cid::code` has it: 0x5a5a… is 01011 01001 01101 …
  assert.equal(code(toBase64url(new Uint8Array(32).fill(0x5a))), 'B9D5-MPJT-B9D5');
  assert.equal(code(toBase64url(new Uint8Array(32))), '0000-0000-0000');
  assert.equal(code(toBase64url(new Uint8Array(32).fill(0xff))), 'ZZZZ-ZZZZ-ZZZZ');
});

test('rec_05_terms that do not exist in DPV 2.3 are not used, and no key stands twice', () => {
  const wrong = ['ConsentTerminated', 'hasDataStorageCondition', 'WithdrawingFromActivity', 'hasProcessingAutomation'];
  const text = JSON.stringify(ALL.map(linked));
  for (const name of [...wrong, 'eu-gdpr:GDPR', 'dpv-27560-GDPR']) assert.ok(!text.includes(name), name);
  const receipt = linked(bag());
  assert.equal(receipt['dct:conformsTo']['@id'], 'https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr');
  assert.ok(receipt['dpv:hasIdentifier'] && !receipt['dct:identifier']);
  const [record] = receipt['dpv:hasRecordOfActivity'];
  assert.ok(record['dct:identifier'] && !record['dpv:hasIdentifier']);
  assert.equal(record['dpv:hasProcess'].length, 6);
});

test('rec_05_given, refused and withdrawn are told apart for each purpose', () => {
  const [record] = linked(bag())['dpv:hasRecordOfActivity'];
  const types = (purpose) =>
    record['dpv:hasProcess']
      .find((process) => process['dct:identifier'] === purpose)
      ['dpv:hasConsentStatus'].flatMap((status) => status['@type']);
  for (const given of ['answer', 'notify', 'special']) {
    assert.deepEqual(types(given), ['dpv:ConsentGiven', 'dpv:ExplicitlyExpressedConsent', 'dpv:ConsentWithdrawn']);
  }
  for (const refused of ['remember', 'context', 'guest']) assert.deepEqual(types(refused), ['dpv:ConsentRefused']);
});

test('kid_01_consent of parents is said to be theirs', () => {
  const text = JSON.stringify(linked(bag()));
  assert.ok(text.includes('dpv:ParentOfDataSubject'));
  const self = bag({ choices: { salt: SALT, special: true, by: 'self' } });
  assert.ok(!JSON.stringify(linked(self)).includes('ParentOfDataSubject'), 'other choices than the grant covers');
});

test('con_06_a request has no term of consent to answering', () => {
  const receipt = linked(bag({ mode: 'request' }));
  assert.equal(receipt['@type'], 'dpv:RecordsOfActivities');
  const [record] = receipt['dpv:hasRecordOfActivity'];
  const answer = record['dpv:hasProcess'].find((process) => process['dct:identifier'] === 'answer');
  assert.ok(!JSON.stringify(answer).includes('Consent') && !JSON.stringify(answer).includes('A6-1-a'));
  assert.equal(answer['dct:description'], 'Art. 6 Abs. 1 b');
});

test('rec_05_what_is_required_is_what_the_notice_says', () => {
  const necessity = (given) => {
    const [record] = linked(given)['dpv:hasRecordOfActivity'];
    const of = (process) => [process['dct:identifier'], process['dpv:hasNecessity']['@id']];
    return Object.fromEntries(record['dpv:hasProcess'].map(of));
  };
  assert.equal(necessity(bag()).special, 'dpv:Optional');
  const sector = necessity(bag({ required: ['answer', 'special'] }));
  assert.deepEqual([sector.special, sector.answer, sector.notify], ['dpv:Required', 'dpv:Required', 'dpv:Optional']);
  assert.equal(necessity(bag({ mode: 'request', required: [] })).answer, 'dpv:Required');
});

test('rgt_06_no_deletion_date_is_named_while_something_keeps_it_longer', () => {
  const { now, receipt } = bag();
  const { deleted } = receipt;
  const hold = (until) => ({ reason: 'claim', since: now, until });
  const said = (more, { end = null, conversation } = {}) => {
    const given = bag({ end });
    Object.assign(given.receipt, more);
    if (conversation) given.data = { conversation };
    return state(open(given), words('en')).join(' ');
  };
  const date = /deleted by/;
  assert.match(said({}), date);
  // A claim that ends on the date keeps nothing longer; one second more does.
  for (const [until, named] of [[deleted - 1, true], [deleted, true], [deleted + 1, false]]) {
    assert.equal(date.test(said({ hold: hold(until) })), named, String(until - deleted));
    assert.match(said({ hold: hold(until) }), /Kept for a claim until/);
  }
  assert.ok(!/Kept for/.test(said({ hold: hold(now) })), 'over');
  assert.ok(!date.test(said({}, { conversation: { restricted: now } })));
  // After a withdrawal the content stays as long as it is held.
  const withdrawn = { end: { withdrawal: SALT } };
  assert.match(said({}, withdrawn), date);
  assert.ok(!date.test(said({ hold: hold(now + 1) }, withdrawn)));
});

test('choices that no grant covers are not shown', () => {
  const [consent] = open(bag({ choices: { salt: SALT, special: true, by: 'parent' } })).consents;
  assert.equal(consent.boxes.special, true);
  const lied = bag();
  lied.choices = { salt: SALT, special: false, by: 'parent' };
  assert.equal(open(lied).consents[0].boxes.special, undefined);
});

test('a bag may be text, and notices that no grant names are left out', () => {
  const opened = open(JSON.stringify(bag()));
  assert.equal(opened.documents.length, 1);
  assert.equal(opened.consents[0].notice.facts[0].text, 'Telefon +49 1');
  assert.equal(opened.end.withdrawal, SALT);
  for (const bad of ['', '{}', '[]', '{"manifest":"x"}']) assert.throws(() => open(bad), bad);
});

test('SHA-256 is that of the platform at every length around a block', () => {
  for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 1000, 32768]) {
    const bytes = Uint8Array.from({ length }, (_, at) => at * 7);
    const expected = createHash('sha256').update(bytes).digest('base64url');
    assert.equal(toBase64url(sha256(bytes)), expected, String(length));
  }
});

test('every register has the same sentences with the same places', () => {
  const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  const [first, ...others] = Object.values(TEXTS);
  for (const texts of others) {
    assert.deepEqual(Object.keys(texts), Object.keys(first));
    for (const key of Object.keys(first)) assert.deepEqual(places(texts[key]), places(first[key]), key);
  }
  const files = readdirSync(new URL('../../languages/', import.meta.url)).filter((name) => name.endsWith('.json'));
  assert.deepEqual(Object.keys(TEXTS).map((name) => name + '.json'), files.sort());
  for (const texts of Object.values(TEXTS)) assert.ok(!JSON.stringify(texts).includes('!'));
  assert.ok(!/\b(Sie|Ihre?[nrms]?)\b/.test(Object.values(TEXTS['de-informal']).join(' ')));
  assert.ok(!/\b([Dd]u|[Dd]eine?[nrms]?|dich|dir)\b/.test(Object.values(TEXTS['de-formal']).join(' ')));
});

test('con_06_sentences of a request have no word of consent', () => {
  for (const texts of Object.values(TEXTS)) {
    for (const key of Object.keys(texts).filter((key) => /request/.test(key))) {
      assert.ok(!/einwillig|consent|widerr|withdr/i.test(texts[key]), `${key}: ${texts[key]}`);
    }
  }
});

test('the picture of a private link has exactly the dark modules of its code', () => {
  const link = 'https://post.muster.example/#bundle=' + 'AbCdEf0123-_'.repeat(50);
  const { data, size } = encode(link, { ecc: 'L', border: 4 });
  const drawn = data.map((row) => row.map(() => false));
  const dark = /<path d="([^"]*)"/.exec(picture(link))[1];
  for (const [, x, y, length] of dark.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    for (let at = 0; at < length; at += 1) drawn[y][Number(x) + at] = true;
  assert.deepEqual(drawn, data.map((row) => row.map(Boolean)));
  assert.match(picture(link), new RegExp(`viewBox="0 0 ${size} ${size}"`));
  // Four modules of quiet all around.
  assert.ok(drawn.every((row, y) => row.every((is, x) => !is || [x, y].every((at) => at >= 4 && at < size - 4))));
});
