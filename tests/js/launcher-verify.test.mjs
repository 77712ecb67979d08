// The launcher's verification over the vectors that protocol's `Manifest::verify` replays too: what is good passes, what
// is bad fails. Run by `node --test tests/js`.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { verify } from '../../www/launcher/verify.js';

const folder = new URL('../vectors/jws/', import.meta.url);
const vectors = readdirSync(folder).map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
const check = ({ jws, pins, relay, now, serial }) => verify(jws, pins.join(' '), relay, now, serial);
const payload = (jws) => JSON.parse(Buffer.from(jws.split('.')[1], 'base64url'));

// What only the apps check, which read more of the payload (protocol.md, 4.3). All else fails here too.
const LEFT_TO_THE_APPS = ['payload-inbox-key-misnamed', 'payload-unknown-member'];

test('there are good and bad vectors', () => {
  assert.ok(vectors.filter(({ expect }) => expect === 'ok').length >= 5);
  assert.ok(vectors.filter(({ expect }) => expect !== 'ok').length >= 50);
});

for (const vector of vectors) {
  const good = vector.expect === 'ok' || LEFT_TO_THE_APPS.includes(vector.name);
  test(`enc_03_${vector.name} ${good ? 'passes' : 'fails'}`, async () => {
    if (!good) return assert.rejects(check(vector));
    const [verified, signed] = [await check(vector), payload(vector.jws)];
    // What is opened with it: the door needs the staff's app and the key that signed.
    for (const member of ['site', 'code', 'relay']) assert.deepEqual(verified[member], signed[member]);
  });
}

test('enc_03_every flipped character of header, payload and signature fails', async () => {
  const good = vectors.find(({ name }) => name === 'good');
  for (let at = 0; at < good.jws.length; at += 7) {
    const other = good.jws[at] === 'A' ? 'B' : 'A';
    const jws = good.jws.slice(0, at) + other + good.jws.slice(at + 1);
    await assert.rejects(check({ ...good, jws }), `flipped at ${at}`);
  }
});

test('enc_03_nothing but the whole pin counts', async () => {
  const good = vectors.find(({ name }) => name === 'good');
  const [pin] = good.pins;
  for (const pins of [[], [''], [pin.slice(1)], [pin.slice(0, -1)], [pin.toLowerCase()]]) {
    await assert.rejects(check({ ...good, pins }), JSON.stringify(pins));
  }
  await check({ ...good, pins: ['A'.repeat(43), pin] });
});
