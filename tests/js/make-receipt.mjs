// Makes receipts by docs/protocol.md with WebCrypto alone, for tests of what reads them. `change` gets a hand on every
// part before it is signed.
import { digestOf, join, label, sha256, sized, toBase64url, utf8 } from '../../www/check/bytes.js';
import { choicesDigest } from '../../www/check/consent.js';
import { conversationId, thumbprint } from '../../www/check/jws.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const ES256 = { name: 'ECDSA', hash: 'SHA-256' };

/** A key pair with its JWK of two coordinates. */
export const makeKey = async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const { x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  return { privateKey, jwk: { kty: 'EC', crv: 'P-256', x, y } };
};

const sign = async ({ privateKey }, bytes) => new Uint8Array(await crypto.subtle.sign(ES256, privateKey, bytes));

/** A compact JWS; `text` may stand for the payload. */
export const makeJws = async (key, typ, payload, text = JSON.stringify(payload)) => {
  const head = JSON.stringify({ alg: 'ES256', typ, jwk: key.jwk });
  const input = toBase64url(utf8(head)) + '.' + toBase64url(utf8(text));
  return input + '.' + toBase64url(await sign(key, utf8(input)));
};

export const makeNotice = (mode = 'consent', more = {}) =>
  JSON.stringify({
    typ: 'einwurf-notice/1',
    register: 'de-formal',
    mode,
    profile: 'self-hosted',
    company: 'Muster Fensterbau GmbH',
    days: 90,
    title: 'Bevor Sie uns schreiben',
    lead: 'Das Wichtigste in Kürze:',
    summary: ['a', 'b', 'c'],
    facts: [{ field: 'controller', heading: 'Verantwortlich', text: 'Muster Fensterbau GmbH' }],
    details: [],
    statements: [
      ...(mode === 'consent' ? [{ purpose: 'answer', text: 'Ja, ich willige ein.', required: true }] : []),
      { purpose: 'special', text: 'Auch zu meiner Gesundheit.', required: false },
      { purpose: 'remember', text: 'Merken.', required: false },
    ],
    ...more,
  });

const ZEROS = new Uint8Array(32);
const number = (value, size) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.subarray(8 - size);
};

/** An event as the relay keeps it, and its digest. */
export const makeEvent = async (key, { site, cid, seq, prev, kind = 0, direction = 0, at, opens = seq === 0, erased }) => {
  const raw = (text) => Uint8Array.from(Buffer.from(text, 'base64url'));
  const header = join(
    label('einwurf/1 event'),
    Uint8Array.of(1),
    raw(site),
    raw(cid),
    number(0, 4),
    number(seq, 8),
    Uint8Array.of(direction, kind),
    crypto.getRandomValues(new Uint8Array(16)),
    raw(await thumbprint(key.jwk)),
    prev,
    Uint8Array.of(Number(opens)),
    opens ? new Uint8Array(32 + 1120 + 32) : new Uint8Array(0),
  );
  const [nonce, ciphertext] = [new Uint8Array(24), crypto.getRandomValues(new Uint8Array(512 + 16))];
  const content = await sha256(join(label('einwurf/1 event content'), nonce, sized(ciphertext)));
  const digest = await sha256(join(label('einwurf/1 event digest'), sized(header), content));
  const signature = toBase64url(await sign(key, join(label('einwurf/1 event signature'), digest)));
  const whole = { header: toBase64url(header), nonce: toBase64url(nonce), ciphertext: toBase64url(ciphertext), signature };
  const left = { header: whole.header, content: toBase64url(content), signature };
  return { digest, stored: erased ? { erased: left, at } : { event: whole, at }, left };
};

/** Records of these contents, each after the one before. */
export const makeRecords = async (log, { site, cid }, contents) => {
  const records = [];
  let prev = toBase64url(ZEROS);
  for (const [seq, content] of contents.entries()) {
    records.push(await makeJws(log, 'einwurf-record+jwt', { v: 1, site, cid, ...content, seq, prev }));
    prev = await digestOf('einwurf/1 consent record', records.at(-1));
  }
  return records;
};

const AT = 1795000000;

/** A receipt that holds, with the keys behind it: consent, two messages, an answer, and a withdrawal if asked for. */
export const makeReceipt = async ({ mode = 'consent', withdrawn = false, change = (part, value) => value } = {}) => {
  const [siteKey, log, key, staff] = await Promise.all([1, 2, 3, 4].map(makeKey));
  const site = await thumbprint(siteKey.jwk);
  const cid = await conversationId(key.jwk);
  const document = change('notice', makeNotice(mode));
  const choices = { salt: toBase64url(crypto.getRandomValues(new Uint8Array(32))), special: true };
  const grant = change('grant', {
    v: 1,
    site,
    notice: toBase64url(await sha256(utf8(document))),
    register: 'de-formal',
    mode,
    grants: { answer: true, remember: false },
    choices: await choicesDigest(choices),
    how: mode === 'consent' ? 'tick+button' : 'button',
    build: toBase64url(ZEROS),
  });
  const grants = [await makeJws(key, 'einwurf-grant+jwt', grant)];
  const events = [];
  let prev = ZEROS;
  const add = async (by, more) => {
    const fields = change('event', { site, cid, seq: events.length, prev, at: AT + 10 * events.length, ...more });
    const made = await makeEvent(by, fields);
    prev = made.digest;
    events.push(made);
  };
  await add(key, { erased: withdrawn });
  await add(staff, { direction: 1, erased: withdrawn });
  await add(key, { erased: withdrawn });
  if (withdrawn) await add(key, { kind: 1 });
  const contents = [{ grant: await digestOf('einwurf/1 grant', grants[0]), at: AT }];
  if (withdrawn) contents.push({ withdrawal: toBase64url(prev), at: AT + 40 });
  const records = await makeRecords(log, { site, cid }, change('records', contents));
  const manifest = change('manifest', {
    v: 1,
    site,
    relay: { origins: ['https://relay.example'], log_key: log.jwk },
    succession: { next: null, moved_to: null, former: [] },
    display: { name: 'Muster', phone: '+49 1', email: 'post@muster.example' },
  });
  const file = {
    typ: 'einwurf-receipt/1',
    site,
    manifest: await makeJws(siteKey, 'einwurf-manifest+jwt', manifest),
    notices: [document],
    grants,
    records,
    choices,
    events: events.map(({ stored }) => stored),
  };
  return { file, keys: { siteKey, log, key, staff }, site, cid, contents, events };
};
