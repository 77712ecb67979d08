// What the signed documents of a bag say. Nothing is verified here: the apps did so before, and whoever gets the paper can
// do it again (www/check/).

import { sha256 } from './sha256.js';

const encoder = new TextEncoder();

/** Base64url of bytes. */
export const toBase64url = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Bytes of base64url. */
export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt());

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** What people call a conversation: the first sixty bits of its id (docs/protocol.md, section 4.6). */
export const code = (cid) => {
  const bits = [...fromBase64url(cid).slice(0, 8)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const group = (at) => bits.slice(at, at + 20).replace(/.{5}/g, (five) => CROCKFORD[parseInt(five, 2)]);
  return [0, 20, 40].map(group).join('-');
};

/** The payload of a compact JWS. */
export const payload = (jws) => JSON.parse(new TextDecoder().decode(fromBase64url(jws.split('.')[1])));

// docs/protocol.md, sections 1.1 and 1.4: label with its length, then a value with its length.
const labelled = (label, text) => {
  const [head, value] = [encoder.encode(label), encoder.encode(text)];
  const input = new Uint8Array(1 + head.length + 4 + value.length);
  input[0] = head.length;
  input.set(head, 1);
  new DataView(input.buffer).setUint32(1 + head.length, value.length);
  input.set(value, 5 + head.length);
  return toBase64url(sha256(input));
};

/** The digest that a record names a grant by. */
export const grantDigest = (jws) => labelled('einwurf/1 grant', jws);

/** The digest that the next record names this one by. */
export const recordDigest = (jws) => labelled('einwurf/1 consent record', jws);

/** The digest of a notice document. */
export const noticeDigest = (text) => toBase64url(sha256(encoder.encode(text)));

const fill = (value, display) => {
  if (typeof value === 'string') {
    return value.replaceAll('{phone}', display.phone).replaceAll('{email}', display.email);
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, display));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, display)]));
  }
  return value;
};

// docs/protocol.md, section 7.1: what a grant covers without saying it.
const choicesDigest = ({ salt, special, by }) => {
  const label = encoder.encode('einwurf/1 choices');
  const said = [special === undefined ? 0 : 1 + Number(special), [undefined, 'self', 'parent'].indexOf(by)];
  return toBase64url(sha256(Uint8Array.from([label.length, ...label, ...fromBase64url(salt), ...said])));
};

const consent = (jws, records, notices, choices) => {
  const [digest, grant] = [grantDigest(jws), payload(jws)];
  const boxes = { ...grant.grants };
  // An older grant may have covered others.
  const mine = grant.choices && choices && grant.choices === choicesDigest(choices) ? choices : undefined;
  if (mine?.special !== undefined) boxes.special = mine.special;
  const record = records.find((record) => record.grant === digest);
  return { digest, grant, boxes, by: mine?.by, record, notice: notices.get(grant.notice) };
};

/** A bag with its documents read: `{consents, records, end, manifest, notices, …}`; throws if it is none. */
export const open = (bag) => {
  const given = typeof bag === 'string' ? JSON.parse(bag) : bag;
  const manifest = payload(given.manifest);
  const grants = given.receipt.grants;
  const named = new Set(grants.map((jws) => payload(jws).notice));
  const documents = given.notices.filter((text) => named.has(noticeDigest(text)));
  const notices = new Map(
    documents.map((text) => [noticeDigest(text), fill(JSON.parse(text), manifest.display)]),
  );
  const records = given.receipt.records.map((jws) => ({ ...payload(jws), digest: recordDigest(jws) }));
  const consents = grants.map((jws) => consent(jws, records, notices, given.choices));
  const end = records.find((record) => record.withdrawal || record.ended);
  return { ...given, consents, records, end, display: manifest.display, documents };
};
