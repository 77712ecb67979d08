// The check page's verification, over receipts made here and over the vectors that `einwurf verify` replays too.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { choicesDigest } from '../../www/check/consent.js';
import { readFile } from '../../www/check/file.js';
import { parse } from '../../www/check/json.js';
import { show } from '../../www/check/show.js';
import { check } from '../../www/check/verify.js';
import { makeEvent, makeJws, makeKey, makeReceipt, makeRecords } from './make-receipt.mjs';

const TEXTS = JSON.parse(readFileSync(new URL('../../www/check/texts.json', import.meta.url), 'utf8'));

const fails = async (file, code) => {
  await assert.rejects(check(file), (error) => {
    assert.equal(error.code, code, error.stack);
    for (const texts of Object.values(TEXTS)) assert.ok(texts['fault_' + code], `no sentence for ${code}`);
    return true;
  });
};

const flipped = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

test('rec_04_a receipt passes without any identity', async () => {
  const { file, site, cid } = await makeReceipt();
  const { signer, proofs } = await check(file);
  assert.equal(signer, site);
  const [{ given, choices, end, events }] = proofs;
  assert.equal(proofs[0].cid, cid);
  assert.equal(end, null);
  assert.deepEqual(given.map(({ at, grant, notice }) => [at, grant.mode, notice.title]), [
    [1795000000, 'consent', 'Bevor Sie uns schreiben'],
  ]);
  assert.equal(choices.special, true);
  assert.deepEqual(events.map(({ isMessage }) => isMessage), [true, false, true]);
  assert.ok(!/name|email|phone/.test(JSON.stringify({ ...file, manifest: '', notices: [] })));
});

test('rec_04_a withdrawn one says when, and its erased messages are still in their places', async () => {
  const { file } = await makeReceipt({ withdrawn: true });
  const [{ end, events }] = (await check(file)).proofs;
  assert.deepEqual(end, { at: 1795000040, how: 'withdrawn' });
  assert.equal(events.length, 4);
});

test('rec_04_one flipped character in any part fails', async () => {
  const { file } = await makeReceipt();
  const paths = [
    ['manifest', 'manifest', (copy, at) => (copy.manifest = flipped(copy.manifest, at))],
    ['grants', 'grant', (copy, at) => (copy.grants[0] = flipped(copy.grants[0], at))],
    ['records', 'record', (copy, at) => (copy.records[0] = flipped(copy.records[0], at))],
  ];
  for (const [part, , flip] of paths) {
    const text = [file[part]].flat()[0];
    for (let at = 0; at < text.length; at += 23) {
      const copy = structuredClone(file);
      flip(copy, at);
      await assert.rejects(check(copy), `${part} at ${at}`);
    }
  }
  for (const field of ['header', 'nonce', 'ciphertext', 'signature']) {
    const text = file.events[0].event[field];
    for (let at = 0; at < text.length; at += 31) {
      const copy = structuredClone(file);
      copy.events[0].event[field] = flipped(text, at);
      await assert.rejects(check(copy), `${field} at ${at}`);
    }
  }
  for (let at = 26; at < file.notices[0].length; at += 41) {
    const copy = structuredClone(file);
    copy.notices[0] = flipped(copy.notices[0], at);
    await assert.rejects(check(copy), `notice at ${at}`);
  }
  const salted = structuredClone(file);
  salted.choices.salt = flipped(salted.choices.salt, 3);
  await fails(salted, 'choices');
  await fails({ ...file, choices: { ...file.choices, special: false } }, 'choices');
});

test('rec_04_choices answer what the notice asks, and a box that it requires is ticked', async () => {
  const required = (document) => document.replace('Gesundheit.","required":false', 'Gesundheit.","required":true');
  const make = async (special, change) => {
    const choices = { salt: 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE', ...special };
    const digest = await choicesDigest(choices);
    const { file } = await makeReceipt({
      change: (part, value) => {
        if (part === 'notice') return change(value);
        return part === 'grant' ? { ...value, choices: digest } : value;
      },
    });
    return { ...file, choices };
  };
  await check(await make({ special: true }, required));
  await check(await make({ special: false }, (document) => document));
  await fails(await make({ special: false }, required), 'choices_required');
  await fails(await make({}, (document) => document), 'choices');
  await fails(await make({ special: true, by: 'self' }, (document) => document), 'choices');
});

test('rec_04_one flipped character of what is left of an erased event fails', async () => {
  const { file } = await makeReceipt({ withdrawn: true });
  // The answer too: its digest is computed, so that the next event names another.
  for (const index of [0, 1, 2]) {
    for (const [field, text] of Object.entries(file.events[index].erased)) {
      if (index === 1 && field === 'signature') continue;
      for (let at = 0; at < text.length; at += 23) {
        const copy = structuredClone(file);
        copy.events[index].erased[field] = flipped(text, at);
        await assert.rejects(check(copy), `${field} of ${index} at ${at}`);
      }
    }
  }
});

test('rec_06_an entry of the log that was changed, dropped, moved or added fails', async () => {
  const made = await makeReceipt({ withdrawn: true });
  const { file, keys, site, cid, contents } = made;
  const records = (list) => ({ ...file, records: list });
  const again = (log, ids, list) => makeRecords(log, ids, list);
  const [grant, withdrawal] = contents;
  await fails(records([]), 'unrecorded');
  await fails(records(file.records.slice(1)), 'record_chain');
  await fails(records(file.records.toReversed()), 'record_chain');
  assert.equal((await check(records(file.records.slice(0, 1)))).proofs[0].end.how, 'unrecorded');
  await fails(records(await again(keys.key, { site, cid }, contents)), 'record_key');
  await fails(records(await again(keys.log, { site, cid: site }, contents)), 'record_foreign');
  await fails(records(await again(keys.log, { site: cid, cid }, contents)), 'record_foreign');
  await fails(records(await again(keys.log, { site, cid }, [grant, { ...withdrawal, at: 1 }])), 'record_chain');
  await fails(records(await again(keys.log, { site, cid }, [...contents, { ...grant, at: 1795000060 }])), 'record_end');
  await fails(records(await again(keys.log, { site, cid }, [withdrawal])), 'record_chain');
  await fails(records(await again(keys.log, { site, cid }, [grant, grant, withdrawal])), 'grant_unrecorded');
  const other = { grant: withdrawal.withdrawal, at: grant.at };
  await fails(records(await again(keys.log, { site, cid }, [grant, other, withdrawal])), 'grant_missing');
  const both = { ...grant, ended: 'expired' };
  await fails(records(await again(keys.log, { site, cid }, [both])), 'record');
  const more = { ...grant, name: 'x' };
  await fails(records(await again(keys.log, { site, cid }, [more])), 'record');
});

test('rec_06_a record that came later is not before the first', async () => {
  const { file, keys, site, cid, contents } = await makeReceipt();
  const later = contents.map((content) => ({ ...content, at: content.at + 5 }));
  await fails({ ...file, records: await makeRecords(keys.log, { site, cid }, later) }, 'event_early');
});

test('rec_04_events that were dropped, swapped or taken from elsewhere fail', async () => {
  const { file, keys, site, cid } = await makeReceipt();
  const other = await makeReceipt();
  const events = (list) => ({ ...file, events: list });
  const [first, second, third] = file.events;
  await fails(events([first, third]), 'event_chain');
  await fails(events([second, first, third]), 'event_chain');
  await fails(events([other.file.events[0]]), 'event_foreign');
  await fails(events([{ ...first, erased: {} }]), 'event_form');
  const zeros = new Uint8Array(32);
  const forged = await makeEvent(keys.staff, { site, cid, seq: 0, prev: zeros, at: first.at });
  await fails(events([forged.stored]), 'event_signature');
  const act = await makeEvent(keys.key, { site, cid, seq: 0, prev: zeros, kind: 2, at: first.at });
  await fails(events([act.stored]), 'event_form');
  const closed = await makeEvent(keys.key, { site, cid, seq: 0, prev: zeros, opens: false, at: first.at });
  await fails(events([closed.stored]), 'event_chain');
});

test('rec_04_a message after the withdrawal fails, and so does a log that knows another end', async () => {
  const { file, keys, site, cid, events, contents } = await makeReceipt({ withdrawn: true });
  const after = await makeEvent(keys.key, { site, cid, seq: 4, prev: events[3].digest, at: 1795000050 });
  await fails({ ...file, events: [...file.events, after.stored] }, 'event_end');
  const ended = [contents[0], { ended: 'expired', at: 1795000040 }];
  await fails({ ...file, records: await makeRecords(keys.log, { site, cid }, ended) }, 'withdrawal');
  await fails({ ...file, events: [] }, 'event_none');
  await fails({ ...file, events: file.events.slice(0, 3) }, 'withdrawal');
});

test('rec_02_grants with more, less or other members fail', async () => {
  const bad = [
    (grant) => ({ ...grant, ip: '127.0.0.1' }),
    (grant) => ({ ...grant, grants: { ...grant.grants, special: true } }),
    (grant) => ({ ...grant, grants: { ...grant.grants, answer: false } }),
    (grant) => ({ ...grant, grants: { ...grant.grants, marketing: true } }),
    (grant) => ({ ...grant, grants: [true] }),
    (grant) => ({ ...grant, how: 'button' }),
    (grant) => ({ ...grant, v: 2 }),
    ({ build, ...grant }) => (build ? grant : null),
    (grant) => ({ ...grant, site: grant.build }),
  ];
  for (const worse of bad) {
    const { file } = await makeReceipt({ change: (part, value) => (part === 'grant' ? worse(value) : value) });
    await fails(file, 'grant_form');
  }
});

test('rec_02_a member that stands twice fails', async () => {
  const { file, keys } = await makeReceipt();
  const payload = Buffer.from(file.grants[0].split('.')[1], 'base64url').toString();
  const twice = payload.replace('"answer":true', '"answer":false,"answer":true');
  await fails({ ...file, grants: [await makeJws(keys.key, 'einwurf-grant+jwt', null, twice)] }, 'grant');
  const utf8 = (text) => new TextEncoder().encode(text);
  assert.ok(parse(utf8('{"a":[{"b":1},{"b":2}],"c":"a\\": {","d":{"a":"b"}}')));
  for (const text of ['{"a":1,"a":1}', '{"a":{"b":1,"\\u0062":2}}', '{"a" :1,"b":[],"a" :2}', '[]', 'null', '1', '{']) {
    assert.equal(parse(utf8(text)), null, text);
  }
});

test('rec_03_a notice that is missing or of another form fails', async () => {
  const { file } = await makeReceipt();
  await fails({ ...file, notices: [] }, 'notice_missing');
  await fails({ ...file, notices: ['{}'] }, 'notice_form');
  await fails({ ...file, notices: [file.notices[0].replace('consent', 'request')] }, 'notice_missing');
  const without = (part, value) =>
    part === 'grant' ? { ...value, grants: { ...value.grants, context: true } } : value;
  await fails((await makeReceipt({ change: without })).file, 'notice_other');
});

test('rec_04_a manifest counts only by the key that the file names', async () => {
  const { file, keys, site } = await makeReceipt();
  const other = await makeReceipt();
  await fails({ ...file, manifest: other.file.manifest }, 'manifest_site');
  const manifest = JSON.parse(Buffer.from(file.manifest.split('.')[1], 'base64url'));
  const by = (key, payload, typ = 'einwurf-manifest+jwt') => makeJws(key, typ, payload);
  await fails({ ...file, manifest: await by(keys.log, manifest) }, 'manifest');
  await fails({ ...file, manifest: await by(keys.siteKey, manifest, 'einwurf-roster+jwt') }, 'manifest');
  const swapped = { ...manifest, relay: { ...manifest.relay, log_key: keys.staff.jwk } };
  await fails({ ...file, manifest: await by(keys.siteKey, swapped) }, 'record_key');
  // A later site key speaks for those before it.
  const next = await makeKey();
  const { thumbprint } = await import('../../www/check/jws.js');
  const succession = { ...manifest.succession, former: [{ site, until: 1795000500 }] };
  const newer = await by(next, { ...manifest, site: await thumbprint(next.jwk), succession });
  assert.notEqual((await check({ ...file, manifest: newer })).signer, site);
  for (const texts of Object.values(TEXTS)) assert.match(texts.claimed, /\{signer\}.*\{site\}/);
  const { manifest: _, ...alone } = file;
  assert.equal((await check(alone)).signer, null);
});

test('rec_01_a request proves itself in the same way', async () => {
  const { file } = await makeReceipt({ mode: 'request', withdrawn: true });
  assert.equal((await check(file)).proofs[0].given[0].grant.mode, 'request');
});

test('rec_06_an export by staff holds, and fails with one wrong proof', async () => {
  const [one, gone] = [await makeReceipt(), await makeReceipt({ withdrawn: true })];
  const { keys, site } = one;
  const cid = gone.cid;
  // Both under one site and one log key.
  const proof = { cid: one.cid, grants: one.file.grants, records: one.file.records, until: 1893456000 };
  const head = { v: 1, site, day: '2026-11-25', count: 1, root: site, at: 1795000000 };
  const file = {
    typ: 'einwurf-proofs/1',
    site,
    manifest: one.file.manifest,
    notices: one.file.notices,
    log_key: keys.log.jwk,
    proofs: [proof],
    head: await makeJws(keys.log, 'einwurf-head+jwt', head),
  };
  assert.equal((await check(file)).proofs.length, 1);
  assert.equal((await check({ ...file, notices: [] })).proofs[0].given[0].notice, undefined);
  await fails({ ...file, proofs: [proof, { ...proof, cid }] }, 'grant_key');
  await fails({ ...file, proofs: [{ ...proof, records: [] }] }, 'unrecorded');
  await fails({ ...file, proofs: [{ ...proof, withdrawal: gone.events[3].left }] }, 'withdrawal');
  await fails({ ...file, log_key: keys.staff.jwk }, 'record_key');
  await fails({ ...file, head: await makeJws(keys.staff, 'einwurf-head+jwt', head) }, 'head');
  const foreign = { ...head, site: cid };
  await fails({ ...file, head: await makeJws(keys.log, 'einwurf-head+jwt', foreign) }, 'head_site');
});

test('what is no receipt is said to be none', async () => {
  for (const text of ['', 'x', '[]', '<!doctype html>']) {
    assert.throws(() => readFile(text), { code: 'form' }, text);
  }
  for (const other of [{}, { typ: 'einwurf-receipt/2' }]) await fails(other, 'form');
  const { file } = await makeReceipt();
  for (const name of ['typ', 'site', 'notices', 'grants', 'records', 'events']) {
    const { [name]: _, ...rest } = file;
    await fails(rest, 'form');
  }
  await fails({ ...file, more: 1 }, 'form');
  await fails({ ...file, grants: [] }, 'no_grant');
});

test('a page carries its receipt once', async () => {
  const { file } = await makeReceipt();
  const tag = '<script type="application/json" id="einwurf-proof">';
  const json = JSON.stringify(file).replaceAll('<', '\\u003c');
  const page = `<!doctype html><p>words</p>${tag}${json}</script>`;
  assert.deepEqual(readFile(page), file);
  await check(readFile(page));
  assert.throws(() => readFile(page + page), { code: 'form' });
});

const folder = new URL('../vectors/proofs/', import.meta.url);
const vectors = readdirSync(folder);

test('there are good and bad vectors', () => {
  assert.ok(vectors.filter((name) => name.startsWith('good')).length >= 10);
  assert.ok(vectors.filter((name) => !name.startsWith('good')).length >= 50);
});

for (const name of vectors) {
  const good = name.startsWith('good');
  test(`rec_04_vector ${name} ${good ? 'passes' : 'fails'}`, async () => {
    const read = async () => check(readFile(readFileSync(new URL(name, folder), 'utf8')));
    if (good) await read();
    else await assert.rejects(read, (error) => TEXTS.de['fault_' + error.code] !== undefined);
  });
}

// As much of a document as the page needs, to read what it says.
const said = (found, texts) => {
  const createElement = () => ({
    words: [],
    setAttribute() {},
    append(...children) {
      this.words.push(...children.map((child) => child.words?.join(' ') ?? child));
    },
  });
  globalThis.document = { createElement };
  try {
    return show(found, 'file', texts).map((element) => element.words.join(' ')).join('\n');
  } finally {
    delete globalThis.document;
  }
};

test('con_06_of_a_request_the_page_says_no_word_of_consent_or_its_withdrawal', async () => {
  const ends = [null, ...['withdrawn', 'unrecorded', 'expired', 'invalidated'].map((how) => ({ at: 1795000040, how }))];
  const { file } = await makeReceipt({ mode: 'request' });
  const found = await check(file);
  // The words of the notice are the company's, and a box of their own is a consent.
  for (const given of found.proofs[0].given) given.notice = undefined;
  for (const texts of Object.values(TEXTS)) {
    for (const end of ends) {
      const page = said({ ...found, proofs: [{ ...found.proofs[0], end }] }, texts);
      assert.ok(!/einwillig|consent|widerr|withdr/i.test(page), page);
      assert.ok(page.startsWith(texts.good) && !page.includes('{'), page);
    }
  }
  const asked = await check((await makeReceipt({ withdrawn: true })).file);
  assert.match(said(asked, TEXTS.en), /Withdrawn on/);
});

test('a time that no calendar has makes a file unreadable and does not stop the page', async () => {
  const found = await check((await makeReceipt()).file);
  for (const [at, fits] of [[8.64e12 - 1, true], [8.64e12, true], [8.64e12 + 1, false], [2 ** 53 - 1, false]]) {
    const late = { ...found, proofs: [{ ...found.proofs[0], end: { at, how: 'expired' } }] };
    for (const texts of Object.values(TEXTS)) {
      const wanted = fits ? texts.good : texts.unread;
      assert.ok(said(late, texts).startsWith(wanted), String(at));
    }
  }
});

test('rec_04_a key that alone claims to follow the sites key is not said to be the websites', async () => {
  const read = (name) => readFile(readFileSync(new URL(name, folder), 'utf8'));
  const [own, later] = [await check(read('good.json')), await check(read('good-later-site-key.json'))];
  assert.notEqual(later.signer, later.site);
  for (const texts of Object.values(TEXTS)) {
    const sentence = (text, { signer, site }) => text.replace('{signer}', signer).replace('{site}', site);
    const [page, claims] = [said(later, texts), sentence(texts.claimed, later)];
    assert.ok(page.includes(claims) && !page.includes(sentence(texts.vouched, later)), page);
    assert.ok(said(own, texts).includes(sentence(texts.vouched, own)));
  }
});
