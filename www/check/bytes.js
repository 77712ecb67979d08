// Bytes as docs/protocol.md, section 1, writes them. WebCrypto does the rest.

const encoder = new TextEncoder();

/** A check that failed: `code` names a sentence in texts.json, `at` counts documents or events from 0. */
export class Fault extends Error {
  constructor(code, at) {
    super(code);
    Object.assign(this, { code, at });
  }
}

/** Throws a fault unless `holds`. */
export const need = (holds, code, at) => {
  if (!holds) throw new Fault(code, at);
};

/** UTF-8. */
export const utf8 = (text) => encoder.encode(text);

/** Base64url. */
export const toBase64url = (bytes) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Bytes of canonical base64url, or null. */
export const fromBase64url = (text) => {
  if (typeof text !== 'string' || !/^[\w-]*$/.test(text)) return null;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt());
    return toBase64url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
};

/** One after the other. */
export const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** The label that begins every input. */
export const label = (text) => join(Uint8Array.of(text.length), utf8(text));

/** A value with its length before it. */
export const sized = (bytes) => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return join(length, bytes);
};

/** SHA-256. */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** The digest of labelled text, in base64url: of a grant or a record. */
export const digestOf = async (name, text) => toBase64url(await sha256(join(label(name), sized(utf8(text)))));

/** A point of the curve from its JWK, as a key that verifies ES256; null for anything else. */
export const importKey = async ({ x, y }) => {
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  try {
    return await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  } catch {
    return null;
  }
};

/** Whether an ES256 signature fits. */
export const fits = async (key, signature, bytes) =>
  signature?.length === 64 && crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes);
