// The chain of events: docs/protocol.md, sections 9 and 13.2. Contents stay closed.

import { fits, fromBase64url, join, label, need, sha256, sized, toBase64url } from './bytes.js';
import { a, isForm } from './json.js';
import { thumbprint } from './jws.js';

const HEADER = 'einwurf/1 event';
const SHORT = 176;
const LONG = 1360;
const CIPHERTEXT_BYTES = 65552;
const TAG_BYTES = 16;
const SMALLEST = 512;
const EVENTS = 4000;
const MESSAGE = 0;
const WITHDRAWAL = 1;
const ACT = 2;

const EVENT = { header: a.text, nonce: a.text, ciphertext: a.text, signature: a.text };
const ERASED = { header: a.text, content: a.id, signature: a.text };
const STORED = { 'event?': (value) => isForm(value, EVENT), 'erased?': (value) => isForm(value, ERASED), at: a.count };

const id = (bytes, from) => toBase64url(bytes.subarray(from, from + 32));

// The fields of a header that a check needs; null if it is none.
const readHeader = (bytes) => {
  if (!bytes || (bytes.length !== SHORT && bytes.length !== LONG)) return null;
  const begin = join(label(HEADER), Uint8Array.of(1));
  const view = new DataView(bytes.buffer);
  const [direction, kind, opening] = [bytes[93], bytes[94], bytes[175]];
  const known =
    begin.every((byte, at) => bytes[at] === byte) &&
    direction <= 1 &&
    kind <= ACT &&
    opening <= 1 &&
    (opening === 1) === (bytes.length === LONG);
  if (!known) return null;
  return {
    site: id(bytes, 17),
    cid: id(bytes, 49),
    epoch: view.getUint32(81),
    seq: view.getBigUint64(85),
    toStaff: direction === 0,
    kind,
    author: id(bytes, 111),
    prev: id(bytes, 143),
    opens: opening === 1,
  };
};

const isClass = (length) => length >= SMALLEST && (length & (length - 1)) === 0;

// Of an erased event only this digest of its content is left.
const contentOf = async ({ event, erased }, at) => {
  if (erased) return fromBase64url(erased.content);
  const [nonce, ciphertext] = [fromBase64url(event.nonce), fromBase64url(event.ciphertext)];
  const sound =
    nonce?.length === 24 && ciphertext?.length <= CIPHERTEXT_BYTES && isClass(ciphertext.length - TAG_BYTES);
  need(sound, 'event_form', at);
  return sha256(join(label('einwurf/1 event content'), nonce, sized(ciphertext)));
};

// Header, digest and signature of what the relay keeps; the digest is always computed.
const read = async (stored, at) => {
  need(isForm(stored, STORED) && !stored.event !== !stored.erased, 'event_form', at);
  const { header, signature } = stored.event ?? stored.erased;
  const bytes = fromBase64url(header);
  const fields = readHeader(bytes);
  const signed = fromBase64url(signature);
  need(fields && signed?.length === 64, 'event_form', at);
  const content = await contentOf(stored, at);
  const digest = await sha256(join(label('einwurf/1 event digest'), sized(bytes), content));
  return { ...fields, digest, signed, erased: Boolean(stored.erased) };
};

const START = { next: 0n, prev: toBase64url(new Uint8Array(32)), epochs: 0, ended: false };

// Section 9.4, in its order.
const follow = (chain, event, { site, cid }, at) => {
  const withdraws = event.kind === WITHDRAWAL;
  need(event.site === site && event.cid === cid, 'event_foreign', at);
  need(event.seq === chain.next && event.prev === chain.prev, 'event_chain', at);
  need(!chain.ended, 'event_end', at);
  need(event.seq < EVENTS || withdraws, 'event_chain', at);
  const fitting = event.opens ? event.epoch === chain.epochs : event.epoch + 1 === chain.epochs;
  need(fitting && !(event.opens && (withdraws || !event.toStaff)), 'event_chain', at);
  return {
    next: chain.next + 1n,
    prev: toBase64url(event.digest),
    epochs: chain.epochs + Number(event.opens),
    ended: withdraws,
  };
};

const isByVisitor = async ({ digest, signed, author }, { key, jwk }) =>
  author === (await thumbprint(jwk)) && fits(key, signed, join(label('einwurf/1 event signature'), digest));

/** All events from the first, each after the one before, the visitor's by the conversation key. */
export const readEvents = async (stored, conversation) => {
  const events = [];
  let chain = START;
  for (const [at, one] of stored.entries()) {
    const event = await read(one, at);
    chain = follow(chain, event, conversation, at);
    // Whose an answer is stands in its sealed content: only its place is checked.
    need(!event.toStaff || (await isByVisitor(event, conversation)), 'event_signature', at);
    need(event.toStaff ? event.kind !== ACT : event.kind !== WITHDRAWAL, 'event_form', at);
    events.push({ ...event, digest: chain.prev, at: one.at, isMessage: event.toStaff && event.kind === MESSAGE });
  }
  return events;
};

/** What is left of a withdrawal: of this conversation, by its key. Its place in the chain is not known. */
export const readWithdrawal = async (remains, conversation) => {
  const event = await read({ erased: remains, at: 0 }, 0);
  const own = event.site === conversation.site && event.cid === conversation.cid;
  need(own && event.kind === WITHDRAWAL && event.toStaff, 'withdrawal');
  need(await isByVisitor(event, conversation), 'event_signature', 0);
  return toBase64url(event.digest);
};
