// The work before a message (docs/protocol.md, section 15.2), by the browser's own derivation: it runs beside the page, and
// a few numbers at a time leave room for what is typed meanwhile.
const AT_A_TIME = 8;

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const solve = async (text) => {
  const challenge = JSON.parse(text);
  const { cost, keyLength, keyPrefix, nonce, salt } = challenge.parameters;
  const { subtle } = crypto;
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const key = async (counter) => {
    const password = new Uint8Array(20);
    password.set(bytes(nonce));
    new DataView(password.buffer).setUint32(16, counter);
    const imported = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return hex(new Uint8Array(await subtle.deriveBits(algorithm, imported, keyLength * 8)));
  };
  for (let from = 0; ; from += AT_A_TIME) {
    const keys = await Promise.all(Array.from({ length: AT_A_TIME }, (_, place) => key(from + place)));
    const place = keys.findIndex((key) => key.startsWith(keyPrefix));
    if (place >= 0) return btoa(JSON.stringify({ challenge, solution: { counter: from + place, derivedKey: keys[place] } }));
  }
};

// Who asks again for what is being solved waits for the same.
let last, solving;
export const work = (text) => {
  if (text != last) [last, solving] = [text, solve(text)];
  return solving;
};
