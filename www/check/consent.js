// Grants, notices, choices and records: docs/protocol.md, sections 6, 7.1 and 7.2.

import { Fault, digestOf, fromBase64url, join, label, need, sha256, toBase64url, utf8 } from './bytes.js';
import { a, isForm, parse } from './json.js';
import { conversationId, verify } from './jws.js';
import REGISTERS from './registers.json' with { type: 'json' };

const PURPOSES = ['answer', 'special', 'remember', 'notify', 'context', 'guest'];
const NOTICE_BYTES = 32768;

const isBoxes = (value) =>
  a.object(value) && Object.entries(value).every(([name, given]) => PURPOSES.includes(name) && a.flag(given));

const GRANT = {
  v: a.one(1),
  site: a.id,
  notice: a.id,
  register: a.one(...REGISTERS),
  mode: a.one('consent', 'request'),
  grants: isBoxes,
  'choices?': a.id,
  how: a.one('tick+button', 'button'),
  build: a.id,
};

const RECORD = {
  v: a.one(1),
  site: a.id,
  cid: a.id,
  'grant?': a.id,
  'withdrawal?': a.id,
  'ended?': a.one('expired', 'invalidated'),
  at: a.count,
  seq: a.count,
  prev: a.id,
};

const ZEROS = toBase64url(new Uint8Array(32));

/** The grants, all by the key of the first: `{key, jwk, cid, grants: [{digest, grant}]}`. */
export const readGrants = async (compacts, site) => {
  need(compacts.length > 0, 'no_grant');
  const grants = [];
  let first;
  for (const [at, compact] of compacts.entries()) {
    const { payload, jwk, key } = await verify(compact, 'einwurf-grant+jwt', 'grant', at);
    first ??= { jwk, key };
    need(jwk.x === first.jwk.x && jwk.y === first.jwk.y, 'grant_key', at);
    need(isForm(payload, GRANT) && payload.site === site, 'grant_form', at);
    const { answer, special } = payload.grants;
    const how = payload.mode === 'consent' ? 'tick+button' : 'button';
    need(answer === true && special === undefined && payload.how === how, 'grant_form', at);
    grants.push({ digest: await digestOf('einwurf/1 grant', compact), grant: payload });
  }
  return { ...first, cid: await conversationId(first.jwk), grants };
};

/** The log key of the first record, for a file that names no other. */
export const ownLogKey = async (compacts) => {
  need(compacts.length > 0, 'unrecorded');
  return (await verify(compacts[0], 'einwurf-record+jwt', 'record', 0)).jwk;
};

/** The records in order. */
export const readRecords = async (compacts, { logKey, site, cid }) => {
  need(compacts.length > 0, 'unrecorded');
  const records = [];
  let prev = ZEROS;
  for (const [at, compact] of compacts.entries()) {
    const { payload, jwk } = await verify(compact, 'einwurf-record+jwt', 'record', at);
    need(jwk.x === logKey.x && jwk.y === logKey.y, 'record_key', at);
    need(isForm(payload, RECORD), 'record', at);
    const { grant, withdrawal, ended } = payload;
    need([grant, withdrawal, ended].filter(Boolean).length === 1, 'record', at);
    need(payload.site === site && payload.cid === cid, 'record_foreign', at);
    const last = records.at(-1);
    need(payload.seq === at && payload.prev === prev, 'record_chain', at);
    need((last || grant) && (!last || last.at <= payload.at), 'record_chain', at);
    need(!last || last.grant, 'record_end', at);
    prev = await digestOf('einwurf/1 consent record', compact);
    records.push({ ...payload, digest: prev });
  }
  return records;
};

/** The records name exactly the grants that are there, in their order. */
export const match = (grants, records) => {
  const recorded = records.filter(({ grant }) => grant);
  for (const { grant, seq } of recorded) need(grants.some(({ digest }) => digest === grant), 'grant_missing', seq);
  for (const [at, { digest }] of grants.entries()) need(recorded[at]?.grant === digest, 'grant_unrecorded', at);
  need(recorded.length === grants.length, 'grant_unrecorded', grants.length);
};

const isNotice = (notice, text) =>
  text.startsWith('{"typ":"einwurf-notice/1",') &&
  a.one('consent', 'request')(notice.mode) &&
  REGISTERS.includes(notice.register) &&
  a.text(notice.company) &&
  a.text(notice.title) &&
  a.count(notice.days) &&
  a.list((item) => isForm(item, { purpose: a.one(...PURPOSES), text: a.text, required: a.flag }))(notice.statements) &&
  a.list((item) => isForm(item, { field: a.text, heading: a.text, text: a.text }))(notice.facts) &&
  a.list((item) => isForm(item, { field: a.text, heading: a.text, text: a.text }))(notice.details) &&
  a.list(a.text)(notice.summary);

/** The notices of the file by digest. */
export const readNotices = async (documents) => {
  const notices = new Map();
  for (const [at, text] of documents.entries()) {
    const bytes = utf8(text);
    const notice = bytes.length <= NOTICE_BYTES && parse(bytes);
    need(notice && isNotice(notice, text), 'notice_form', at);
    notices.set(toBase64url(await sha256(bytes)), notice);
  }
  return notices;
};

/** The notice of a grant, whose boxes are those of the grant; undefined if it may be missing and is. */
export const noticeOf = (notices, { grant }, at, mayMiss) => {
  const notice = notices.get(grant.notice);
  if (!notice && mayMiss) return undefined;
  if (!notice) throw new Fault('notice_missing', at);
  need(notice.register === grant.register && notice.mode === grant.mode, 'notice_other', at);
  const boxes = notice.statements.map(({ purpose }) => purpose);
  const said = new Set([...boxes.filter((purpose) => purpose !== 'special'), 'answer']);
  const given = Object.keys(grant.grants);
  need(given.length === said.size && given.every((purpose) => said.has(purpose)), 'notice_other', at);
  // What only the two sides may know is asked for exactly if the grant covers it.
  const asks = boxes.includes('special') || a.object(notice.age);
  need(asks === a.id(grant.choices), 'notice_other', at);
  return notice;
};

const CHOICES = { salt: a.id, 'special?': a.flag, 'by?': a.one('self', 'parent') };

/** The digest that a grant covers choices by. */
export const choicesDigest = async (choices) => {
  need(isForm(choices, CHOICES) && fromBase64url(choices.salt)?.length === 32, 'choices');
  const special = a.flag(choices.special) ? 1 + Number(choices.special) : 0;
  const by = Math.max(0, [null, 'self', 'parent'].indexOf(choices.by));
  const said = Uint8Array.of(special, by);
  return toBase64url(await sha256(join(label('einwurf/1 choices'), fromBase64url(choices.salt), said)));
};
