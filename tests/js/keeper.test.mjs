// Where a conversation lies, over storage in memory; journey_keeper.rs has the same in a browser's.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { openStore } from '../../www/keeper/store.js';

const NOW = 1_795_000_000;
const bytes = (...values) => new Uint8Array(values);

const storage = () => {
  const items = new Map();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => items.set(name, value),
    removeItem: (name) => items.delete(name),
  };
};

// As much of IndexedDB as keys.js uses: requests are answered, and transactions end, after what asked for them.
const database = () => {
  let keys = null;
  const answered = (result) => {
    const request = { result };
    queueMicrotask(() => request.onsuccess?.());
    return request;
  };
  const store = () => ({
    get: (id) => answered(keys.get(id)),
    put: (held, id) => answered(keys.set(id, held)),
    delete: (id) => answered(keys.delete(id)),
    getAllKeys: () => answered([...keys.keys()]),
    count: () => answered(keys.size),
  });
  const opened = {
    close() {},
    createObjectStore: () => (keys = new Map()),
    transaction() {
      const transaction = { objectStore: store };
      setTimeout(() => transaction.oncomplete?.());
      return transaction;
    },
  };
  const open = () => {
    const request = { result: opened, error: new Error('none') };
    let aborted = false;
    request.transaction = { abort: () => (aborted = true) };
    queueMicrotask(() => {
      if (!keys) request.onupgradeneeded();
      if (aborted) request.onerror();
      else request.onsuccess();
    });
    return request;
  };
  const deleteDatabase = () => answered((keys = null));
  return { open, deleteDatabase };
};

const set = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

beforeEach(() => {
  const page = new EventTarget();
  set('addEventListener', page.addEventListener.bind(page));
  set('navigator', {});
  set('localStorage', storage());
  set('sessionStorage', storage());
  set('indexedDB', database());
});

// Another tab of the same page: its own sessionStorage.
const tab = () => {
  set('sessionStorage', storage());
  return openStore('site', () => NOW);
};

const remembered = () => tab().keep({ keep: bytes(1), until: NOW + 60, pending: false });

test('rgt_02_what_was_handed_over_and_not_gone_on_with_is_not_replaced', async () => {
  assert.equal(await remembered(), true);
  const store = tab();
  assert.deepEqual((await store.get()).kept, bytes(1));
  // The frame began another conversation, or opened one by a private link.
  assert.equal(await store.keep({ keep: bytes(2), until: null, pending: false }), true);
  assert.deepEqual((await store.get()).kept, bytes(2), 'in this tab');
  assert.deepEqual((await tab().get()).kept, bytes(1), 'and the device still remembers the other');
});

test('ret_04_what_is_gone_on_with_for_this_tab_only_is_remembered_no_more', async () => {
  await remembered();
  const store = tab();
  await store.get();
  store.claim();
  await store.keep({ keep: bytes(2), until: null, pending: true });
  assert.deepEqual(await store.get(), { kept: bytes(2), pending: true });
  assert.deepEqual(await tab().get(), { kept: null, pending: false });
});

test('ret_04_what_another_tab_wrote_since_is_not_this_tabs_to_remove', async () => {
  await remembered();
  const store = tab();
  await store.get();
  store.claim();
  const own = globalThis.sessionStorage;
  await tab().keep({ keep: bytes(3), until: NOW + 60, pending: false });
  set('sessionStorage', own);
  await store.keep({ keep: bytes(2), until: null, pending: false });
  assert.deepEqual((await tab().get()).kept, bytes(3));
});

test('ret_04_forgetting_and_the_end_leave_nothing', async () => {
  for (const [until, kept] of [[NOW + 1, bytes(1)], [NOW, null], [NOW - 1, null]]) {
    await tab().keep({ keep: bytes(1), until, pending: false });
    assert.deepEqual((await tab().get()).kept, kept, String(until - NOW));
    assert.equal(await tab().forget(), true);
    assert.equal(globalThis.localStorage.items.size, 0);
  }
});

test('ret_04_what_was_not_sent_lies_in_its_tab_alone_and_goes_with_everything_else', async () => {
  const store = tab();
  assert.equal(await store.getUnsent(), null);
  assert.equal(await store.keepUnsent(bytes(7, 8)), true);
  const [written] = globalThis.sessionStorage.items.values();
  assert.ok(!written.includes(btoa(String.fromCharCode(7, 8))), 'readable');
  assert.equal(globalThis.localStorage.items.size, 0);
  assert.deepEqual(await store.get(), { kept: null, pending: false }, 'it is no conversation');
  assert.deepEqual(await store.getUnsent(), bytes(7, 8));
  assert.equal(await store.forget(), true);
  assert.equal(await store.getUnsent(), null);
  assert.equal(globalThis.sessionStorage.items.size, 0);
});

test('ret_04_what_was_not_sent_is_replaced_and_taken_away', async () => {
  const store = tab();
  await store.keep({ keep: bytes(1), until: null, pending: false });
  await store.keepUnsent(bytes(2));
  await store.keepUnsent(bytes(3));
  assert.deepEqual(await store.getUnsent(), bytes(3));
  assert.equal(await store.keepUnsent(null), true);
  assert.equal(await store.getUnsent(), null);
  assert.deepEqual((await store.get()).kept, bytes(1), 'the conversation stays');
});

test('ret_04_a_copied_tab_has_what_was_not_sent_in_one_place', async () => {
  await tab().keepUnsent(bytes(2));
  const copy = storage();
  for (const [name, value] of globalThis.sessionStorage.items) copy.setItem(name, value);
  assert.deepEqual(await openStore('site', () => NOW).getUnsent(), bytes(2));
  set('sessionStorage', copy);
  assert.equal(await openStore('site', () => NOW).getUnsent(), null);
});

test('ret_04_what_was_not_sent_cannot_be_passed_off_as_a_conversation_and_ends_after_a_day', async () => {
  await tab().keepUnsent(bytes(2));
  const own = globalThis.sessionStorage;
  const [written] = own.items.values();
  own.setItem('einwurf:site', written);
  assert.equal((await openStore('site', () => NOW).get()).kept, null);
  await tab().keepUnsent(bytes(2));
  assert.deepEqual(await openStore('site', () => NOW + 86399).getUnsent(), bytes(2));
  await tab().keepUnsent(bytes(2));
  assert.equal(await openStore('site', () => NOW + 86400).getUnsent(), null);
});

test('ret_04_as_much_as_may_be_unsent_fits', async () => {
  const store = tab();
  const most = new Uint8Array(262144).fill(9);
  assert.equal(await store.keepUnsent(most), true);
  assert.deepEqual(await store.getUnsent(), most);
});
