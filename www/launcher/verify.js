// Verification of a manifest by WebCrypto: the rules of docs/protocol.md, sections 3.2 and 4.3, the same as protocol's
// `Manifest::verify`. Both replay tests/vectors/jws/. Nothing of the payload is read before its signature fits.

const DAY = 86400;

const bytes = (binary) => Uint8Array.from(binary, (char) => char.charCodeAt());

const toBase64url = (binary) => btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/**
 * What a manifest says that this page may trust; throws for any other. The payload's texts beyond ASCII are left
 * undecoded, since none is used.
 *
 * @param {string} jws compact JWS
 * @param {string} pins thumbprints of one or two site keys, separated by a space
 * @param {string} relay the origin that was asked
 * @param {number} now seconds since 1970
 * @param {number} lowest the lowest acceptable serial
 */
export const verify = async (jws, pins, relay, now, lowest = 0) => {
  const subtle = crypto.subtle;
  const [header, payload, signature] = jws
    .split('.')
    .map((part) => atob(part.replaceAll('-', '+').replaceAll('_', '/')));
  // Only x and y are taken from the header. A pin is the hash of exactly one pair, in the form [A-Za-z0-9_-]{43}.
  const { x, y } = JSON.parse(header).jwk;
  const xy = JSON.stringify({ x, y }).slice(1);
  const jwk = '{"crv":"P-256","kty":"EC",' + xy;
  const hash = await subtle.digest('SHA-256', bytes(jwk));
  const site = toBase64url(String.fromCharCode(...new Uint8Array(hash)));
  // All else is rebuilt, so that there is one header, three parts, and one way to write each.
  const head = '{"alg":"ES256","typ":"einwurf-manifest+jwt","jwk":{"kty":"EC","crv":"P-256",' + xy + '}';
  const ecdsa = { namedCurve: 'P-256', hash: 'SHA-256', name: 'ECDSA' };
  const key = await subtle.importKey('jwk', JSON.parse(jwk), ecdsa, false, ['verify']);
  let manifest;
  if (
    jws.length < 65537 &&
    pins.includes(site) &&
    jws === [head, payload, signature].map(toBase64url).join('.') &&
    // What is signed: all but the dot and the 64 bytes of the signature.
    (await subtle.verify(ecdsa, key, bytes(signature), bytes(jws.slice(0, -87)))) &&
    (manifest = JSON.parse(payload)).v === 1 &&
    manifest.nbf <= now + DAY &&
    manifest.exp >= now - DAY &&
    manifest.serial >= lowest &&
    manifest.site === site &&
    manifest.relay.origins.includes(relay)
  )
    return manifest;
  throw 0;
};
