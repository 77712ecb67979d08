// The module for files, as far as it needs no browser: names, parts, and what is sent again after a break.
import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { ENDINGS, name, neutral } from '../../www/attach/names.js';
import { PART, Parts, READ, SLICE, slices } from '../../www/attach/pieces.js';
import { fits, sides } from '../../www/attach/picture.js';
import { fetchPart, upload } from '../../www/attach/transfer.js';

test('msg_02_names_that_go_out_say_nothing', () => {
  const picture = { kind: 'jpg', picture: true, video: false };
  assert.equal(neutral(picture, { picture: 'photo' }, 2), 'photo-2.jpg');
  assert.equal(neutral({ ...picture, kind: 'mp4', picture: false, video: true }, {}, 1), 'video-1.mp4');
  assert.equal(neutral({ kind: 'pdf' }, undefined, 7), 'dokument-7.pdf');
});

test('msg_04_names_that_came_are_made_harmless', () => {
  const jpeg = 'image/jpeg';
  for (const [given, type, wanted] of [
    ['bild-1.jpg', jpeg, 'bild-1.jpg'],
    ['BILD.JPEG', jpeg, 'BILD.jpeg'],
    ['../../etc/passwd', jpeg, 'etcpasswd.jpg'],
    ['C:\\autoexec.bat', jpeg, 'Cautoexec.bat.jpg'],
    ['bild\u202Egpj.exe', jpeg, 'bildgpj.exe.jpg'],
    ['rechnung.pdf', 'application/octet-stream', 'rechnung.pdf.bin'],
    ['rechnung.pdf', 'text/html', 'rechnung.pdf.bin'],
    ['x.html', 'constructor', 'x.html.bin'],
    ['.htaccess', 'text/plain', 'htaccess.txt'],
    ['a.txt.', 'text/plain', 'a.txt.txt'],
    ['\u200B\u0000\n', 'application/pdf', 'datei.pdf'],
    ['', jpeg, 'datei.jpg'],
    [undefined, jpeg, 'undefined.jpg'],
    ['a\r\nContent-Type: text/html', 'text/plain', 'aContent-Type texthtml.txt'],
  ]) {
    assert.equal(name(given, type), wanted, JSON.stringify(given));
  }
  for (const [length, kept] of [[79, 79], [80, 80], [81, 80]]) {
    assert.equal(name('ü'.repeat(length), jpeg), `${'ü'.repeat(kept)}.jpg`);
  }
  assert.equal(Object.keys(ENDINGS).length, 20);
});

test('parts have the length of the protocol, whatever comes', () => {
  for (const pieces of [[PART - 1], [PART], [PART + 1], [1, PART, PART - 1], [19, 65_552, 3 * PART]]) {
    const parts = new Parts();
    pieces.forEach((length) => parts.push(new Uint8Array(length)));
    const sizes = parts.end().map((part) => part.size);
    const all = pieces.reduce((sum, length) => sum + length, 0);
    assert.equal(sizes.reduce((sum, size) => sum + size, 0), all);
    assert.ok(sizes.slice(0, -1).every((size) => size === PART), `${sizes}`);
    assert.ok(sizes.at(-1) > 0 && sizes.at(-1) <= PART);
  }
  assert.deepEqual(new Parts().end(), []);
});

test('slices are the whole blob, and end when nobody wants them', async () => {
  const blob = new Blob([new Uint8Array(READ + SLICE + 5).fill(3)]);
  const sizes = [];
  for await (const bytes of slices(blob)) sizes.push(bytes.length);
  assert.deepEqual(sizes, [...Array(READ / SLICE + 1).fill(SLICE), 5]);
  const stop = new AbortController();
  const stopped = async () => {
    for await (const bytes of slices(blob, stop.signal)) if (bytes) stop.abort();
  };
  await assert.rejects(stopped, (word) => word === 'aborted');
});

test('msg_03_a_blob_that_cannot_be_read_any_more_is_not_half_read', async () => {
  const gone = { size: 5, slice: () => ({ size: 5, arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }) };
  const short = { size: 5, slice: () => ({ size: 5, arrayBuffer: async () => new ArrayBuffer(4) }) };
  for (const blob of [gone, short]) {
    const read = async () => {
      for await (const bytes of slices(blob)) assert.fail(`${bytes}`);
    };
    await assert.rejects(read, (word) => word === 'changed');
  }
});

test('sides of a picture keep their shape', () => {
  for (const [width, height, wide, high] of [
    [2047, 100, 2047, 100], [2048, 100, 2048, 100], [4096, 100, 2048, 50], [100, 8192, 25, 2048], [1, 100_000, 1, 2048],
  ]) {
    assert.deepEqual(sides({ width, height }, 2048), { width: wide, height: high });
  }
  for (const [size, side, small] of [
    [500_000, 2_048, true], [500_001, 2_048, false], [499_999, 2_047, true], [1, 2_049, false],
  ]) {
    assert.equal(fits({ size }, { width: side, height: 10 }), small, `${size} ${side}`);
  }
});

/** A server on loopback that answers as `answer(request, body)` says; what came, in order. */
async function relay(answer) {
  const seen = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method, headers } = request;
      seen.push({ method, part: headers['einwurf-part'], id: headers['einwurf-attachment'], headers });
      const { status = 204, body = '', cut } = answer(seen.at(-1), Buffer.concat(chunks), seen.length) ?? {};
      if (cut) return request.socket.destroy();
      response.writeHead(status).end(body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, origin: `http://127.0.0.1:${server.address().port}`, [Symbol.dispose]: () => server.close() };
}

const sealed = (count) => {
  const parts = Array.from({ length: count }, (_, at) => new Blob([new Uint8Array(at + 1)]));
  return { attachment: { id: 'an-id' }, parts, bytes: parts.reduce((sum, part) => sum + part.size, 0) };
};

async function withRelay(answer, step) {
  const server = await relay(answer);
  try {
    await step(server);
  } finally {
    server[Symbol.dispose]();
  }
}

test('parts go once each, with credentials asked afresh, and progress ends at the whole', async () => {
  await withRelay(() => ({}), async ({ origin, seen }) => {
    let asked = 0;
    const target = { relay: origin, path: '/v1/attachment', headers: async () => ({ dpop: `proof-${++asked}` }) };
    const progress = [];
    await upload(sealed(5), target, { onprogress: (done, all) => progress.push([done, all]) });
    assert.deepEqual(seen.map(({ part }) => part).sort(), ['0', '1', '2', '3', '4']);
    assert.ok(seen.every(({ method, id }) => method === 'PUT' && id === 'an-id'));
    assert.equal(new Set(seen.map(({ headers }) => headers.dpop)).size, 5);
    assert.deepEqual(progress.at(0), [0, 15]);
    assert.deepEqual(progress.at(-1), [15, 15]);
  });
});

test('after a break only what is missing goes', async () => {
  await withRelay(() => ({}), async ({ origin, seen }) => {
    const target = { relay: origin, path: '/v1/attachment', headers: {} };
    const progress = [];
    await upload(sealed(4), target, { missing: [1, 3], onprogress: (done) => progress.push(done) });
    assert.deepEqual(seen.map(({ part }) => part).sort(), ['1', '3']);
    assert.equal(progress[0], 4, 'what is stored counts');
    await upload(sealed(4), target, { missing: [] });
    assert.equal(seen.length, 2);
    await assert.rejects(upload(sealed(4), target, { missing: [4] }), (word) => word === 'failed');
  });
});

test('a break and a relay that is down are tried again, a refusal is told by its word', async () => {
  const first = { 1: { cut: true }, 2: { status: 503 }, 3: { status: 429 } };
  await withRelay((_, __, count) => first[count], async ({ origin, seen }) => {
    await upload(sealed(1), { relay: origin, path: '/', headers: {} });
    assert.equal(seen.length, 4);
  });
  for (const [answer, wanted] of [
    [{ status: 410, body: '{"code":"gone"}' }, 'relay:gone'],
    [{ status: 429, body: '{"code":"limit-reached"}' }, 'relay:limit-reached'],
    [{ status: 404, body: '{"code":"not-found"}' }, 'relay:not-found'],
    [{ status: 400, body: '{"code":"<script>"}' }, 'failed'],
    [{ status: 400, body: 'no JSON' }, 'failed'],
  ]) {
    await withRelay(() => answer, async ({ origin, seen }) => {
      const said = upload(sealed(1), { relay: origin, path: '/', headers: {} });
      await assert.rejects(said, (word) => word === wanted, wanted);
      assert.equal(seen.length, 1);
    });
  }
});

test('a stopped upload says so and sends nothing more', async () => {
  const stop = new AbortController();
  await withRelay(({ part }) => (part === '0' ? stop.abort() : undefined, {}), async ({ origin, seen }) => {
    const target = { relay: origin, path: '/', headers: {} };
    await assert.rejects(upload(sealed(9), target, { signal: stop.signal }), (word) => word === 'aborted');
    assert.ok(seen.length <= 2, `${seen.length}`);
    await assert.rejects(upload(sealed(2), target, { signal: stop.signal }), (word) => word === 'aborted');
    assert.ok(seen.length <= 2);
  });
  // Also while it waits for the next try.
  const waiting = new AbortController();
  await withRelay(() => (setTimeout(() => waiting.abort(), 20), { status: 500 }), async ({ origin, seen }) => {
    const said = upload(sealed(1), { relay: origin, path: '/', headers: {} }, { signal: waiting.signal });
    await assert.rejects(said, (word) => word === 'aborted');
    assert.equal(seen.length, 1);
  });
});

test('a part of another length, or one that is not there, is told apart', async () => {
  const target = (origin) => ({ relay: origin, path: '/v1/attachment', headers: { authorization: 'Bearer x' } });
  await withRelay(() => ({ status: 200, body: 'abcd' }), async ({ origin, seen }) => {
    assert.equal((await fetchPart(target(origin), 'id', 2, 4)).length, 4);
    assert.equal(seen[0].headers.authorization, 'Bearer x');
    assert.equal(seen[0].part, '2');
    for (const length of [3, 5]) {
      await assert.rejects(fetchPart(target(origin), 'id', 2, length), (word) => word === 'broken');
    }
  });
  await withRelay(() => ({ status: 404, body: '{"code":"not-found"}' }), async ({ origin }) => {
    await assert.rejects(fetchPart(target(origin), 'id', 0, 4), (word) => word === 'missing');
  });
});
