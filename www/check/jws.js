// Signed documents: docs/protocol.md, sections 2 and 3.

import { fits, fromBase64url, importKey, join, label, need, sha256, toBase64url, utf8 } from './bytes.js';
import { parse } from './json.js';

const JWS_BYTES = 65536;
const COORDINATE = /^[\w-]{43}$/;

/** Whether this is a public key's JWK. */
export const isKey = (jwk) =>
  jwk && jwk.kty === 'EC' && jwk.crv === 'P-256' && COORDINATE.test(jwk.x) && COORDINATE.test(jwk.y);

/** RFC 7638. */
export const thumbprint = async ({ x, y }) =>
  toBase64url(await sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)));

/** The id of a conversation with this key. */
export const conversationId = async ({ x, y }) =>
  toBase64url(await sha256(join(label('einwurf/1 conversation'), fromBase64url(x), fromBase64url(y))));

/** `{payload, jwk, key}` of a compact JWS of one type; a fault of this code if it is none, or its signature is wrong. */
export const verify = async (compact, typ, code, at) => {
  need(typeof compact === 'string' && compact.length <= JWS_BYTES, code, at);
  const parts = compact.split('.');
  const [head, payload, signature] = parts.map(fromBase64url);
  need(parts.length === 3 && head && payload && signature, code, at);
  const jwk = parse(head)?.jwk;
  need(isKey(jwk), code, at);
  const { x, y } = jwk;
  // Rebuilt, so that there is one way to write it.
  const header = `{"alg":"ES256","typ":"${typ}","jwk":{"kty":"EC","crv":"P-256","x":"${x}","y":"${y}"}}`;
  need(toBase64url(utf8(header)) === parts[0], code, at);
  const key = await importKey({ x, y });
  need(key && (await fits(key, signature, utf8(parts[0] + '.' + parts[1]))), code, at);
  const said = parse(payload);
  need(said, code, at);
  return { payload: said, jwk: { x, y }, key };
};
