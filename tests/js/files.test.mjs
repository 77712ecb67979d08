// Files by number (widget/files.js), over a module that only says what it was asked; journey_photos.rs has the real one.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { openFiles } from '../../widget/files.js';

let heard, listeners, loads, asked, shelf, fails;

const prepared = (file, options) => ({
  name: `bild-${options.number}.jpg`,
  mediaType: 'image/jpeg',
  length: 5,
  preview: `blob:${file.name}`,
  picture: true,
  markable: true,
  file,
});

const attach = {
  async prepare(file, options) {
    asked.push(['prepare', file.name, options.original]);
    await new Promise((resolve) => setTimeout(resolve));
    asked.push(['prepared', file.name]);
    if (fails) throw fails;
    return prepared(file, options);
  },
  async mark(first, arrows) {
    asked.push(['mark', arrows.length]);
    return { ...first, preview: `blob:marked-${arrows.length}`, arrows };
  },
  async seal(shown, { cid }) {
    asked.push(['seal', shown.preview, cid]);
    return { attachment: { id: `${asked.length}` }, bytes: 9, parts: [] };
  },
  async upload(sealed, target, { missing, signal, onprogress }) {
    onprogress(1, 4);
    asked.push(['upload', sealed.attachment.id, target, missing, signal]);
  },
  release: ({ preview }) => asked.push(['release', preview]),
};

beforeEach(() => {
  [heard, listeners, loads, asked, fails] = [[], {}, 0, [], undefined];
  globalThis.addEventListener = (type, listener) => (listeners[type] = listener);
  const load = async () => {
    loads += 1;
    if (fails === 'load') throw 0;
    return attach;
  };
  shelf = openFiles({ relay: 'https://relay.example', load, words: {}, busy: (busy) => asked.push(['busy', busy]) });
  shelf.listen((files) => heard.push(...files));
});

const file = (name, size = 9) => ({ name, size });
const change = (...files) => listeners.change({ type: 'change', target: { files, value: 'x' } });
const done = () => asked.filter(([what]) => what !== 'prepared');

test('picked, dropped and pasted files are numbered, and nothing is loaded or read for it', () => {
  const target = { files: [file('a'), file('b')], value: 'x' };
  listeners.change({ type: 'change', target });
  assert.equal(target.value, '', 'the same file can be picked once more');
  let prevented = 0;
  const preventDefault = () => (prevented += 1);
  listeners.drop({ type: 'drop', dataTransfer: { files: [file('c')] }, preventDefault });
  listeners.paste({ type: 'paste', clipboardData: { files: [file('d')], getData: () => '' }, preventDefault });
  assert.deepEqual(heard, [[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]);
  assert.deepEqual([prevented, loads, asked], [2, 0, []]);
});

test('a text that is pasted stays a text, and fields that are no files are left alone', () => {
  const never = () => assert.fail('prevented');
  listeners.paste({ type: 'paste', clipboardData: { files: [file('a')], getData: () => 'Text' }, preventDefault: never });
  listeners.paste({ type: 'paste', clipboardData: { files: [], getData: () => '' }, preventDefault: never });
  listeners.drop({ type: 'drop', dataTransfer: { files: [] }, preventDefault: never });
  const box = { value: 'on' };
  listeners.change({ type: 'change', target: box });
  listeners.change({ type: 'change', target: { files: null, value: 'kept' } });
  assert.deepEqual([heard, box.value], [[], 'on']);
});

test('only a drag of files is taken from the page', () => {
  let prevented = 0;
  const drag = (types) => listeners.dragover({ dataTransfer: { types }, preventDefault: () => (prevented += 1) });
  drag(['text/plain']);
  assert.equal(prevented, 0);
  drag(['Files']);
  assert.equal(prevented, 1);
});

test('one is made ready after the other, and one that was taken out meanwhile is let go', async () => {
  change(file('a'), file('b'));
  const both = [shelf.act('prepare', [1, false, false]), shelf.act('prepare', [2, false, false])];
  await shelf.act('drop', [1]);
  await assert.rejects(both[0], (error) => error === 'aborted');
  assert.deepEqual(await both[1], ['jpg', 'image/jpeg', 5, 'blob:b', false, true, true, 0]);
  assert.deepEqual(asked.filter(([what]) => what.startsWith('prepare')).map(([, name]) => name), ['b', 'b']);
  change(file('c'));
  const late = shelf.act('prepare', [3, false, false]);
  await new Promise((resolve) => setImmediate(resolve));
  await shelf.act('drop', [3]);
  await assert.rejects(late, (error) => error === 'aborted');
  assert.ok(asked.some(([what, of]) => what === 'release' && of === 'blob:c'));
});

test('a word for what went wrong is passed on, and the next file is tried all the same', async () => {
  change(file('a'), file('b'));
  fails = 'polyglot';
  await assert.rejects(shelf.act('prepare', [1, false, false]), (error) => error === 'polyglot');
  fails = undefined;
  assert.equal((await shelf.act('prepare', [2, false, false]))[3], 'blob:b');
});

test('a module that did not load is loaded again for the next file', async () => {
  change(file('a'));
  fails = 'load';
  await assert.rejects(shelf.act('prepare', [1, false, false]));
  fails = undefined;
  await shelf.act('prepare', [1, false, false]);
  await shelf.act('prepare', [1, true, false]);
  assert.equal(loads, 2);
});

test('arrows add up, and what was drawn over is let go', async () => {
  change(file('a'));
  await shelf.act('prepare', [1, false, false]);
  await shelf.act('mark', [1, 0.9, 0.1]);
  const marked = await shelf.act('mark', [1, 0.5, 0.5]);
  assert.deepEqual([marked[3], marked[7]], ['blob:marked-2', 2]);
  assert.deepEqual(done().slice(1), [['mark', 1], ['mark', 2], ['release', 'blob:marked-1']]);
  const plain = await shelf.act('prepare', [1, false, false]);
  assert.deepEqual([plain[3], plain[7]], ['blob:a', 0], 'made ready again, it has none');
});

test('the same message is sealed once, another message or conversation anew', async () => {
  change(file('a'));
  await shelf.act('prepare', [1, false, false]);
  const seal = (cid, again) => shelf.act('seal', [1, cid, again]);
  const first = await seal('c', false);
  assert.deepEqual(await seal('c', true), first);
  const other = await seal('c', false);
  assert.notDeepEqual(other, first);
  assert.notDeepEqual(await seal('d', true), other);
});

test('what is uploaded goes to the relay with what it is shown, and can be stopped', async () => {
  change(file('a'));
  await shelf.act('prepare', [1, false, false]);
  await shelf.act('seal', [1, 'c', false]);
  const percents = [];
  await shelf.act('upload', [1, [['authorization', 'Bearer x']], [2, 3], (percent) => percents.push(percent)]);
  const [, , target, missing, signal] = asked.at(-1);
  assert.deepEqual(target, {
    relay: 'https://relay.example',
    path: '/v1/attachment',
    headers: { authorization: 'Bearer x' },
  });
  assert.deepEqual([missing, percents, signal.aborted], [[2, 3], [25], false]);
  await shelf.act('stop', [1]);
  assert.ok(signal.aborted);
  await shelf.act('busy', [true]);
  assert.deepEqual(asked.at(-1), ['busy', true]);
});
