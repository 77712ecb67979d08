// Opens tests/vectors/seal, keys and files as docs/protocol.md says, with none of our code: HPKE by hpke-js,
// XChaCha20-Poly1305 by noble-ciphers, ES256, SHA-256 and HKDF by WebCrypto. Exits with 1 if any answer differs.
import { readFileSync, readdirSync } from 'node:fs';
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';
import { CipherSuite, HkdfSha256 } from '@hpke/core';
import { XWing } from '@hpke/hybridkem-x-wing';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';

const { subtle } = globalThis.crypto;
const vectors = new URL('../vectors/', import.meta.url);
const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

// --- Bytes (§1) ---

const utf8 = (text) => new TextEncoder().encode(text);
const text = (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const cat = (...parts) => Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part))));
const label = (name) => cat([name.length], utf8(name));
const u32 = (number) => { const b = Buffer.alloc(4); b.writeUInt32BE(number); return b; };
const variable = (bytes) => cat(u32(bytes.length), bytes);
const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
const b64 = (bytes) => Buffer.from(bytes).toString('base64url');
function unb64(string) {
  const bytes = Buffer.from(string, 'base64url');
  if (bytes.toString('base64url') !== string) throw new Error('not canonical base64url');
  return Uint8Array.from(bytes);
}
const sha256 = async (...parts) => new Uint8Array(await subtle.digest('SHA-256', cat(...parts)));
const hkdf = async (secret, info) => new Uint8Array(await subtle.deriveBits(
  { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info },
  await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']), 256));

// --- Keys and signatures (§2, §3) ---

const thumbprint = (jwk) => sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`));
const cidOf = (jwk) => sha256(label('einwurf/1 conversation'), unb64(jwk.x), unb64(jwk.y));
const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
async function verifies(jwk, message, signature) {
  const key = await subtle.importKey('jwk', { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y }, ES256, false, ['verify']);
  return subtle.verify(ES256, key, signature, message);
}
async function jws(compact, typ) {
  const [header, payload, signature, more] = compact.split('.');
  const { jwk } = JSON.parse(text(unb64(header)));
  const own = `{"alg":"ES256","typ":"${typ}","jwk":{"kty":"EC","crv":"P-256","x":"${jwk.x}","y":"${jwk.y}"}}`;
  const fits = more === undefined && text(unb64(header)) === own && /^[\w-]{43}$/.test(jwk.x) && /^[\w-]{43}$/.test(jwk.y)
    && await verifies(jwk, utf8(`${header}.${payload}`), unb64(signature));
  if (!fits) throw new Error(`not a ${typ}`);
  return { jwk, payload: JSON.parse(text(unb64(payload))) };
}
async function verifyGrant(compact, site, visitor) {
  const { jwk, payload } = await jws(compact, 'einwurf-grant+jwt');
  const fits = (!visitor || (jwk.x === visitor.x && jwk.y === visitor.y)) && payload.v === 1 && payload.site === site
    && payload.grants.answer === true && !('special' in payload.grants) && payload.how === (payload.mode === 'consent' ? 'tick+button' : 'button');
  if (!fits) throw new Error('not a grant for this conversation');
  return { jwk, choices: payload.choices };
}
async function choicesDigest({ salt, special, by }) {
  const said = [special === undefined ? 0 : special ? 2 : 1, ['self', 'parent'].indexOf(by) + 1];
  return b64(await sha256(label('einwurf/1 choices'), unb64(salt), said));
}

// --- Events (§9), padding and payload (§10) ---

const classOf = (length) => Math.max(512, 2 ** Math.ceil(Math.log2(length)));
function unpad(padded) {
  const length = Buffer.from(padded).readUInt32BE(0);
  const zeros = padded.slice(4 + length);
  if (padded.length !== classOf(4 + length) || zeros.some((byte) => byte !== 0)) throw new Error('padding');
  return padded.slice(4, 4 + length);
}
function payloadOf(bytes) {
  const payload = JSON.parse(text(bytes));
  const known = ['v', 'message', 'page', 'topic', 'told', 'former', 'certificate', 'attachments', 'choices', 'act'];
  if (payload.v !== 1 || !Object.keys(payload).every((key) => known.includes(key)) || !payload.message.text.trim()) {
    throw new Error('payload');
  }
  return payload;
}
function headerOf(bytes) {
  const view = Buffer.from(bytes);
  const opens = view[175];
  const form = same(bytes.slice(0, 16), label('einwurf/1 event')) && view[16] === 1 && view[93] < 2 && view[94] < 3
    && opens < 2 && view.length === (opens ? 1360 : 176);
  if (!form) throw new Error('header');
  const opening = opens && { key: bytes.slice(176, 208), enc: bytes.slice(208, 1328), commitment: bytes.slice(1328) };
  return {
    site: bytes.slice(17, 49), cid: bytes.slice(49, 81), epoch: view.readUInt32BE(81), seq: Number(view.readBigUInt64BE(85)),
    toVisitor: view[93] === 1, kind: view[94], author: bytes.slice(111, 143), prev: bytes.slice(143, 175), opening,
  };
}
async function eventOf({ event, erased }) {
  if (erased) {
    const [header, content, signature] = [erased.header, erased.content, erased.signature].map(unb64);
    const digest = await sha256(label('einwurf/1 event digest'), variable(header), content);
    return { ...headerOf(header), header, digest, signature, erased: true };
  }
  const [header, nonce, ciphertext, signature] =
    [event.header, event.nonce, event.ciphertext, event.signature].map(unb64);
  const padded = ciphertext.length - 16;
  if (nonce.length !== 24 || padded < 0 || padded > 65536 || classOf(padded) !== padded) throw new Error('envelope');
  const content = await sha256(label('einwurf/1 event content'), nonce, variable(ciphertext));
  const digest = await sha256(label('einwurf/1 event digest'), variable(header), content);
  return { ...headerOf(header), header, nonce, ciphertext, signature, digest };
}
const decrypt = (key, event) =>
  payloadOf(unpad(xchacha20poly1305(key, event.nonce, event.header).decrypt(event.ciphertext)));
async function isBy(event, jwk) {
  const signed = cat(label('einwurf/1 event signature'), event.digest);
  return same(await thumbprint(jwk), event.author) && verifies(jwk, signed, event.signature);
}

// --- Epochs (§8) ---

async function recover(event, seed) {
  const recipientKey = await kem.deserializePrivateKey(seed);
  const { opening } = event;
  const info = cat(label('einwurf/1 epoch'), [1], event.site, opening.key, event.cid, u32(event.epoch));
  const context = await suite.createRecipientContext({ recipientKey, enc: opening.enc, info });
  const exported = async (name) => new Uint8Array(await context.export(label(name), 32));
  return committed({ toStaff: await exported('einwurf/1 to staff'), toVisitor: await exported('einwurf/1 to visitor') }, opening);
}
async function committed(keys, opening) {
  const commitment = await sha256(label('einwurf/1 commitment'), keys.toStaff, keys.toVisitor);
  if (!same(commitment, opening.commitment)) throw new Error('commitment');
  return { ...keys, commitment };
}
async function ringOf(openings, secrets) {
  const ring = new Map();
  let former;
  for (const event of openings.sort((a, b) => b.epoch - a.epoch)) {
    const secret = secrets.find((key) => key.id === b64(event.opening.key));
    const named = former?.epoch === event.epoch
      ? committed({ toStaff: unb64(former.to_staff), toVisitor: unb64(former.to_visitor) }, event.opening) : undefined;
    former = undefined;
    const keys = await (secret ? recover(event, unb64(secret.seed)) : Promise.resolve(named)).catch(() => undefined);
    if (!keys) continue;
    ring.set(event.epoch, keys);
    try { former = decrypt(keys.toStaff, event).former; } catch { /* told when the event's turn comes */ }
  }
  return ring;
}

// --- The reader: three answers (§8.4), chain (§9.4) ---

async function certified(payload, site) {
  const { jwk, payload: certificate } = await jws(payload.certificate, 'einwurf-member+jwt');
  if (b64(await thumbprint(jwk)) !== site || certificate.site !== site || certificate.v !== 1) throw new Error('member');
  return certificate.key;
}
async function open({ site, inbox_keys: secrets, conversation }) {
  const events = await Promise.all(conversation.events.map((stored) => eventOf(stored).catch(() => undefined)));
  const openings = events.filter((event) => event?.opening);
  const held = openings.some((event) => secrets.some((key) => key.id === b64(event.opening.key)));
  if (openings.length && !held) return { answer: 'not-mine', shown: [] };
  let visitor;
  const choices = [];
  try {
    visitor = (await verifyGrant(conversation.grants[0].grant, site)).jwk;
    for (const { grant } of conversation.grants) choices.push((await verifyGrant(grant, site, visitor)).choices);
  } catch { return { answer: 'broken', shown: [] }; }
  const cid = await cidOf(visitor);
  const ours = (event) => same(event.site, unb64(site)) && same(event.cid, cid);
  const authentic = [];
  for (const event of openings) if (ours(event) && await isBy(event, visitor)) authentic.push(event);
  const ring = await ringOf(authentic, secrets);
  const { shown, unfit } = await walk(events, { site, visitor, ours, ring, choices });
  return { answer: shown.length ? 'mine' : 'broken', shown, ring, unfit };
}
// Of an erased event, and of a withdrawal, there is no content; whose an erased answer was cannot be checked.
async function walk(events, { site, visitor, ours, ring, choices }) {
  let chain = { next: 0, digest: new Uint8Array(32), epochs: 0, ended: false };
  const shown = [], unfit = [];
  for (const [index, event] of events.entries()) {
    try {
      const { seq, epoch, toVisitor, kind, erased } = event;
      let payload, failure;
      try {
        const keys = ring.get(epoch);
        if (!erased && kind !== 1) payload = decrypt(toVisitor ? keys.toVisitor : keys.toStaff, event);
      } catch (error) { failure = error; }
      const anyone = erased && toVisitor;
      const author = toVisitor ? !anyone && await certified(payload, site) : visitor;
      if (!ours(event) || !(anyone || await isBy(event, author))) throw new Error('author');
      const joins = seq === chain.next && same(event.prev, chain.digest) && !chain.ended
        && (event.opening ? epoch === chain.epochs && !toVisitor && kind !== 1 : epoch + 1 === chain.epochs);
      if (!joins && (anyone || chain.ended || seq < chain.next || epoch + 1 < chain.epochs)) throw new Error('chain');
      chain = { next: seq + 1, digest: event.digest, epochs: epoch + 1, ended: kind === 1 };
      if (failure) throw failure;
      shown.push({ seq, message: payload?.message, choices: payload?.choices, act: payload?.act });
      const said = payload?.choices && await choicesDigest(payload.choices);
      if (payload && !toVisitor && !choices.includes(said)) unfit.push(index);
    } catch { /* a fault; what is shown is compared, and nothing of this event is */ }
  }
  return { shown, unfit };
}

// --- Members' keys (§14) ---

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
async function codeBits(code) {
  const values = [...code.replaceAll('-', '')].map((letter) => CROCKFORD.indexOf(letter));
  const all = values.reduce((number, value) => (number << 5n) | BigInt(value), 0n);
  const bytes = Buffer.from((all >> 20n).toString(16).padStart(40, '0'), 'hex');
  const check = Buffer.from(await sha256(label('einwurf/1 recovery code'), bytes)).readUIntBE(0, 3) >> 4;
  if (values.length !== 36 || (all & 0xfffffn) !== BigInt(check)) throw new Error('recovery code');
  return bytes;
}
async function publicOf(scalar) {
  // PKCS #8 without the public half; WebCrypto computes it on export.
  const pkcs8 = cat(Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex'), scalar);
  return subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, ES256, true, ['sign']));
}
async function openMember(vector) {
  const bits = await codeBits(vector.recovery_code);
  const seed = await hkdf(bits, label('einwurf/1 recovery sealing key'));
  const scalar = await hkdf(bits, cat(label('einwurf/1 recovery signing key'), [0]));
  if (b64(seed) !== vector.sealing_seed || b64(scalar) !== vector.signing_scalar) return 'recovery';
  const id = await thumbprint(await publicOf(scalar));
  const own = label('einwurf/1 member keys');
  try {
    const { nonce, ciphertext, member } = vector.wrapped;
    const key = await hkdf(unb64(vector.export_key), own);
    const plain = xchacha20poly1305(key, unb64(nonce), cat(own, unb64(member))).decrypt(unb64(ciphertext));
    if (!same(plain, cat(own, scalar, seed)) || b64(id) !== member) return 'wrapped';
  } catch { return 'wrapped'; }
  try {
    const recipientKey = await kem.deserializePrivateKey(seed);
    for (const [index, { what, enc, ciphertext }] of vector.sealed.entries()) {
      const kind = what.kind === 'site' ? 0 : 1;
      const info = cat(label('einwurf/1 sealed key'), unb64(vector.site), id, [kind], unb64(what.id));
      const plain = await suite.open({ recipientKey, enc: unb64(enc), info }, unb64(ciphertext));
      if (b64(new Uint8Array(plain)) !== vector.secrets[index]) return 'sealed';
    }
  } catch { return 'sealed'; }
  return 'ok';
}

// --- Files (§12) ---

function fileClass(length) {
  if (length <= 65536) return classOf(length);
  const e = Math.floor(Math.log2(length));
  const unit = 2 ** (e - Math.floor(Math.log2(e)) - 1);
  return Math.ceil(length / unit) * unit;
}
async function openFile({ cid, attachment, file, content }) {
  const key = unb64(attachment.key);
  if (key.length !== 32) return 'key';
  const bytes = unb64(file);
  const whole = fileClass(4 + attachment.length);
  const count = Math.ceil(whole / 65536);
  const associated = cat(label('einwurf/1 attachment segment'), unb64(cid), unb64(attachment.id));
  const parts = [];
  for (let i = 0, at = 19; i < count; i++) {
    const end = at + Math.min(65536, whole - i * 65536) + 16;
    if (end > bytes.length) return 'length';
    const nonce = cat(bytes.slice(0, 19), u32(i), [i === count - 1 ? 1 : 0]);
    try { parts.push(xchacha20poly1305(key, nonce, associated).decrypt(bytes.slice(at, end))); } catch { return 'segment'; }
    at = end;
  }
  const padded = Buffer.concat(parts);
  const plain = padded.subarray(4, 4 + attachment.length);
  if (padded.readUInt32BE(0) !== attachment.length || padded.subarray(4 + attachment.length).some((byte) => byte)) return 'padding';
  if (bytes.length !== 19 + whole + 16 * count) return 'length';
  if (b64(await sha256(label('einwurf/1 attachment'), variable(bytes))) !== attachment.digest) return 'digest';
  return b64(await sha256(plain)) === content ? 'ok' : 'content';
}

// --- Every file ---

function expect(name, got, expected) {
  const [a, b] = [got, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${name}: got ${a}, expected ${b}`);
}
async function checkConversation(vector) {
  const { answer, shown, ring, unfit } = await open(vector);
  const members = (value) => Object.entries(value ?? {}).sort();
  const sorted = (list) => list.map(({ seq, message, choices, act }) => [seq, members(message), members(choices), members(act)]);
  expect(vector.name, answer, vector.expect);
  expect(vector.name, sorted(shown), sorted(vector.shown));
  if (answer !== 'mine') return;
  const told = vector.faults.filter((fault) => fault.includes('choices')).map((fault) => parseInt(fault.slice(6), 10));
  expect(vector.name, unfit, told);
  for (const [epoch, keys] of ring) {
    expect(vector.name, b64(keys.toStaff), vector.epochs[epoch].to_staff);
    expect(vector.name, b64(keys.toVisitor), vector.epochs[epoch].to_visitor);
    if (keys.commitment) expect(vector.name, b64(keys.commitment), vector.epochs[epoch].commitment);
  }
}
async function every(folder, check) {
  const files = readdirSync(new URL(`${folder}/`, vectors));
  for (const file of files) await check(JSON.parse(readFileSync(new URL(`${folder}/${file}`, vectors), 'utf8')));
  console.log(`${files.length} of ${folder}: every answer as expected`);
}
await every('seal', checkConversation);
await every('keys', async (vector) => expect(vector.name, await openMember(vector), vector.expect));
await every('files', async (vector) => expect(vector.name, await openFile(vector), vector.expect));
